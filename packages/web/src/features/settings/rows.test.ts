import { expect, it } from 'vitest';
import { moveRow, newRowId, sameDraft } from './rows.ts';

it.each([
  [0, 1, ['b', 'a', 'c']],
  [2, -1, ['a', 'c', 'b']],
  [0, -1, ['a', 'b', 'c']],
  [2, 1, ['a', 'b', 'c']],
] as const)('moves row %i by %i', (index, by, expected) => {
  expect(moveRow(['a', 'b', 'c'], index, by)).toEqual(expected);
});

it('drafts are the same when their rows say the same in the same order', () => {
  const rows = (...names: string[]) => ({ enabled: true, rows: names.map((name) => ({ rowId: newRowId(), name })) });
  expect(sameDraft(rows('a', 'b'), rows('a', 'b'))).toBe(true);
  expect(sameDraft(rows('a', 'b'), rows('b', 'a'))).toBe(false);
  expect(sameDraft(rows('a'), { ...rows('a'), enabled: false })).toBe(false);
});
