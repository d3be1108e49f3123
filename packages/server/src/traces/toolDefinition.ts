import type { SpanDetail } from '@sightglass/contract/trace';
import { jsonOr } from './spanRow.ts';

type ToolDefinition = SpanDetail['tool_definitions'][number];

const SCHEMA_KEYS = ['parameters', 'input_schema', 'inputSchema', 'json_schema'] as const;

/**
 * A tool on offer out of its JSON text: OpenAI nests it under `function`, Anthropic calls the schema
 * `input_schema`, the AI SDK `inputSchema`. A text that names no tool is shown as it is.
 */
export function readToolDefinition(text: string): ToolDefinition {
  const sent = objectOf(jsonOr(text, null));
  const tool = objectOf(sent.function ?? sent);
  const name = tool.name ?? sent.name;
  if (typeof name !== 'string' || name === '') return { name: text.slice(0, 200), description: null, parameters: null };
  const schemaKey = SCHEMA_KEYS.find((key) => tool[key] !== undefined);
  return {
    name,
    description: typeof tool.description === 'string' ? tool.description : null,
    parameters: schemaKey === undefined ? null : readNested(tool[schemaKey]),
  };
}

/** Some clients write a schema as JSON text inside JSON. */
function readNested(value: unknown): unknown {
  return typeof value === 'string' ? jsonOr(value, value) : value;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
