/** Counts the parts of calls, each once in a request: a history that is sent again with every turn costs its new messages only. */
import { type CountingRoom, countWithin, requestRoom, SPAN_CHARS_MAX } from './boundedCount.ts';
import type { CallTexts } from './callTexts.ts';
import type { Encoding } from './encodings.ts';
import type { TokenCounter, TokenCounters } from './tokenCounter.ts';

/** What the spans of one request share. */
export interface RequestCounting {
  counters: TokenCounters;
  room: CountingRoom;
  /** Parts that were counted whole, by how they are read, then by their text. */
  known: Map<string, Map<string, CountedPart>>;
}

export const requestCounting = (counters: TokenCounters): RequestCounting => ({ counters, room: requestRoom(), known: new Map() });

/** What is counted of one span, and what it has left of its own bound. */
export interface SpanCounting {
  request: RequestCounting;
  encoding: Encoding;
  chars: number;
}

export const spanCounting = (request: RequestCounting, encoding: Encoding): SpanCounting => ({ request, encoding, chars: SPAN_CHARS_MAX });

interface CountedPart {
  tokens: number;
  hasMedia: boolean;
}

export interface CountedSide extends CountedPart {
  /** Whether all of it was counted, rather than a sample. */
  isWhole: boolean;
}

/** One way of reading a part; the name tells it from others. */
export interface PartReader {
  name: string;
  read(part: string): CallTexts;
}

/** 0 tokens where there is nothing to count. */
export function countParts(span: SpanCounting, parts: readonly string[], { name, read }: PartReader): CountedSide {
  const { request, encoding } = span;
  const known = knownOf(request, `${encoding} ${name}`);
  const sum: CountedSide = { tokens: 0, hasMedia: false, isWhole: true };
  const fresh: { part: string; texts: CallTexts }[] = [];
  let freshChars = 0;
  for (const part of parts) {
    const counted = known.get(part);
    if (counted !== undefined) add(sum, counted);
    else {
      const texts = read(part);
      fresh.push({ part, texts });
      for (const text of texts.texts) freshChars += text.length;
    }
  }
  if (fresh.length === 0) return sum;
  const counter = request.counters(encoding);
  const fits = freshChars <= Math.min(span.chars, request.room.chars);
  if (fits) for (const { part, texts } of fresh) add(sum, remembered(known, part, countOne(span, texts, counter)));
  else
    addSample(
      span,
      sum,
      fresh.map(({ texts }) => texts),
      counter,
    );
  return sum;
}

function countOne(span: SpanCounting, { texts, markTokens, hasMedia }: CallTexts, counter: TokenCounter): CountedPart {
  return { tokens: markTokens + taken(span, texts, counter).tokens, hasMedia };
}

function addSample(span: SpanCounting, sum: CountedSide, parts: readonly CallTexts[], counter: TokenCounter): void {
  const marks = parts.reduce((tokens, { markTokens }) => tokens + markTokens, 0);
  const { tokens } = taken(
    span,
    parts.flatMap(({ texts }) => texts),
    counter,
  );
  add(sum, { tokens: marks + tokens, hasMedia: parts.some(({ hasMedia }) => hasMedia) });
  sum.isWhole = false;
}

/** Counts within what the span and the request have left, and takes it off both. */
function taken(span: SpanCounting, texts: readonly string[], counter: TokenCounter) {
  const before = span.request.room.chars;
  const count = countWithin(texts, counter, span.chars, span.request.room);
  span.chars -= before - span.request.room.chars;
  return count;
}

function add(sum: CountedSide, { tokens, hasMedia }: CountedPart): void {
  sum.tokens += tokens;
  sum.hasMedia ||= hasMedia;
}

function knownOf({ known }: RequestCounting, reading: string): Map<string, CountedPart> {
  const found = known.get(reading) ?? new Map<string, CountedPart>();
  known.set(reading, found);
  return found;
}

function remembered(known: Map<string, CountedPart>, part: string, counted: CountedPart): CountedPart {
  known.set(part, counted);
  return counted;
}
