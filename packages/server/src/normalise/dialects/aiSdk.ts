/**
 * Vercel AI SDK 4, 5, 6 and 7 with `LegacyOpenTelemetry` (semconv.md, 4b). Outer spans (`ai.generateText`)
 * wrap the calls (`ai.generateText.doGenerate`, one for each step and each attempt) and repeat their sums:
 * only the calls have usage here.
 */
import type { SpanKind } from '@sightglass/contract/spanKinds';
import { firstNumber, firstString, numberAt, stringAt, stringsAt, textAt } from '../attributes.ts';
import type { Payload } from '../canonicalSpan.ts';
import type { Attributes, DecodedSpan } from '../decodedSpan.ts';
import type { Dialect, DialectReading } from '../dialect.ts';
import { finishReasonAt, normaliseFinishReason } from '../finishReasons.ts';
import { firstText } from '../firstText.ts';
import { isJsonContainer, isJsonString } from '../jsonText.ts';
import { metadataKeys } from '../metadataKeys.ts';
import { jsonPayload, messagesPayload, textPayload } from '../payload.ts';
import { normaliseProvider } from '../providers.ts';
import { spanContext } from '../spanContext.ts';
import { callUsage, embeddingUsage, providerUsageAt } from './aiSdkUsage.ts';

const OWN_KEYS = metadataKeys('ai.telemetry.metadata.', 'ai.settings.context.');
const SESSION_KEYS = [...OWN_KEYS.session, 'session.id'];
const USER_KEYS = [...OWN_KEYS.user, 'user.id'];

const PAYLOAD_KEYS = [
  'ai.prompt',
  'ai.prompt.messages',
  'ai.prompt.tools',
  'ai.response.text',
  'ai.response.toolCalls',
  'ai.response.object',
  'ai.response.reasoning',
  'ai.response.files',
  'ai.toolCall.args',
  'ai.toolCall.result',
  'ai.value',
  'ai.values',
  'ai.embedding',
  'ai.embeddings',
  'ai.documents',
  'ai.ranking',
] as const;

/** `ai.generateText.doGenerate`; the span's name is the same unless someone renamed the span. */
function operationOf(span: DecodedSpan): string {
  return stringAt(span.attributes, 'ai.operationId') ?? span.name.split(' ', 1)[0] ?? '';
}

function kindOf(operation: string, attributes: Attributes): SpanKind | undefined {
  if (/\.do(Generate|Stream)$/.test(operation)) return 'llm';
  if (operation.endsWith('.doEmbed')) return 'embedding';
  if (operation.endsWith('.doRerank')) return 'reranker';
  if (operation === 'ai.toolCall') return 'tool';
  if (!operation.startsWith('ai.')) return undefined;
  return hasToolsOrSteps(attributes) ? 'agent' : 'chain';
}

/** Whether an outer span tells of itself that it ran as an agent. Versions 5 and 6 do not always: then its children are all there is to see. */
function hasToolsOrSteps(attributes: Attributes): boolean {
  if ((numberAt(attributes, 'ai.settings.maxSteps') ?? 1) > 1 || attributes.has('ai.prompt.tools')) return true;
  const calls = stringAt(attributes, 'ai.response.toolCalls');
  return calls !== undefined && calls !== '[]';
}

/** Elements are JSON texts themselves; a list that is put together of them is JSON again. */
function jsonListOf(texts: readonly string[]): string {
  return `[${texts.map((text) => (isJsonContainer(text) || isJsonString(text) ? text : JSON.stringify(text))).join(',')}]`;
}

/** Vectors tell a reader nothing and would fill the store: their number and length stand in for them. */
function embeddingsPayload(attributes: Attributes): Payload | undefined {
  const vectors = stringsAt(attributes, 'ai.embeddings') ?? (attributes.has('ai.embedding') ? [textAt(attributes, 'ai.embedding') ?? ''] : undefined);
  const first = vectors?.[0];
  if (vectors === undefined || first === undefined) return undefined;
  let dimensions = 1;
  for (let at = first.indexOf(','); at >= 0; at = first.indexOf(',', at + 1)) dimensions += 1;
  return jsonPayload({ embeddings: vectors.length, dimensions });
}

function inputOf(kind: SpanKind | undefined, attributes: Attributes): Payload | undefined {
  if (kind === 'tool') {
    const args = textAt(attributes, 'ai.toolCall.args');
    return args === undefined ? undefined : textPayload(args);
  }
  const messages = textAt(attributes, 'ai.prompt.messages');
  if (messages !== undefined) return messagesPayload(messages);
  const prompt = firstText(attributes, ['ai.prompt', 'ai.value']);
  if (prompt !== undefined) return textPayload(prompt.text);
  const values = stringsAt(attributes, 'ai.values') ?? stringsAt(attributes, 'ai.documents');
  return values === undefined ? undefined : textPayload(jsonListOf(values));
}

