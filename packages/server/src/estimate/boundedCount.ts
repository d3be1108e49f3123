/**
 * Counts texts within bounds, so that no span and no request holds up the thread that counts: what is too long is sampled
 * evenly and extrapolated by its characters, and the answer says so.
 */
import type { TokenCounter } from './tokenCounter.ts';

/** Characters of one span that are counted: some 16 000 tokens of English; a hostile text of it takes about 0.2 s. */
export const SPAN_CHARS_MAX = 65_536;
/** Of all spans of one request: the most hostile of it takes about 0.8 s, for which other requests wait. */
export const REQUEST_CHARS_MAX = 262_144;
/** Cutting a text costs about a token, so samples are not shorter. */
const SAMPLE_CHARS = 1_024;
/** Of English text, where a request has had no room to count any. */
const CHARS_PER_TOKEN = 4;

/** What is left to count, and what was counted so far. */
export interface CountingRoom {
  chars: number;
  countedChars: number;
  countedTokens: number;
}

export const requestRoom = (): CountingRoom => ({ chars: REQUEST_CHARS_MAX, countedChars: 0, countedTokens: 0 });

export interface BoundedCount {
  tokens: number;
  /** Whether all of it was counted. */
  isWhole: boolean;
}

/** The tokens of the texts, of which at most `charsMax` characters, and what the request has left, are counted. Takes these off the room. */
export function countWithin(texts: readonly string[], counter: TokenCounter, charsMax: number, room: CountingRoom): BoundedCount {
  const total = texts.reduce((sum, text) => sum + text.length, 0);
  const chars = Math.min(charsMax, room.chars);
  if (total <= chars) return { tokens: tally(texts, counter, room).tokens, isWhole: true };
  if (chars < SAMPLE_CHARS) return { tokens: Math.round(total * rateOf(room)), isWhole: false };
  const sample = tally(evenSamples(texts, total / chars), counter, room);
  return { tokens: Math.round((total * sample.tokens) / sample.chars), isWhole: false };
}

/** Tokens of a character, by what the request has shown of its texts. */
const rateOf = ({ countedChars, countedTokens }: CountingRoom) => (countedChars === 0 ? 1 / CHARS_PER_TOKEN : countedTokens / countedChars);

function tally(texts: Iterable<string>, counter: TokenCounter, room: CountingRoom): { tokens: number; chars: number } {
  let tokens = 0;
  let chars = 0;
  for (const text of texts) {
    tokens += counter.count(text);
    chars += text.length;
  }
  room.chars -= chars;
  room.countedChars += chars;
  room.countedTokens += tokens;
  return { tokens, chars };
}

/** A sample of every so many characters of the texts, as if they were one: `times` as long as a sample. A short text is taken whole. */
function* evenSamples(texts: readonly string[], times: number): Generator<string> {
  const stride = SAMPLE_CHARS * times;
  let start = 0;
  let next = 0;
  for (const text of texts) {
    const end = start + text.length;
    for (; next < end; next += stride) {
      const from = text.length <= SAMPLE_CHARS ? 0 : Math.floor(next - start);
      yield text.slice(from, from + SAMPLE_CHARS);
    }
    start = end;
  }
}
