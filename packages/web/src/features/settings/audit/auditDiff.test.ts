import { expect, test } from 'vitest';
import { diffOf } from './auditDiff.ts';

const told = (before: unknown, after: unknown) =>
  diffOf(before, after).rows.map(({ path, before: was, after: is, changed }) => `${path} ${was} → ${is}${changed ? ' *' : ''}`);

test.each<[unknown, unknown, string[]]>([
  [null, null, []],
  [null, { name: 'a', scopes: ['read', 'admin'] }, ['name null → a *', 'scopes[0] null → read *', 'scopes[1] null → admin *']],
  [{ a: 1, b: { c: true } }, { a: 1, b: { c: false } }, ['a 1 → 1', 'b.c true → false *']],
  [{ gone: '' }, {}, [' null → {} *', 'gone  → null *']],
  [{ list: [1, 2] }, { list: [] }, ['list null → [] *', 'list[0] 1 → null *', 'list[1] 2 → null *']],
  ['on', 'off', [' on → off *']],
  [{ a: null }, { a: null }, ['a null → null']],
  [{ 'http.route': 1 }, null, ['["http.route"] 1 → null *']],
])('from %j to %j', (before, after, rows) => {
  expect(told(before, after)).toEqual(rows);
});

test('an object in another order is the same', () => {
  expect(diffOf({ a: 1, b: 2 }, { b: 2, a: 1 }).rows.every(({ changed }) => !changed)).toBe(true);
});

test('an entry without end is cut', () => {
  const { rows, cut } = diffOf(
    null,
    Array.from({ length: 5_000 }, (_, i) => i),
  );
  expect([rows.length, cut]).toEqual([2_000, true]);
});
