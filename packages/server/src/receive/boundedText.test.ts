import { expect, it } from 'vitest';
import { boundJson } from './boundedJson.ts';
import { boundedText, wellFormed } from './boundedText.ts';
import { TEXT_CHARS_MAX } from './limits.ts';

it.each([
  ['abc', 3, 'abc'],
  ['abcd', 3, 'abc…[truncated 1 characters]'],
  ['ab😀', 4, 'ab😀'],
  ['ab😀c', 4, 'ab😀…[truncated 1 characters]'],
  ['ab😀', 3, 'ab…[truncated 2 characters]'],
  ['', 0, ''],
])('%j with at most %i is %j', (text, charsMax, kept) => {
  expect(boundedText(text, charsMax)).toBe(kept);
});

it('half a character becomes U+FFFD', () => {
  expect(wellFormed('a\ud800b')).toBe('a\ufffdb');
  expect(wellFormed('a😀')).toBe('a😀');
});

it('the texts of a JSON value are cut wherever they are', () => {
  const long = 'x'.repeat(TEXT_CHARS_MAX + 1);
  const value: unknown = JSON.parse(`{"a":[{"b":${JSON.stringify(long)}}],"__proto__":"\\ud800","n":1}`);
  expect(boundJson(value, 3)).toBe(true);
  const cut = `${long.slice(1)}…[truncated 1 characters]`;
  expect(Object.entries(value as object)).toEqual([
    ['a', [{ b: cut }]],
    ['__proto__', '\ufffd'],
    ['n', 1],
  ]);
});

it('a value that is nested deeper is told', () => {
  expect([boundJson([[1]], 2), boundJson([[[]]], 2), boundJson('text', 0)]).toEqual([true, false, true]);
});
