import { expect, test } from 'vitest';
import { judge, NOTHING_WRONG } from './judge.ts';
import type { WitnessedBatch } from './witnessFile.ts';

const batch = (statuses: number[], items = ['a', 'b']): WitnessedBatch => ({ id: 'batch', round: 'r', signal: 'traces', items, statuses });
const stored = (...items: string[]) => {
  const times = new Map<string, number>();
  for (const item of items) times.set(item, (times.get(item) ?? 0) + 1);
  return times;
};

test.each([
  ['acknowledged and stored', [200], ['a', 'b'], {}],
  ['acknowledged at the second try', [0, 200], ['a', 'b'], {}],
  ['never answered and stored', [0], ['a', 'b'], {}],
  ['never answered and not stored', [0], [], {}],
  ['refused and not stored', [503, 503], [], {}],
  ['acknowledged and gone', [200], [], { lost: ['a', 'b'] }],
  ['acknowledged once and gone', [200, 0], [], { lost: ['a', 'b'] }],
  ['acknowledged and half there', [200], ['a'], { lost: ['b'], torn: ['batch'] }],
  ['never answered and half there', [0], ['b'], { torn: ['batch'] }],
  ['refused and stored all the same', [503], ['a', 'b'], { phantom: ['a', 'b'] }],
  ['there twice', [200, 200], ['a', 'b', 'b'], { doubled: ['b'] }],
  ['there with something that nobody sent', [200], ['a', 'b', 'c'], { phantom: ['c'] }],
])('a request %s', (_, statuses, items, wrong) => {
  expect(judge([batch(statuses)], stored(...items))).toEqual({ ...NOTHING_WRONG, ...wrong });
});

test('several points of one metric are as many items', () => {
  const three = [batch([200], ['m', 'm', 'm'])];
  expect(judge(three, stored('m', 'm', 'm'))).toEqual(NOTHING_WRONG);
  expect(judge(three, stored('m', 'm'))).toEqual({ ...NOTHING_WRONG, lost: ['m'], torn: ['batch'] });
  expect(judge(three, stored('m', 'm', 'm', 'm'))).toEqual({ ...NOTHING_WRONG, doubled: ['m'] });
});
