/** Making payloads of what clients send, and reading them back as text. */
import type { Message } from '@sightglass/contract/trace';
import type { Payload } from './canonicalSpan.ts';
import { readMessages, unquoted, type Side } from './messages.ts';
import { isJsonContainer, jsonTextOf, splitObjectList } from './jsonText.ts';

/** More messages than this in one list are kept as one JSON text: each part costs a stored row of its own. */
const MESSAGES_MAX = 10_000;

/** A text as one part: `json` when it is a JSON object or list, else `text`. */
export function textPayload(text: string): Payload {
  return { format: isJsonContainer(text) ? 'json' : 'text', parts: [text] };
}

/**
 * The JSON text of a list of messages, split into the texts of its messages, each as the client wrote it.
 * A text that is broken, no list, or a list of anything but objects is kept whole, as `textPayload` does.
 */
export function messagesPayload(jsonText: string): Payload {
  const parts = splitObjectList(jsonText, MESSAGES_MAX);
  return parts === undefined ? textPayload(jsonText) : { format: 'messages', parts };
}

/** What the messages of every family have in common, written anywhere in the first of a list. */
const LOOKS_LIKE_MESSAGE = /"(?:role|lc|kwargs)"\s*:|"type"\s*:\s*"(?:message|human|ai|system|function_call|function_call_output|reasoning)"/;

/**
 * The text of an input or output that may or may not be a conversation: a list of messages is split, a list
 * of rows or documents is kept whole, since each part costs a stored row.
 */
export function contentPayload(text: string): Payload {
  const payload = messagesPayload(text);
  return payload.format === 'messages' && !LOOKS_LIKE_MESSAGE.test(payload.parts[0] ?? '') ? { format: 'json', parts: [text] } : payload;
}

/** Messages that a dialect put together from several attributes; an empty list is kept as the JSON text `[]`. */
export function messagesPayloadOf(messages: readonly unknown[]): Payload {
  if (messages.length === 0 || messages.length > MESSAGES_MAX) return { format: 'json', parts: [jsonTextOf(messages)] };
  return { format: 'messages', parts: messages.map((message) => jsonTextOf(message)) };
}

/** A structured value as JSON text; a string is a text like any other. */
export function jsonPayload(value: unknown): Payload {
  if (typeof value === 'string') return textPayload(value);
  return { format: typeof value === 'object' && value !== null ? 'json' : 'text', parts: [jsonTextOf(value)] };
}

/** The whole payload as one text: the JSON list of the messages, or the text itself. */
export function payloadText(format: Payload['format'], parts: readonly string[]): string {
  return format === 'messages' ? `[${parts.join(',')}]` : parts.join('');
}

const PREVIEW_LENGTH = 120;
/** Characters that are looked at to make the preview: white space, markup and data shrink on the way. */
const PREVIEW_SOURCE_LENGTH = 600;
/** Longer parts are not parsed for a preview; the first text in them is found by a scan. */
const PARSED_LENGTH_MAX = 32_768;
/** How far back the last message of a kind is looked for. */
const PARTS_TRIED_MAX = 40;

/**
 * What a person would read first, in one line of about 120 characters: the last thing the user said, or
 * the text of the last answer (`→ tool_name(…)` when the answer is a tool call). Empty when there is nothing to read.
 */
export const previewOf = (payload: Payload, which: Side): string => createPreviews()(payload, which);

/**
 * `previewOf` for the payloads of one request. What a message reads as is remembered while this lives: the calls of a run
 * repeat its question, and a parent its child's answer.
 */
