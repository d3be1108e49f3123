/**
 * Stored text of any dialect as canonical messages. Pure and total: broken JSON, unknown shapes and hostile
 * nesting give a text or a part of type `other`, never an error.
 *
 * Two layers: what stands **around** the messages (a request, an answer, a list of lists) is taken apart
 * here; one message is read by `messageFormats/message.ts`.
 */
import type { Message } from '@sightglass/contract/trace';
import type { Payload } from './canonicalSpan.ts';
import { parseJson } from './attributes.ts';
import { boundedValue, isObject, type JsonObject } from './messageFormats/boundedValue.ts';
import { contentPart, isContentPart, textOrMedia } from './messageFormats/contentPart.ts';
import { hasMessageFields, isMessage, messageOf } from './messageFormats/message.ts';

/** Which end of the call a text comes from: decides who speaks where the text does not say. */
export type Side = 'input' | 'output';

/** Wrappers inside wrappers; real ones nest two or three deep. */
const WRAPPERS_MAX = 6;
const MESSAGES_MAX = 10_000;

/** Messages of a stored payload. An empty payload has none. */
export function readMessages(format: Payload['format'], parts: readonly string[], side: Side): Message[] {
  if (format === 'messages') {
    const elements = parts.slice(0, MESSAGES_MAX).map(parseJson);
    return elementsOf(elements, side, WRAPPERS_MAX);
  }
  const text = parts.join('');
  if (text === '') return [];
  return messagesIn(format === 'json' ? parseJson(text) : unquoted(text), side, WRAPPERS_MAX);
}

/** A text that was written as a JSON string, as `ai.value` is, without its quotes; any other text as it is. */
export function unquoted(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : text;
  } catch {
    return text;
  }
}

function speaker(side: Side): string {
  return side === 'input' ? 'user' : 'assistant';
}

function message(role: string, parts: Message['parts']): Message {
  return { role, name: null, parts, finish_reason: null };
}

function messagesIn(value: unknown, side: Side, wrappersLeft: number): Message[] {
  if (value === null || value === undefined || value === '') return [];
  if (typeof value === 'string') return [message(speaker(side), [textOrMedia(value)])];
  if (Array.isArray(value)) return elementsOf(value, side, wrappersLeft);
  if (!isObject(value) || wrappersLeft === 0) return [message(speaker(side), [{ type: 'other', value: boundedValue(value) }])];
  if (isMessage(value)) return [messageOf(value, speaker(side))];
  const inner = insideWrapper(value, side, wrappersLeft - 1);
  if (inner !== undefined) return inner;
  if (hasMessageFields(value)) return [messageOf(value, speaker(side))];
  return [message(speaker(side), [contentPart(value)])];
}

/** A list: of messages, of lists of messages (LangChain batches), of content parts, or of anything else. */
function elementsOf(list: readonly unknown[], side: Side, wrappersLeft: number): Message[] {
  if (list.length === 0) return [];
  if (list.every(Array.isArray)) {
    if (wrappersLeft === 0) return [message(speaker(side), [{ type: 'other', value: boundedValue(list) }])];
    return list.flatMap((inner: unknown[]) => elementsOf(inner, side, wrappersLeft - 1)).slice(0, MESSAGES_MAX);
  }
  if (list.every(isContentPart) && !list.every(isConversationItem)) {
    return [message(speaker(side), list.slice(0, MESSAGES_MAX).map(contentPart))];
  }
  if (list.some((element) => isMessage(element) || isConversationItem(element))) {
    return list.slice(0, MESSAGES_MAX).map((element) => messageOf(element, speaker(side)));
  }
  if (list.every((element) => typeof element === 'string'))
    return list.slice(0, MESSAGES_MAX).map((text) => message(speaker(side), [textOrMedia(String(text))]));
  if (list.every((element) => isObject(element) && hasMessageFields(element) && typeof element.page_content !== 'string')) {
    return list.slice(0, MESSAGES_MAX).map((element) => messageOf(element, speaker(side)));
  }
  if (wrappersLeft > 0 && list.length === 1) return messagesIn(list[0], side, wrappersLeft - 1);
  return [message(speaker(side), [{ type: 'other', value: boundedValue(list) }])];
}

/** Items of the Responses API that are entries of the conversation themselves: `function_call`, `function_call_output`, `reasoning`. */
function isConversationItem(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value.type === 'string' &&
    /^(message|reasoning|(function|custom_tool|mcp|web_search|file_search|computer)_call(_output)?)$/.test(value.type)
  );
}

/** Instructions in front of the conversation; a list of texts or blocks is one message. */
function instructions(value: unknown): Message[] {
  if (value === null || value === undefined || value === '') return [];
  if (typeof value === 'string') return [message('system', [{ type: 'text', text: value }])];
  if (Array.isArray(value) && value.length > 0)
    return value.some(isMessage) ? elementsOf(value, 'input', 1) : [message('system', value.map(contentPart))];
  if (isMessage(value)) return [messageOf(value, 'system')];
  return isObject(value) ? [message('system', Array.isArray(value.parts) ? value.parts.map(contentPart) : [contentPart(value)])] : [];
}

/** Keys under which programs put the one text of a run, where nothing else is beside it. */
const LONE_TEXT_KEYS = new Set([
  'input',
  'output',
  'outputs',
  'question',
  'query',
  'prompt',
  'text',
  'answer',
  'result',
  'response',
  'value',
  'completion',
]);

/**
 * The messages of a request or an answer that wraps them, or undefined when the object wraps none:
 * requests `{system, messages}`, `{system, prompt}` (AI SDK, Anthropic, OpenAI), `{instructions, input}`
 * (Responses API), `{systemInstruction, contents}` (Gemini); answers `{choices}`, `{candidates}`,
 * `{output: [items]}`, `{generations}` (LangChain).
 */
function insideWrapper(value: JsonObject, side: Side, wrappersLeft: number): Message[] | undefined {
  const system = instructions(value.system ?? value.systemInstruction ?? value.system_instruction ?? value.instructions);
  const lists = [value.messages, value.contents, value.choices, value.candidates, value.generations];
  for (const list of lists) {
    if (Array.isArray(list) && list.length > 0)
      return [...system, ...wrappedList(list, list === value.choices || list === value.candidates, side, wrappersLeft)];
  }
  if (value.prompt !== undefined && value.content === undefined) return [...system, ...messagesIn(value.prompt, side, wrappersLeft)];
  const items = value.input ?? value.output;
  if (Array.isArray(items) && (items.some(isMessage) || items.some(isConversationItem))) return [...system, ...elementsOf(items, side, wrappersLeft)];
  if (system.length > 0 && typeof value.input === 'string') return [...system, message('user', [textOrMedia(value.input)])];
  const keys = Object.keys(value);
  const [onlyKey] = keys;
  if (keys.length === 1 && onlyKey !== undefined && LONE_TEXT_KEYS.has(onlyKey)) {
    const only = value[onlyKey];
    if (typeof only === 'string' || isMessage(only) || (Array.isArray(only) && only.some(isMessage))) return messagesIn(only, side, wrappersLeft);
  }
  return undefined;
}

/** Choices and candidates are answers even where they stand in an input. */
function wrappedList(list: readonly unknown[], areAnswers: boolean, side: Side, wrappersLeft: number): Message[] {
  if (areAnswers) return list.slice(0, MESSAGES_MAX).map((choice) => messageOf(choice, 'assistant'));
  return elementsOf(list, side, wrappersLeft);
}
