/** Making payloads of what clients send, and reading them back as text. */
import type { Payload } from './canonicalSpan.ts';
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

/** Messages that a dialect put together from several attributes; an empty list is kept as the JSON text `[]`. */
export function messagesPayloadOf(messages: readonly unknown[]): Payload {
  if (messages.length === 0 || messages.length > MESSAGES_MAX) return { format: 'json', parts: [jsonTextOf(messages)] };
  return { format: 'messages', parts: messages.map(jsonTextOf) };
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
