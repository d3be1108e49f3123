import { asObject, parseJson } from './attributes.ts';
import { jsonTextOf } from './jsonText.ts';

/** Longer requests are not parsed only to list the tools on offer. */
const REQUEST_LENGTH_MAX = 262_144;
const TOOLS_MAX = 1_000;

/** JSON texts of the tools that a request offers beside its messages (`{messages, tools}`); undefined when it offers none. */
export function toolDefinitionsIn(request: string | undefined): string[] | undefined {
  if (request === undefined || request.length > REQUEST_LENGTH_MAX || !request.includes('"tools"')) return undefined;
  const parsed = asObject(parseJson(request));
  const tools = parsed?.tools ?? asObject(parsed?.invocation_params)?.tools;
  if (!Array.isArray(tools) || tools.length === 0) return undefined;
  return tools.slice(0, TOOLS_MAX).map((tool: unknown) => (typeof tool === 'string' ? tool : jsonTextOf(tool)));
}