export function createPreviews(): (payload: Payload, which: Side) => string {
  const known = { input: new Map<string, string>(), output: new Map<string, string>() };

  function ofMessage(part: string, which: Side): string {
    const before = known[which].get(part);
    if (before !== undefined) return before;
    const preview = part.length > PARSED_LENGTH_MAX ? firstText(part) : readablePreview(readMessages('messages', [part], which), which, undefined);
    known[which].set(part, preview);
    return preview;
  }

  return ({ format, parts }, which) => {
    if (format === 'text') return oneLine(unquoted(parts[0] ?? ''));
    if (format === 'json') {
      const text = parts[0] ?? '';
      return text.length > PARSED_LENGTH_MAX ? firstText(text) : readablePreview(readMessages('json', [text], which), which, text);
    }
    const oldest = Math.max(0, parts.length - PARTS_TRIED_MAX);
    for (let at = parts.length - 1; at >= oldest; at -= 1) {
      const part = parts[at] ?? '';
      if (!mayBeFrom(which, part)) continue;
      const preview = ofMessage(part, which);
      if (preview !== '') return preview;
    }
    const last = parts.at(-1) ?? '';
    return last.length > PARSED_LENGTH_MAX ? firstText(last) : readablePreview(readMessages('messages', [last], which), undefined, last);
  };
}

/** Cheap test before parsing: a message of the user says so somewhere, whatever family wrote it. An answer may leave its speaker out. */
function mayBeFrom(which: Side, part: string): boolean {
  return which === 'output' || part.includes('"user"') || part.includes('uman') || !part.includes('"role"');
}

/** The last message with something to read; with `which` undefined any speaker will do. */
function readablePreview(messages: readonly Message[], which: Side | undefined, rawText: string | undefined): string {
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const message = messages[at];
    if (message === undefined || (which === 'input' && message.role !== 'user')) continue;
    if (which === 'output' && message.role !== 'assistant') continue;
    const text = message.parts.find((part) => part.type === 'text' && part.text.trim() !== '');
    if (text?.type === 'text') return oneLine(text.text);
    const call = message.parts.find((part) => part.type === 'tool_call');
    if (call?.type === 'tool_call') return oneLine(`→ ${call.name}(${shortJson(call.arguments)})`);
    const media = message.parts.find((part) => part.type === 'media');
    if (media?.type === 'media') return oneLine(`[${media.media_type ?? 'media'}]`);
    if (which === undefined) {
      const result = message.parts.find((part) => part.type === 'tool_result');
      if (result?.type === 'tool_result') return oneLine(typeof result.result === 'string' ? result.result : shortJson(result.result));
    }
  }
  // An answer without words reads as nothing; only what no format explains is worth showing as it is.
  const isExplained = messages.length > 0 && messages.every(({ parts }) => parts.every(({ type }) => type !== 'other'));
  return rawText === undefined || isExplained ? '' : oneLine(rawText);
}

function shortJson(value: unknown): string {
  return value === null || value === undefined ? '' : jsonTextOf(value).slice(0, PREVIEW_LENGTH);
}

/** The first text of a part that is too long to parse; the part's own beginning when it has none. */
function firstText(part: string): string {
  const found = /"(?:text|content)"\s*:\s*"((?:[^"\\]|\\.){1,600})/.exec(part.slice(0, PARSED_LENGTH_MAX));
  return oneLine(found?.[1]?.replace(/\\[nrt]/g, ' ').replace(/\\(["\\/])/g, '$1') ?? part);
}

function oneLine(text: string): string {
  const head = text.slice(0, PLAIN_HEAD_LENGTH);
  const isPlain =
    /^[ -~]*$/.test(head) && !head.includes('  ') && !head.includes('base64,') && (head.length < PLAIN_HEAD_LENGTH || head.includes(' '));
  return isPlain ? shortened(head.trim()) : cleaned(text);
}

/** Most texts begin with plain words: then their first characters are the preview and nothing has to be cleaned away. */
const PLAIN_HEAD_LENGTH = 200;

function shortened(line: string): string {
  return line.length > PREVIEW_LENGTH ? `${line.slice(0, PREVIEW_LENGTH).trimEnd()}…` : line;
}

function cleaned(text: string): string {
  const line = text
    .slice(0, PREVIEW_SOURCE_LENGTH)
    .replace(/data:[\w.+-]+\/[\w.+-]+;base64,[A-Za-z0-9+/=_-]*/g, '[media]')
    .replace(/[A-Za-z0-9+/_-]{200,}={0,2}/g, '[data]')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  // Cutting by code units may split a pair; half a character must not reach a store or an answer.
  return shortened(line).replace(/\p{Surrogate}/gu, '');
}
