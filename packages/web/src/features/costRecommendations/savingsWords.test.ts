import { describe, expect, it } from 'vitest';
import { factText, windowOfSearch } from './savingsWords.ts';

describe('a fact of the evidence', () => {
  it.each([
    ['calls', 12_345, '12,345'],
    ['tokens', 1_024, '1,024'],
    ['usd', '0.0106825', '$0.0107'],
    ['ratio', 0.9876, '99\u202f%'],
    ['ratio', 0, '0\u202f%'],
    ['text', 'gpt-4o-mini', 'gpt-4o-mini'],
  ] as const)('in %s, %s, reads %s', (unit, value, text) => {
    expect(factText({ name: 'x', label: 'x', unit, value })).toBe(text);
  });
});

it('the window of the URL is one of those on offer, else thirty days', () => {
  expect([undefined, '14', '90', '7', 'x'].map(windowOfSearch)).toEqual([30, 14, 90, 30, 30]);
});