/**
 * The answer. A text or an object alone is kept as sent; an answer of several pieces becomes one message,
 * with the JSON texts of the pieces in it exactly as they were.
 */
function outputOf(kind: SpanKind | undefined, attributes: Attributes): Payload | undefined {
  if (kind === 'tool') {
    const result = textAt(attributes, 'ai.toolCall.result');
    return result === undefined ? undefined : textPayload(result);
  }
  const text = stringAt(attributes, 'ai.response.text');
  const pieces: string[] = [];
  for (const [key, name] of [
    ['ai.response.reasoning', 'reasoning'],
    ['ai.response.files', 'files'],
    ['ai.response.toolCalls', 'toolCalls'],
    ...(text === undefined ? [] : ([['ai.response.object', 'object']] as const)),
  ] as const) {
    const piece = textAt(attributes, key);
    if (piece !== undefined && piece !== '[]') pieces.push(`"${name}":${isJsonContainer(piece) ? piece : JSON.stringify(piece)}`);
  }
  if (pieces.length > 0) {
    if (text !== undefined) pieces.unshift(`"content":${JSON.stringify(text)}`);
    return { format: 'messages', parts: [`{"role":"assistant",${pieces.join(',')}}`] };
  }
  const whole = text ?? firstText(attributes, ['ai.response.object', 'ai.ranking'])?.text;
  return whole === undefined ? embeddingsPayload(attributes) : textPayload(whole);
}

/** Milliseconds; version 4 and later also write it on an event, which alone is left when a stream is aborted. */
function ttftMsOf(span: DecodedSpan): number | undefined {
  const onSpan = numberAt(span.attributes, 'ai.response.msToFirstChunk');
  if (onSpan !== undefined) return onSpan;
  const event = span.events.find(({ name }) => name === 'ai.stream.firstChunk');
  return event === undefined ? undefined : numberAt(event.attributes, 'ai.response.msToFirstChunk');
}

export const aiSdk: Dialect = {
  name: 'ai-sdk',
  covers: ['otel-genai'],

  matches: (span) => span.attributes.has('ai.operationId') || span.scope.name === 'ai',

  read(span): DialectReading {
    const { attributes } = span;
    const kind = kindOf(operationOf(span), attributes);
    const provider = firstString(attributes, ['ai.model.provider', 'gen_ai.system']);
    const reading: DialectReading = {
      kind,
      provider: normaliseProvider(provider),
      requestModel: firstString(attributes, ['ai.model.id', 'gen_ai.request.model']),
      responseModel: firstString(attributes, ['ai.response.model', 'gen_ai.response.model']),
      responseId: firstString(attributes, ['ai.response.id', 'gen_ai.response.id']),
      ttftMs: ttftMsOf(span),
      finishReason:
        normaliseFinishReason(stringAt(attributes, 'ai.response.finishReason')) ?? finishReasonAt(attributes, 'gen_ai.response.finish_reasons'),
      temperature: firstNumber(attributes, ['ai.settings.temperature', 'gen_ai.request.temperature']),
      maxTokens: firstNumber(attributes, ['ai.settings.maxOutputTokens', 'ai.settings.maxTokens', 'gen_ai.request.max_tokens']),
      toolName: stringAt(attributes, 'ai.toolCall.name'),
      toolCallId: stringAt(attributes, 'ai.toolCall.id'),
      input: inputOf(kind, attributes),
      output: outputOf(kind, attributes),
      toolDefinitions: stringsAt(attributes, 'ai.prompt.tools'),
      context: spanContext({
        agentId: firstString(attributes, ['ai.telemetry.functionId', 'resource.name']),
        sessionId: firstString(attributes, SESSION_KEYS),
        userId: firstString(attributes, USER_KEYS),
      }),
      environment: firstString(attributes, OWN_KEYS.environment),
      release: firstString(attributes, OWN_KEYS.release),
      tags: stringsAt(attributes, 'ai.telemetry.metadata.tags'),
      payloadKeys: PAYLOAD_KEYS,
    };
    if (kind === 'llm') {
      const native = providerUsageAt(attributes);
      reading.usage = callUsage(attributes, provider, native);
      reading.serviceTier = native.serviceTier;
    } else if (kind === 'embedding') {
      reading.usage = embeddingUsage(attributes);
    }
    return reading;
  },
};
