import { describe, expect, it } from 'vitest';
import { choiceKey, differenceWords, isJob, progressOf, recomputeOf, recomputeWords } from './recomputeModel.ts';

const NOW_MS = Date.parse('2026-11-20T12:00:00Z');
const DAY = { from: 'now-24h', to: 'now' };
const amounts = (before_usd: string, after_usd: string) => ({ before_usd, after_usd });
const result = (fields: object) => ({ spans: 10, changed: 4, ...amounts('1', '1.5'), by_model: [], by_agent: [], dry_run: true, ...fields });

it('asks for absolute times and for any of the chosen values', () => {
  expect(recomputeOf({ model: 'gpt-4o,mine', agent_id: 'a', q: 'left behind' }, DAY, true, NOW_MS)).toEqual({
    from: '2026-11-19T12:00:00Z',
    to: '2026-11-20T12:00:00Z',
    filters: [
      { field: 'model', op: 'in', value: ['gpt-4o', 'mine'] },
      { field: 'agent_id', op: 'in', value: ['a'] },
    ],
    include_reported: true,
  });
});

it('a choice is another one when range, filters or the reported costs are others, not for what else the URL says', () => {
  const key = choiceKey({ model: 'x' }, DAY, false);
  expect(choiceKey({ model: 'x', view: 'recompute' }, DAY, false)).toBe(key);
  expect(choiceKey({ model: 'y' }, DAY, false)).not.toBe(key);
  expect(choiceKey({ model: 'x' }, { ...DAY, from: 'now-1h' }, false)).not.toBe(key);
  expect(choiceKey({ model: 'x' }, DAY, true)).not.toBe(key);
});

it.each([
  ['0.1', '0.3', '+$0.20'],
  ['0.3', '0.1', '−$0.20'],
  ['0', '0.000000000001', '+$0.000000000001'],
  ['9007199254740993', '9007199254740992.99', '−$0.01'],
  ['1', '1.0', 'no change'],
])('from %s to %s is %s', (before, after, words) => {
  expect(differenceWords(amounts(before, after))).toBe(words);
});

describe('recomputeWords', () => {
  it.each([
    [{}, '4 of 10 calls would cost another amount. $1.00 before, $1.50 after: +$0.50.'],
    [{ changed: 10 }, 'All 10 calls would cost another amount. $1.00 before, $1.50 after: +$0.50.'],
    [{ spans: 1, changed: 1, dry_run: false }, 'The call costs another amount now. $1.00 before, $1.50 after: +$0.50.'],
    [{ dry_run: false, changed: 1 }, '1 of 10 calls costs another amount now. $1.00 before, $1.50 after: +$0.50.'],
    [{ changed: 0 }, '10 calls, and every cost is what the prices of now come to. Nothing would change.'],
    [{ changed: 0, dry_run: false }, '10 calls, and every cost is what the prices of now come to. Nothing was changed.'],
    [{ spans: 0, changed: 0 }, 'No call in the range matches.'],
  ])('of %j', (fields, words) => {
    expect(recomputeWords(result(fields))).toBe(words);
  });
});

it.each([
  [{ state: 'running', done: 0, remaining: 0 }, null],
  [{ state: 'running', done: 30, remaining: 90 }, 0.25],
  [{ state: 'done', done: 0, remaining: 0 }, 1],
] as const)('%j is %s of the way', (job, progress) => {
  expect(progressOf(job)).toBe(progress);
});

it('tells a job from a result', () => {
  expect(isJob(result({}))).toBe(false);
});
