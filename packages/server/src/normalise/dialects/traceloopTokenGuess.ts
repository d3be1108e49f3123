/**
 * For streamed chats Traceloop's OpenAI instrumentation drops the usage that the provider sent and counts
 * the message contents with a tokenizer of its own; nothing on the span says so. The numbers give it away:
 * a provider's prompt count has several tokens of framing for each message, and the tools on offer, on top
 * of the contents, a guess has the contents alone.
 */
import type { DecodedSpan } from '../decodedSpan.ts';
import type { DialectReading } from '../dialect.ts';
import { asObject, parseJson } from '../attributes.ts';

/** Every chat format frames a message with at least 3 tokens for the message and 1 for the role. */
const FRAMING_TOKENS_MIN_PER_MESSAGE = 3;
/** Name and schema of the smallest tool. */
const TOOL_TOKENS_MIN = 8;
/** Beyond this the framing is lost in the contents. */
const INPUT_TOKENS_MAX = 2_000;
/** Tokens never hold more of the text than this on average, so longer prompts cannot have been counted as so few. */
const CHARS_PER_TOKEN_MAX = 16;

/** The pieces into which tokenizers cut a text before they encode each on its own: no text has fewer tokens than pieces. */
const PIECES = /'(?:s|t|re|ve|m|ll|d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+/giu;

/**
 * True when the reported prompt tokens are fewer than any provider could have counted for these messages.
 * Never true for a provider's own number; a guess for a long or unusual text may pass.
 */
export function isOwnTokenCount(span: DecodedSpan, reading: DialectReading): boolean {
  const input = reading.usage?.inputTokens;
  if (reading.kind !== 'llm' || reading.provider !== 'openai' || !span.scope.name.startsWith('@traceloop/')) return false;
  if (input === null || input === undefined || input > INPUT_TOKENS_MAX || reading.input?.format !== 'messages') return false;
  let chars = 0;
  for (const part of reading.input.parts) chars += part.length;
  if (chars > (input + 40) * CHARS_PER_TOKEN_MAX) return false;

  let tokensMin = 0;
  for (const part of reading.input.parts) {
    const text = contentText(parseJson(part));
    if (text === undefined) return false;
    tokensMin += (text.match(PIECES)?.length ?? 0) + FRAMING_TOKENS_MIN_PER_MESSAGE;
  }
  return input <= tokensMin + (reading.toolDefinitions?.length ?? 0) * TOOL_TOKENS_MIN;
}

/** The plain text of a message; undefined for contents that are counted otherwise (images, calls). */
function contentText(message: unknown): string | undefined {
  const object = asObject(message);
  if (object === undefined) return undefined;
  if (typeof object.content === 'string') return object.content;
  if (!Array.isArray(object.parts)) return undefined;
  let text = '';
  for (const part of object.parts) {
    const inner = asObject(part);
    if (inner?.type !== 'text' || typeof inner.content !== 'string') return undefined;
    text += inner.content;
  }
  return text;
}
