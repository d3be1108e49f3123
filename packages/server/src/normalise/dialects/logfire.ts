/**
 * Logfire and Pydantic AI (semconv.md, 4b and 10): what these say in words of their own. Everything under
 * `gen_ai.*` is read by the dialects that follow.
 */
import { parseUsd } from '@sightglass/contract/money';
import type { Dialect, DialectReading } from '../dialect.ts';
import type { Attributes, DecodedSpan } from '../decodedSpan.ts';
import { asObject, jsonAt, numberAt, ownProperty, stringAt, stringsAt, textAt } from '../attributes.ts';
import { jsonPayload, messagesPayload, messagesPayloadOf, textPayload } from '../payload.ts';

/** Level numbers: 1 trace, 5 debug, 9 info, 13 warning, 17 error, 21 fatal. */
const ERROR_LEVEL = 17;
const PENDING_PARENT = 'logfire.pending_parent_id';

export const logfire: Dialect = {
  name: 'logfire',
  matches: ({ attributes }) => attributes.has('logfire.span_type') || attributes.has('logfire.msg'),
  read,
};

/**
 * True for the copy that Logfire sends when a span begins: it has an id of its own and stands for a span
 * that will come, so it is no span and is never stored or counted.
 */
export function isPendingSpan(span: DecodedSpan): boolean {
  return span.attributes.get('logfire.span_type') === 'pending_span';
}

/**
 * The span in progress that a pending copy stands for: the copy's parent is that span's own id, an attribute names its parent,
 * all zeros for none. Undefined for a copy that does not say which span it stands for.
 */
export function spanOfPendingCopy(copy: DecodedSpan): DecodedSpan | undefined {
  if (copy.parentSpanId === null) return undefined;
  const attributes = new Map(copy.attributes);
  const parent = stringAt(attributes, PENDING_PARENT)?.toLowerCase() ?? '';
  attributes.delete(PENDING_PARENT);
  attributes.delete('logfire.span_type');
  const hasParent = /^[0-9a-f]{16}$/.test(parent) && !/^0+$/.test(parent);
  return { ...copy, spanId: copy.parentSpanId, parentSpanId: hasParent ? parent : null, attributes };
}

function read(span: DecodedSpan): DialectReading {
  const { attributes } = span;
  const level = numberAt(attributes, 'logfire.level_num');
  const cost = numberAt(attributes, 'operation.cost');
  const reading: DialectReading = {
    failed: failedByLevel(span, level),
    errorMessage: level !== undefined && level >= ERROR_LEVEL && span.statusMessage === '' ? logMessage(span) : undefined,
    tags: stringsAt(attributes, 'logfire.tags'),
    reportedCostPicoUsd: cost !== undefined && cost >= 0 ? parseUsd(String(cost)) : undefined,
  };
  if (attributes.get('logfire.span_type') === 'log') {
    reading.kind = 'other';
    return reading;
  }
  const template = stringAt(attributes, 'logfire.msg_template') ?? span.name;
  const agentName = stringAt(attributes, 'agent_name');
  if (!attributes.has('gen_ai.operation.name') && isAgentRun(attributes, template)) readAgentRun(attributes, reading);
  else if (isToolRun(attributes, template)) readToolRun(attributes, reading);
  else readModelCall(attributes, reading);
  if (agentName !== undefined) reading.context = { agentId: agentName };
  return reading;
}

/** An exception that was recorded below the level of an error, on a span that did not fail, was handled. */
function failedByLevel({ events, statusCode }: DecodedSpan, level: number | undefined): boolean | undefined {
  if (level === undefined) return undefined;
  if (level >= ERROR_LEVEL) return true;
  return statusCode !== 2 && events.some(({ name }) => name === 'exception') ? false : undefined;
}

/** The log line of a failed span, unless an exception says more. */
function logMessage({ attributes, events }: DecodedSpan): string | undefined {
  return events.some(({ name }) => name === 'exception') ? undefined : stringAt(attributes, 'logfire.msg');
}

function isAgentRun(attributes: Attributes, template: string): boolean {
  return attributes.has('agent_name') && (attributes.has('model_name') || /\bagent run\b|\brun$/.test(template.slice(0, 200)));
}

function readAgentRun(attributes: Attributes, reading: DialectReading): void {
  reading.kind = 'agent';
  reading.requestModel = stringAt(attributes, 'model_name');
  const all = ['pydantic_ai.all_messages', 'all_messages_events'].find((key) => attributes.has(key));
  const input = all === undefined ? undefined : textAt(attributes, all);
  if (input !== undefined) reading.input = messagesPayload(input);
  const result = textAt(attributes, 'final_result');
  if (result !== undefined) reading.output = textPayload(result);
  reading.payloadKeys = all === undefined ? ['final_result'] : [all, 'final_result'];
}

/** `running tool` of Pydantic AI, up to version 2 without an operation name; `running tools` is the step around several. */
function isToolRun(attributes: Attributes, template: string): boolean {
  return (
    attributes.has('tool_arguments') ||
    attributes.has('tool_response') ||
    (/^running tool\b(?!s)/.test(template) && toolName(attributes) !== undefined)
  );
}

function toolName(attributes: Attributes): string | undefined {
  return stringAt(attributes, 'gen_ai.tool.name') ?? stringAt(attributes, 'tool') ?? stringAt(attributes, 'tool_name');
}

function readToolRun(attributes: Attributes, reading: DialectReading): void {
  reading.kind = 'tool';
  reading.toolName = toolName(attributes);
  reading.toolCallId = stringAt(attributes, 'gen_ai.tool.call.id');
  const payloadKeys: string[] = [];
  for (const [side, keys] of [
    ['input', ['tool_arguments', 'args']],
    ['output', ['tool_response', 'result']],
  ] as const) {
    const key = keys.find((candidate) => attributes.has(candidate));
    const text = key === undefined ? undefined : textAt(attributes, key);
    if (key === undefined || text === undefined) continue;
    reading[side] = textPayload(text);
    payloadKeys.push(key);
  }
  reading.payloadKeys = payloadKeys;
}

/** Version 1 tells a model call's messages as one list of events, the answer as its last `gen_ai.choice`. */
function readModelCall(attributes: Attributes, reading: DialectReading): void {
  const events = jsonAt(attributes, 'events');
  if (Array.isArray(events)) {
    const messages: unknown[] = [];
    const choices: unknown[] = [];
    for (const event of events) {
      const object = asObject(event);
      if (object === undefined) continue;
      if (ownProperty(object, 'event.name') === 'gen_ai.choice') choices.push(ownProperty(object, 'message') ?? object);
      else messages.push(object);
    }
    if (messages.length > 0) reading.input = messagesPayloadOf(messages);
    if (choices.length > 0) reading.output = messagesPayloadOf(choices);
    if (messages.length + choices.length > 0) reading.payloadKeys = ['events'];
    return;
  }
  // Logfire's own instrumentations of provider clients: the request and the answer as JSON.
  const request = textAt(attributes, 'request_data');
  if (request === undefined || !attributes.has('gen_ai.request.model')) return;
  const answer = jsonAt(attributes, 'response_data');
  const message = ownProperty(asObject(answer) ?? {}, 'message') ?? ownProperty(asObject(answer) ?? {}, 'combined_chunk_content');
  reading.input = textPayload(request);
  reading.payloadKeys = ['request_data'];
  if (message === undefined || message === null) return;
  reading.output = jsonPayload(message);
}
