import { describe, expect, it } from 'vitest';
import { branchPreview, entryCount, firstEntries, unfoldedDepth } from './jsonEntries.ts';

describe('firstEntries', () => {
  it('takes entries of objects and lists, and no more than asked for', () => {
    expect(firstEntries({ a: 1, b: 2, c: 3 }, 2)).toEqual([
      { key: 'a', value: 1 },
      { key: 'b', value: 2 },
    ]);
    expect(firstEntries(['x', 'y'], 9)).toEqual([
      { key: '0', value: 'x' },
      { key: '1', value: 'y' },
    ]);
    expect(entryCount([1, 2])).toBe(2);
  });
});

describe('branchPreview', () => {
  it.each([
    [{}, '{}'],
    [[], '[]'],
    [[1], '[ 1 item ]'],
    [[1, 2], '[ 2 items ]'],
    [{ a: 1, b: 2 }, '{ a, b }'],
    [{ a: 1, b: 2, c: 3, d: 4 }, '{ a, b, c, … }'],
    [{ ['k'.repeat(30)]: 1 }, `{ ${'k'.repeat(24)}… }`],
  ])('%j → %s', (value, preview) => {
    expect(branchPreview(value)).toBe(preview);
  });
});

describe('unfoldedDepth', () => {
  it('unfolds a small value whole and a large one not at all', () => {
    expect(unfoldedDepth({ a: { b: { c: 1 } } }, 40)).toBeGreaterThanOrEqual(3);
    expect(
      unfoldedDepth(
        Array.from({ length: 1000 }, (_, i) => i),
        40,
      ),
    ).toBe(0);
    expect(unfoldedDepth({ head: 1, rows: Array.from({ length: 500 }, () => ({})) }, 40)).toBe(1);
  });

  it('ends for hostile depth', () => {
    let deep: unknown = 0;
    for (let i = 0; i < 10_000; i++) deep = [deep];
    expect(unfoldedDepth(deep, 40)).toBe(40);
  });
});
