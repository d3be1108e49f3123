/** Messages, tools and documents under the `gen_ai.*` names, old and current. */
import type { Payload, RetrievedDocumentText } from '../canonicalSpan.ts';
import type { Attributes, AttributeValue, DecodedEvent, DecodedSpan } from '../decodedSpan.ts';
import { asObject, indexed, jsonAt, looksLikeJson, parseJson, stringAt, textAt } from '../attributes.ts';
import { documentOf } from '../documents.ts';
import { jsonTextOf, splitObjectList } from '../jsonText.ts';
import { jsonPayload, messagesPayload, messagesPayloadOf, textPayload } from '../payload.ts';

/** A payload and the attributes that it was made of. */
export interface Content {
  payload: Payload;
  keys?: readonly string[];
  prefixes?: readonly string[];
}

/** What a call's messages are read from: a span, or events that came as logs. */
export type ContentSource = Pick<DecodedSpan, 'attributes' | 'events'>;

/** What went into the call: `gen_ai.input.messages`, else the older `gen_ai.prompt`, else events on the span. */
export function genAiInput(span: ContentSource): Content | undefined {
  const { attributes } = span;
  const system = attributes.get('gen_ai.system_instructions');
  const messages = attributes.get('gen_ai.input.messages');
  if (messages !== undefined && messages !== '') {
    const payload = messagesOf(messages);
    const instructions = payload.format === 'messages' ? systemMessage(system) : undefined;
    if (instructions === undefined) return { payload, keys: ['gen_ai.input.messages'] };
    return {
      payload: { format: 'messages', parts: [instructions, ...payload.parts] },
      keys: ['gen_ai.input.messages', 'gen_ai.system_instructions'],
    };
  }
  const older = olderMessages(attributes, 'gen_ai.prompt') ?? eventMessages(span.events, 'input');
  if (older !== undefined) return older;
  const instructions = systemMessage(system);
  return instructions === undefined ? undefined : { payload: { format: 'messages', parts: [instructions] }, keys: ['gen_ai.system_instructions'] };
}

/** What came out of the call. */
export function genAiOutput(span: ContentSource): Content | undefined {
  const messages = span.attributes.get('gen_ai.output.messages');
  if (messages !== undefined && messages !== '') return { payload: messagesOf(messages), keys: ['gen_ai.output.messages'] };
  return olderMessages(span.attributes, 'gen_ai.completion') ?? eventMessages(span.events, 'output');
}

/** Messages as JSON text or as a nested value. */
function messagesOf(value: AttributeValue): Payload {
  if (typeof value === 'string') return messagesPayload(value);
  return Array.isArray(value) && value.every((item) => asObject(item) !== undefined) ? messagesPayloadOf(value) : jsonPayload(value);
}

/** Instructions stand beside the messages; in the payload they are its first message. */
function systemMessage(system: AttributeValue | undefined): string | undefined {
  if (system === undefined || system === '') return undefined;
  if (typeof system === 'string') {
    // Parts that are one JSON list go in as written; everything else is plain text.
    if (looksLikeJson(system) && splitObjectList(system, 1_000) !== undefined) return `{"role":"system","parts":${system}}`;
    return jsonTextOf({ role: 'system', content: system });
  }
  return jsonTextOf({ role: 'system', ...(Array.isArray(system) ? { parts: system } : { content: system }) });
}

/** `gen_ai.prompt.<i>.*` message by message, or `gen_ai.prompt` as one text. */
function olderMessages(attributes: Attributes, key: 'gen_ai.prompt' | 'gen_ai.completion'): Content | undefined {
  const groups = indexed(attributes, `${key}.`);
  if (groups.length > 0) return { payload: messagesPayloadOf(groups.map(indexedMessage)), prefixes: [`${key}.`] };
  const value = attributes.get(key);
  if (value === undefined || value === '') return undefined;
  return { payload: messagesOf(value), keys: [key] };
}

/** One message of the indexed form, in the provider's shape: role, content, tool calls. */
function indexedMessage(group: Attributes): Record<string, unknown> {
  const content = textAt(group, 'content');
  const message: Record<string, unknown> = { role: stringAt(group, 'role') ?? null };
  // Content in parts comes as JSON text; a missing one (an answer that only calls tools) as the text `null`.
  if (content !== undefined && content !== 'null') message.content = content.startsWith('[') ? parseJson(content) : content;
  const finishReason = stringAt(group, 'finish_reason');
  if (finishReason !== undefined) message.finish_reason = finishReason;
  const toolCallId = stringAt(group, 'tool_call_id');
  if (toolCallId !== undefined) message.tool_call_id = toolCallId;
  const calls = indexed(group, 'tool_calls.').map((call) => toolCall(stringAt(call, 'id'), stringAt(call, 'name'), textAt(call, 'arguments')));
  const functionName = stringAt(group, 'function_call.name');
  if (functionName !== undefined) calls.push(toolCall(undefined, functionName, textAt(group, 'function_call.arguments')));
  if (calls.length > 0) message.tool_calls = calls;
  return message;
}

