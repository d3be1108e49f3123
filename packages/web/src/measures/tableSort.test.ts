import { expect, it } from 'vitest';
import { readSort, type TableSort, writeSort } from './tableSort.ts';

const COLUMNS = [{ measure: 'calls' }, { measure: 'errors' }];

it.each<[string | undefined, TableSort]>([
  [undefined, { measure: 'calls', descending: true }],
  ['-errors', { measure: 'errors', descending: true }],
  ['errors', { measure: 'errors', descending: false }],
  ['calls', { measure: 'calls', descending: false }],
  ['-nothing', { measure: 'calls', descending: true }],
])('%s is read, and written back unless it is usual', (text, sort) => {
  expect(readSort(text, COLUMNS)).toEqual(sort);
  expect(readSort(writeSort(sort, COLUMNS), COLUMNS)).toEqual(sort);
});

it('what is usual does not stand in the URL', () => {
  expect(writeSort({ measure: 'calls', descending: true }, COLUMNS)).toBeUndefined();
});
