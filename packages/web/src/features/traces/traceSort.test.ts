import { expect, it } from 'vitest';
import { DEFAULT_SORT, formatSort, nextSort, readSort } from './traceSort.ts';

it('reads the order of the URL, and newest first for anything else', () => {
  expect(readSort('-cost')).toEqual({ key: 'cost', descending: true });
  expect(readSort('duration')).toEqual({ key: 'duration', descending: false });
  expect(readSort('-color')).toEqual(DEFAULT_SORT);
  expect(readSort(undefined)).toEqual(DEFAULT_SORT);
});

it('writes what it reads', () => {
  expect(formatSort(readSort('-tokens'))).toBe('-tokens');
  expect(formatSort(readSort('errors'))).toBe('errors');
});

it('goes from most to least and back to newest with each click', () => {
  const first = nextSort(DEFAULT_SORT, 'cost');
  const second = nextSort(first, 'cost');
  expect([first, second, nextSort(second, 'cost')]).toEqual([{ key: 'cost', descending: true }, { key: 'cost', descending: false }, DEFAULT_SORT]);
});

it('only turns the start column around', () => {
  const oldest = nextSort(DEFAULT_SORT, 'start_time');
  expect(oldest).toEqual({ key: 'start_time', descending: false });
  expect(nextSort(oldest, 'start_time')).toEqual(DEFAULT_SORT);
});