function toolCall(id: string | undefined, name: string | undefined, argumentsText: string | undefined): Record<string, unknown> {
  return { ...(id === undefined ? {} : { id }), type: 'function', function: { name: name ?? '', arguments: argumentsText ?? '' } };
}

const INPUT_EVENTS: ReadonlyMap<string, string> = new Map([
  ['gen_ai.system.message', 'system'],
  ['gen_ai.user.message', 'user'],
  ['gen_ai.assistant.message', 'assistant'],
  ['gen_ai.tool.message', 'tool'],
]);

/** Messages that came as events on the span itself, each with its own content. */
function eventMessages(events: readonly DecodedEvent[], side: 'input' | 'output'): Content | undefined {
  if (events.length === 0) return undefined;
  const messages: unknown[] = [];
  for (const event of events) {
    if (event.name === 'gen_ai.client.inference.operation.details') {
      const details = { attributes: event.attributes, events: [] };
      const sent = side === 'input' ? genAiInput(details) : genAiOutput(details);
      if (sent !== undefined) return { payload: sent.payload };
    }
    if (event.name === `gen_ai.content.${side === 'input' ? 'prompt' : 'completion'}`) {
      const text = textAt(event.attributes, side === 'input' ? 'gen_ai.prompt' : 'gen_ai.completion');
      if (text !== undefined) return { payload: messagesPayload(text) };
    }
    const role = INPUT_EVENTS.get(event.name);
    if (side === 'input' && role !== undefined) messages.push(eventMessage(event, role));
    if (side === 'output' && event.name === 'gen_ai.choice') messages.push(eventMessage(event, 'assistant'));
  }
  return messages.length === 0 ? undefined : { payload: messagesPayloadOf(messages) };
}

/** The body of an event: one JSON attribute (`gen_ai.event.content`), or one attribute for each field. */
function eventMessage(event: DecodedEvent, role: string): Record<string, unknown> {
  const body = asObject(jsonAt(event.attributes, 'gen_ai.event.content'));
  const message: Record<string, unknown> = { role };
  for (const [key, value] of body === undefined ? event.attributes : Object.entries(body)) {
    if (key === 'gen_ai.system' || key === 'gen_ai.provider.name' || key === 'event.name') continue;
    const read = typeof value === 'string' ? parseJson(value) : value;
    const inner = key === 'message' ? asObject(read) : undefined;
    if (inner === undefined) setOwn(message, key, key === 'content' && typeof value === 'string' ? value : read);
    else for (const [innerKey, innerValue] of Object.entries(inner)) setOwn(message, innerKey, innerValue);
  }
  // The id of a tool's message is that of the call it answers.
  if (role === 'tool' && message.tool_call_id === undefined && typeof message.id === 'string') message.tool_call_id = message.id;
  return message;
}

function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
}

/** The tools on offer, each as its JSON text. */
export function toolDefinitionTexts(value: AttributeValue | undefined): string[] | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return splitObjectList(value, 1_000) ?? [value];
  if (!Array.isArray(value)) return [jsonTextOf(value)];
  const texts = value.slice(0, 1_000).map((tool) => (typeof tool === 'string' ? tool : jsonTextOf(tool)));
  return texts.length === 0 ? undefined : texts;
}

/** `gen_ai.retrieval.documents`, a JSON list of objects with `id` and `score`: those alone make a document here. */
export function genAiDocuments(attributes: Attributes): RetrievedDocumentText[] | undefined {
  const list = attributes.has('gen_ai.retrieval.documents') ? jsonAt(attributes, 'gen_ai.retrieval.documents') : undefined;
  if (!Array.isArray(list)) return undefined;
  const documents = list.slice(0, 1_000).flatMap((item) => {
    const object = asObject(item);
    return object === undefined ? [] : [documentOf(object)];
  });
  return documents.length === 0 ? undefined : documents;
}

export function optionalText(text: string | undefined): Payload | undefined {
  return text === undefined ? undefined : textPayload(text);
}
