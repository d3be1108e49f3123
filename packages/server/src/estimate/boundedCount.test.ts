import { expect, test } from 'vitest';
import { countWithin, REQUEST_CHARS_MAX, requestRoom, SPAN_CHARS_MAX } from './boundedCount.ts';

/** One token for every two characters, and what it was given. */
function recording() {
  const seen: string[] = [];
  const counter = {
    count: (text: string) => {
      seen.push(text);
      return Math.ceil(text.length / 2);
    },
    forget: () => undefined,
  };
  return { counter, seen, chars: () => seen.reduce((sum, text) => sum + text.length, 0) };
}

test('texts of exactly the bound are counted whole', () => {
  const { counter, chars } = recording();
  const room = requestRoom();
  const texts = ['a'.repeat(SPAN_CHARS_MAX - 10), 'b'.repeat(10)];
  expect(countWithin(texts, counter, SPAN_CHARS_MAX, room)).toEqual({ tokens: SPAN_CHARS_MAX / 2, isWhole: true });
  expect(chars()).toBe(SPAN_CHARS_MAX);
  expect(room.chars).toBe(REQUEST_CHARS_MAX - SPAN_CHARS_MAX);
});

test('one character more, and a sample is counted and extrapolated', () => {
  const { counter, chars } = recording();
  const { tokens, isWhole } = countWithin(['a'.repeat(SPAN_CHARS_MAX + 1)], counter, SPAN_CHARS_MAX, requestRoom());
  expect(isWhole).toBe(false);
  expect(Math.abs(tokens - SPAN_CHARS_MAX / 2)).toBeLessThanOrEqual(1);
  expect(chars()).toBeLessThanOrEqual(SPAN_CHARS_MAX);
});

test('the sample is spread evenly: text that is half dense and half sparse is not taken for one of both', () => {
  const { seen } = recording();
  const counter = { count: (text: string) => [...text].filter((character) => character === 'x').length, forget: () => undefined };
  const texts = ['x'.repeat(500_000), ' '.repeat(500_000)];
  const { tokens } = countWithin(texts, counter, SPAN_CHARS_MAX, requestRoom());
  expect(Math.abs(tokens / 500_000 - 1)).toBeLessThan(0.05);
  expect(seen).toEqual([]);
});

test('a hundred thousand short texts are sampled within the bound', () => {
  const { counter, chars } = recording();
  const { tokens, isWhole } = countWithin(Array<string>(100_000).fill('ab'), counter, SPAN_CHARS_MAX, requestRoom());
  expect([tokens, isWhole]).toEqual([100_000, false]);
  expect(chars()).toBeLessThanOrEqual(SPAN_CHARS_MAX);
});

test('what a request has no room for goes by what was counted of it, else by four characters a token', () => {
  const { counter, seen } = recording();
  const room = requestRoom();
  room.chars = 1_000;
  expect(countWithin(['a'.repeat(1_001)], counter, SPAN_CHARS_MAX, room)).toEqual({ tokens: 250, isWhole: false });
  expect(countWithin(['a'.repeat(1_000)], counter, SPAN_CHARS_MAX, room)).toEqual({ tokens: 500, isWhole: true });
  expect(countWithin(['a'.repeat(1_000)], counter, SPAN_CHARS_MAX, room)).toEqual({ tokens: 500, isWhole: false });
  expect(seen).toHaveLength(1);
});
