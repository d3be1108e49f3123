import { describe, expect, it } from 'vitest';
import { moveColumn, orderColumns, readColumnLayout } from './columnLayout.ts';

describe('readColumnLayout', () => {
  it('reads what was kept', () => {
    expect(readColumnLayout('{"order":["a"],"hidden":["b"],"widths":{"a":120}}')).toEqual({ order: ['a'], hidden: ['b'], widths: { a: 120 } });
  });

  it('drops what is no layout', () => {
    expect(readColumnLayout('{')).toBeUndefined();
    expect(readColumnLayout('3')).toBeUndefined();
    expect(readColumnLayout('null')).toBeUndefined();
    expect(readColumnLayout('{"order":[1,"a"],"hidden":"b","widths":{"a":"wide","b":1e9,"c":-4}}')).toEqual({
      order: ['a'],
      hidden: [],
      widths: { b: 1200, c: 40 },
    });
  });
});

describe('orderColumns', () => {
  it('puts columns that are new since then beside their neighbour', () => {
    expect(orderColumns(['a', 'b', 'c', 'd'], ['d', 'a', 'c'])).toEqual(['d', 'a', 'b', 'c']);
    expect(orderColumns(['new', 'a'], ['a'])).toEqual(['new', 'a']);
  });

  it('forgets columns that no longer exist', () => {
    expect(orderColumns(['a', 'b'], ['gone', 'b', 'a'])).toEqual(['b', 'a']);
  });
});

describe('moveColumn', () => {
  it('moves by one place and stops at the ends', () => {
    expect(moveColumn(['a', 'b', 'c'], 'b', -1)).toEqual(['b', 'a', 'c']);
    expect(moveColumn(['a', 'b', 'c'], 'b', 1)).toEqual(['a', 'c', 'b']);
    expect(moveColumn(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c']);
    expect(moveColumn(['a', 'b', 'c'], 'c', 1)).toEqual(['a', 'b', 'c']);
  });
});
