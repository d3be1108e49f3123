/** Traceloop (OpenLLMetry): 0.2x, which speaks the current GenAI names, and up to 0.14 with its indexed ones (semconv.md, 4a). */
import type { SpanKind } from '@sightglass/contract/spanKinds';
import type { Payload } from '../canonicalSpan.ts';
import type { DecodedSpan } from '../decodedSpan.ts';
import type { Dialect, DialectReading } from '../dialect.ts';
import { firstString, indexed, numberAt, parseJson, stringAt, stringsAt, textAt } from '../attributes.ts';
import { normaliseFinishReason } from '../finishReasons.ts';
import { jsonTextOf } from '../jsonText.ts';
import { jsonPayload, textPayload } from '../payload.ts';
import { normaliseProvider } from '../providers.ts';
import { readGenAi } from './genAiConventions.ts';
import { queryResults } from './queryResults.ts';
import { isOwnTokenCount } from './traceloopTokenGuess.ts';

const NAME = 'traceloop';
const JS_SCOPE = '@traceloop/';

const ENTITY_KINDS: ReadonlyMap<string, SpanKind> = new Map<string, SpanKind>([
  ['agent', 'agent'],
  ['tool', 'tool'],
  ['workflow', 'chain'],
  ['task', 'chain'],
]);

const REQUEST_KINDS: ReadonlyMap<string, SpanKind> = new Map<string, SpanKind>([
  ['chat', 'llm'],
  ['completion', 'llm'],
  ['embedding', 'embedding'],
  ['rerank', 'reranker'],
]);

export const traceloop: Dialect = {
  name: NAME,
  covers: ['otel-genai'],
  matches: ({ attributes, scope }) => attributes.has('traceloop.span.kind') || attributes.has('llm.request.type') || scope.name.startsWith(JS_SCOPE),
  read,
};

function read(span: DecodedSpan): DialectReading {
  const { attributes } = span;
  const provider = normaliseProvider(firstString(attributes, ['gen_ai.provider.name', 'gen_ai.system']));
  const reading = readGenAi(span, {
    dialect: NAME,
    // The JS instrumentation of Anthropic passes `input_tokens` on as the API gives it, without the cached ones.
    // LangChain's own numbers, and those of the Python instrumentation, are sums already.
    inputExcludesCache: provider === 'anthropic' && span.scope.name.startsWith(JS_SCOPE) && !/langchain/i.test(span.scope.name),
  });
  const documents = queryResults(span);
  const requestKind = REQUEST_KINDS.get(stringAt(attributes, 'llm.request.type')?.toLowerCase() ?? '');
  const entityKind = ENTITY_KINDS.get(stringAt(attributes, 'traceloop.span.kind')?.toLowerCase() ?? '');
  const saidKind = requestKind ?? (entityKind === 'chain' && reading.kind !== undefined ? reading.kind : entityKind) ?? reading.kind;
  reading.kind = documents !== undefined && (saidKind === undefined || saidKind === 'chain') ? 'retriever' : saidKind;
  if (documents !== undefined) reading.documents = documents;

  if (reading.usage !== undefined && !reading.usage.estimated && isOwnTokenCount(span, reading)) {
    reading.usage = { ...reading.usage, estimated: true };
  }
  const completion = indexed(attributes, 'gen_ai.completion.')[0];
  reading.finishReason ??= completion === undefined ? undefined : normaliseFinishReason(stringAt(completion, 'finish_reason'));
  reading.tags = stringsAt(attributes, 'traceloop.association.properties.tags');
  const payloadKeys = [...(reading.payloadKeys ?? [])];
  const payloadPrefixes = [...(reading.payloadPrefixes ?? [])];

  const functions = indexed(attributes, 'llm.request.functions.');
  if (reading.toolDefinitions === undefined && functions.length > 0) {
    reading.toolDefinitions = functions.map((offered) =>
      jsonTextOf({
        name: stringAt(offered, 'name') ?? '',
        description: stringAt(offered, 'description'),
        parameters: parseJson(textAt(offered, 'arguments') ?? textAt(offered, 'parameters') ?? ''),
      }),
    );
    payloadPrefixes.push('llm.request.functions.');
  }

  const entityName = stringAt(attributes, 'traceloop.entity.name');
  if (reading.kind === 'tool') reading.toolName = entityName ?? stringAt(attributes, 'gen_ai.tool.name') ?? span.name.replace(/\.tool$/, '');
  if (reading.kind === 'agent') {
    const agentId = entityName ?? span.name.replace(/\.agent$/, '');
    if (agentId !== '') reading.context = { agentId };
  }
  if (reading.input === undefined) {
    reading.input = entityInput(textAt(attributes, 'traceloop.entity.input'), reading.kind === 'tool');
    if (reading.input !== undefined) payloadKeys.push('traceloop.entity.input');
  }
  if (reading.output === undefined) {
    reading.output = entityOutput(textAt(attributes, 'traceloop.entity.output'));
    if (reading.output !== undefined) payloadKeys.push('traceloop.entity.output');
  }
  reading.maxTokens ??= numberAt(attributes, 'llm.max_tokens');
  reading.payloadKeys = payloadKeys;
  reading.payloadPrefixes = payloadPrefixes;
  return reading;
}

const NO_ARGUMENTS = '{"args":[],"kwargs":';
const NO_KEYWORDS = ',"kwargs":{}}';
const ARGUMENTS = '{"args":[';

/**
 * The arguments of a decorated function, `{"args":[…],"kwargs":{…}}`: the named ones alone when there are
 * only those, a single positional one itself, else all as sent. A call without any says something of a
 * tool only.
 */
function entityInput(text: string | undefined, isTool: boolean): Payload | undefined {
  if (text === undefined) return undefined;
  if (text.startsWith(NO_ARGUMENTS) && text.endsWith('}')) {
    const named = text.slice(NO_ARGUMENTS.length, -1);
    return named === '{}' && !isTool ? undefined : textPayload(named);
  }
  if (text.startsWith(ARGUMENTS) && text.endsWith(`]${NO_KEYWORDS}`)) {
    const list = text.slice(ARGUMENTS.length - 1, -NO_KEYWORDS.length);
    const parsed = parseJson(list);
    if (Array.isArray(parsed) && parsed.length === 1) {
      const only: unknown = parsed[0];
      return typeof only === 'object' && only !== null ? textPayload(list.slice(1, -1)) : jsonPayload(only);
    }
    return textPayload(list);
  }
  return textPayload(text);
}

/** What the function returned: a text comes JSON-encoded, with its quotes. */
function entityOutput(text: string | undefined): Payload | undefined {
  if (text === undefined) return undefined;
  if (!text.startsWith('"')) return textPayload(text);
  try {
    return jsonPayload(JSON.parse(text) as unknown);
  } catch {
    return textPayload(text);
  }
}
