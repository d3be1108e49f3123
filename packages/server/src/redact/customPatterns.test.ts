import { expect, test } from 'vitest';
import { checkPatterns } from './customPatterns.ts';

const check = (pattern: string, replacement?: string) =>
  checkPatterns([{ name: 'mine', pattern, ...(replacement === undefined ? {} : { replacement }) }]);

test.each([
  ['(', 'missing closing ) at position 1'],
  ['abc[z-a]', 'invalid character class range at position 4'],
  ['a**', 'invalid nested repetition operator at position 1'],
  ['foo(?=a)', 'invalid or unsupported Perl syntax at position 3'],
  ['(a)\\1', 'invalid escape sequence at position 3'],
  ['a{1,2000}', 'invalid repeat count at position 1'],
  ['a*', 'matches the empty text, so it would match everywhere'],
  ['(?:a?){500}a{500}', 'compiles to 1502 instructions; at most 500 may be used: shorten its repetitions'],
])('%s is refused: %s', (pattern, message) => {
  expect(check(pattern)).toEqual([{ pointer: '/patterns/0/pattern', message }]);
});

test('a replacement that the pattern finds again is refused', () => {
  expect(check('x+', 'xx')).toEqual([{ pointer: '/patterns/0/pattern', message: 'matches its own replacement, so masking would never end' }]);
  expect(check('x+', 'y')).toEqual([]);
});

test('patterns that are too large together are refused', () => {
  const patterns = Array.from({ length: 50 }, (_, i) => ({ name: `p${i}`, pattern: `a{200}${i}` }));
  expect(checkPatterns(patterns)).toMatchObject([{ pointer: '/patterns' }]);
});
