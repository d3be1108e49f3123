/**
 * Which parts of what is stored are inputs, outputs and context. Payloads and previews are sealed where they are
 * split off (`telemetry/payloadParts.ts`); here is what repeats them beside, and what the Events API calls context.
 */
import type { CanonicalLog } from '../normalise/canonicalLog.ts';
import type { CanonicalSpan } from '../normalise/canonicalSpan.ts';
import type { DecodedAgentEvent } from '../normalise/decodedEvent.ts';
import type { Attributes, AttributeValue } from '../normalise/decodedSpan.ts';
import { jsonTextOf } from '../normalise/jsonText.ts';
import type { LangfusePart } from '../normalise/langfuse/langfusePart.ts';
import type { Sealer } from './envelope.ts';

/** Payload keys of events. */
const CONTEXT_KEYS = ['input_context', 'output_summary'];
/** Of the bodies of Langfuse's older batches. */
const LANGFUSE_CONTENT_KEYS = ['input', 'output'];

/**
 * Attributes that hold inputs and outputs in one dialect or another. Most become payloads and are not stored as
 * attributes; what a client sends twice, under two names, stays.
 */
const CONTENT_ATTRIBUTES = new RegExp(
  `^(?:${[
    'gen_ai\\.(?:prompt|completion|input\\.messages|output\\.messages|system_instructions|event\\.content|tool\\.(?:call\\.arguments|call\\.result|input|output|message|definitions)|retrieval\\.(?:documents|query\\.text)|(?:system|user|assistant|tool)\\.message|choice)',
    '(?:input|output)\\.value',
    '(?:input|output|prompt|completion|messages|all_messages(?:_events)?|final_result|tool_arguments|tool_response|request_data|response_data)',
    'pydantic_ai\\.all_messages',
    'llm\\.(?:input_messages|output_messages|prompts|completions|prompt_template|tools|request\\.functions|function_call)',
    '(?:retrieval|reranker)\\.(?:documents|query|input_documents|output_documents)',
    'embedding\\.(?:embeddings|text)',
    'tool\\.parameters|tool_call\\.function\\.arguments',
    'ai\\.(?:prompt|response\\.(?:text|object|toolCalls|reasoning)|toolCall\\.(?:args|result)|values?)',
    'traceloop\\.(?:entity\\.(?:input|output)|prompt)',
    'langfuse\\.(?:observation|trace)\\.(?:input|output)',
    'langsmith\\.(?:inputs|outputs)|inputs|outputs',
    'mastra\\.[a-z_]+\\.(?:input|output)',
    'payload\\.(?:input_context|output_summary)',
  ].join('|')})(?:\\.|$)`,
);

/** Events on spans, and logs, that are messages of a model call. */
const isMessageName = (name: string) => name.startsWith('gen_ai.');

export function sealSpan(span: CanonicalSpan, sealer: Sealer): CanonicalSpan {
  return {
    ...span,
    attributes: sealAttributes(span.attributes, sealer, (key) => CONTENT_ATTRIBUTES.test(key)),
    events: span.events.map((event) => ({
      ...event,
      attributes: sealAttributes(event.attributes, sealer, (key) => isMessageName(event.name) || CONTENT_ATTRIBUTES.test(key)),
    })),
  };
}

export function sealLog(log: CanonicalLog, sealer: Sealer): CanonicalLog {
  const { eventName } = log;
  const attributes = sealAttributes(log.attributes, sealer, (key) => CONTENT_ATTRIBUTES.test(key));
  if (eventName === null || !isMessageName(eventName)) return { ...log, attributes };
  return {
    ...log,
    attributes,
    // A record without a text is given its event's name to be read by.
    message: log.message === eventName ? log.message : sealer.seal(log.message),
    body: log.body === null ? null : sealer.seal(log.body),
  };
}

export function sealEvent(event: DecodedAgentEvent, sealer: Sealer): DecodedAgentEvent {
  return event.payload === null ? event : { ...event, payload: sealFields(event.payload, CONTEXT_KEYS, sealer) };
}

export function sealLangfusePart(part: LangfusePart, sealer: Sealer): LangfusePart {
  return { ...part, body: sealFields(part.body, LANGFUSE_CONTENT_KEYS, sealer) };
}

function sealFields(fields: Readonly<Record<string, unknown>>, keys: readonly string[], sealer: Sealer): Readonly<Record<string, unknown>> {
  const sent = keys.filter((key) => Object.hasOwn(fields, key) && fields[key] !== null);
  return sent.length === 0 ? fields : { ...fields, ...Object.fromEntries(sent.map((key) => [key, sealer.sealValue(fields[key])])) };
}

function sealAttributes(attributes: Attributes, sealer: Sealer, isContent: (key: string) => boolean): Attributes {
  let sealed: Map<string, AttributeValue> | undefined;
  for (const [key, value] of attributes) {
    if ((typeof value !== 'string' && typeof value !== 'object') || !isContent(key)) continue;
    sealed ??= new Map(attributes);
    sealed.set(key, sealer.seal(jsonTextOf(value)));
  }
  return sealed ?? attributes;
}
