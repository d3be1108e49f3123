/**
 * Mastra's OpenTelemetry exporter (semconv.md, 4b). A model call is three spans deep: `model_generation`
 * around `model_step` around `model_inference`; only the innermost is the call and has usage. Failed calls
 * are OK by status and say `error` as their finish reason.
 */
import type { SpanKind } from '@sightglass/contract/spanKinds';
import { firstString, firstNumber, numberAt, stringAt, stringsAt } from '../attributes.ts';
import type { Attributes } from '../decodedSpan.ts';
import type { Dialect, DialectReading } from '../dialect.ts';
import { finishReasonAt } from '../finishReasons.ts';
import { firstText } from '../firstText.ts';
import { msToFirstToken } from '../isoTime.ts';
import { metadataKeys } from '../metadataKeys.ts';
import { contentPayload } from '../payload.ts';
import { normaliseProvider } from '../providers.ts';
import { spanContext } from '../spanContext.ts';
import { makeUsage } from '../usage.ts';
import { genAiKind } from './genAiKinds.ts';

const KINDS: ReadonlyMap<string, SpanKind> = new Map([
  ['model_inference', 'llm'],
  ['llm_generation', 'llm'],
  ['rag_embedding', 'embedding'],
  ['agent_run', 'agent'],
  ['tool_call', 'tool'],
  ['mcp_tool_call', 'tool'],
  ['provider_tool_call', 'tool'],
  ['model_step', 'chain'],
  ['model_generation', 'chain'],
  ['processor_run', 'chain'],
  ['model_chunk', 'other'],
  ['llm_chunk', 'other'],
]);

const OWN_KEYS = metadataKeys('mastra.metadata.');
const SESSION_KEYS = [...OWN_KEYS.session, 'gen_ai.conversation.id'];
const USER_KEYS = [...OWN_KEYS.user, 'user.id'];

function kindOf(type: string, operation: string | undefined): SpanKind | undefined {
  // Before there were spans of inferences, the generation was the call: it says `chat` and has the usage.
  if (type === 'model_generation' && operation === 'chat') return 'llm';
  // Steps of workflows have many types (conditional, parallel, loop, sleep …), all of them frames around others.
  return KINDS.get(type) ?? (type.startsWith('workflow_') ? 'chain' : undefined);
}

/** A list of tool names, or of whole definitions. */
function toolDefinitionsAt(attributes: Attributes): string[] | undefined {
  return stringsAt(attributes, 'gen_ai.tool.definitions')?.map((tool) => (tool.startsWith('{') ? tool : JSON.stringify({ name: tool })));
}

export const mastra: Dialect = {
  name: 'mastra',
  covers: ['otel-genai'],

  matches: ({ attributes }) => attributes.has('mastra.span.type'),

  read(span): DialectReading {
    const { attributes } = span;
    const type = stringAt(attributes, 'mastra.span.type') ?? '';
    const kind = kindOf(type, stringAt(attributes, 'gen_ai.operation.name')) ?? genAiKind(span);
    const finishReason = finishReasonAt(attributes, 'gen_ai.response.finish_reasons');
    const input = firstText(attributes, [
      `mastra.${type}.input`,
      'gen_ai.tool.call.arguments',
      'gen_ai.input.messages',
      'gen_ai.prompt',
      'gen_ai.tool.input',
    ]);
    const output = firstText(attributes, [
      `mastra.${type}.output`,
      'gen_ai.tool.call.result',
      'gen_ai.output.messages',
      'gen_ai.completion',
      'gen_ai.tool.output',
    ]);
    return {
      kind,
      failed: finishReason === 'error' ? true : undefined,
      errorMessage: stringAt(attributes, 'error.message'),
      provider: normaliseProvider(firstString(attributes, ['gen_ai.provider.name', 'gen_ai.system'])),
      requestModel: stringAt(attributes, 'gen_ai.request.model'),
      responseModel: stringAt(attributes, 'gen_ai.response.model'),
      responseId: stringAt(attributes, 'gen_ai.response.id'),
      usage:
        kind === 'llm' || kind === 'embedding'
          ? makeUsage({
              dialect: 'mastra',
              reported: {
                input: numberAt(attributes, 'gen_ai.usage.input_tokens'),
                output: numberAt(attributes, 'gen_ai.usage.output_tokens'),
                cache_read: firstNumber(attributes, ['gen_ai.usage.cache_read.input_tokens', 'gen_ai.usage.cached_input_tokens']),
                cache_write: firstNumber(attributes, ['gen_ai.usage.cache_creation.input_tokens', 'gen_ai.usage.cache_write.input_tokens']),
                reasoning: firstNumber(attributes, ['gen_ai.usage.reasoning_tokens', 'gen_ai.usage.reasoning.output_tokens']),
                audio_input: firstNumber(attributes, ['gen_ai.usage.audio.input_tokens', 'gen_ai.usage.audio_input_tokens']),
                audio_output: firstNumber(attributes, ['gen_ai.usage.audio.output_tokens', 'gen_ai.usage.audio_output_tokens']),
              },
              // The exporter defines its cache counts as parts of the input.
              inputExcludesCache: false,
            })
          : undefined,
      ttftMs: msToFirstToken(stringAt(attributes, 'mastra.completion_start_time'), span.startNs),
      finishReason,
      temperature: numberAt(attributes, 'gen_ai.request.temperature'),
      maxTokens: numberAt(attributes, 'gen_ai.request.max_tokens'),
      toolName: stringAt(attributes, 'gen_ai.tool.name'),
      toolCallId: stringAt(attributes, 'gen_ai.tool.call.id'),
      input: input === undefined ? undefined : contentPayload(input.text),
      output: output === undefined ? undefined : contentPayload(output.text),
      toolDefinitions: toolDefinitionsAt(attributes),
      context: spanContext({
        agentId: firstString(attributes, ['gen_ai.agent.name', 'gen_ai.agent.id', 'agent.id']),
        runId: firstString(attributes, ['mastra.metadata.runId', 'mastra.metadata.run_id']),
        sessionId: firstString(attributes, SESSION_KEYS),
        userId: firstString(attributes, USER_KEYS),
      }),
      environment: firstString(attributes, OWN_KEYS.environment),
      release: firstString(attributes, OWN_KEYS.release),
      tags: stringsAt(attributes, 'mastra.tags'),
      payloadKeys: [input?.key, output?.key].filter((key) => key !== undefined),
    };
  },
};
