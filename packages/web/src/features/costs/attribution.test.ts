import { formatUsd, parseUsd } from '@sightglass/contract/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueryRow } from '../../api/metrics.ts';
import { formatMoney, formatMoneyExact } from '../../ui/formatMoney.ts';
import { attribute, type CostAnswers, costUsdOf, estimatedUsdOf } from './attribution.ts';

const row = (agent_id: string | null, cost_usd: string, more: Partial<Record<'calls' | 'errors' | 'total_tokens' | 'unpriced_calls', number>> = {}) =>
  ({ agent_id, cost_usd, calls: 1, errors: 0, total_tokens: 0, unpriced_calls: 0, ...more }) satisfies QueryRow;
const whole = (cost_usd: string, calls = 1): QueryRow => ({ cost_usd, calls, errors: 0, total_tokens: 0, unpriced_calls: 0 });

const ANSWERS: CostAnswers = {
  groups: [row('planner', '3'), row('writer', '1')],
  isComplete: true,
  total: whole('4', 2),
  groupsBefore: [row('planner', '2'), row('writer', '1')],
  isCompleteBefore: true,
  totalBefore: whole('3', 2),
};
const attributeCosts = (answers: Partial<CostAnswers>, wanted: Partial<Parameters<typeof attribute>[1]> = {}) =>
  attribute({ ...ANSWERS, ...answers }, { dimensions: ['agent_id'], measure: 'cost', overlapping: false, linesMax: 50, ...wanted });
const linesOf = (answers: Partial<CostAnswers>) =>
  attributeCosts(answers).lines.map(({ groups, comparison }) => [groups[0], comparison.kind === 'change' ? comparison.change : comparison.kind]);

describe('lines', () => {
  it('have their share of the whole and their change', () => {
    const { lines, rest, gone, hasMore } = attributeCosts({});
    expect(lines.map(({ groups, share }) => [groups, share])).toEqual([
      [['planner'], 0.75],
      [['writer'], 0.25],
    ]);
    expect(linesOf({})).toEqual([
      ['planner', { text: '+50\u202f%', verdict: 'worse' }],
      ['writer', { text: 'no change', verdict: 'neutral' }],
    ]);
    expect([rest, gone, hasMore]).toEqual([null, [], false]);
  });

  it('keep calls that name no agent apart from an agent of that name', () => {
    const { lines } = attributeCosts({ groups: [row(null, '3'), row('(none)', '1')], groupsBefore: [row(null, '3')] });
    expect(lines.map(({ groups }) => groups)).toEqual([[null], ['(none)']]);
    expect(lines.map(({ comparison }) => comparison.kind)).toEqual(['change', 'new']);
    expect(new Set(lines.map(({ key }) => key)).size).toBe(2);
  });

  it('leave out groups in which nothing was counted', () => {
    expect(linesOf({ groups: [row('planner', '3'), row('idle', '0', { calls: 0 })] })).toHaveLength(1);
  });

  it('are new where the period before has none, and that is known only when all of it was read', () => {
    expect(linesOf({ groupsBefore: [row('planner', '3')] })[1]).toEqual(['writer', 'new']);
    expect(linesOf({ groupsBefore: [row('planner', '3')], isCompleteBefore: false })[1]).toEqual(['writer', 'unknown']);
  });

  it('rise from nothing where the calls before cost nothing', () => {
    expect(linesOf({ groupsBefore: [row('planner', '0'), row('writer', '1')] })[0]).toEqual(['planner', 'from-zero']);
  });

  it('that are gone are told of, the costliest first, and only when all of today is known', () => {
    const before = { groupsBefore: [row('a', '1'), row('b', '2'), row('planner', '1')] };
    const { gone } = attributeCosts(before);
    expect(gone.map(({ groups, comparison, share }) => [groups[0], comparison.kind, share])).toEqual([
      ['b', 'gone', 0],
      ['a', 'gone', 0],
    ]);
    expect(attributeCosts({ ...before, isComplete: false }).gone).toEqual([]);
  });

  it('of a whole that cost nothing have no share', () => {
    expect(attributeCosts({ total: whole('0'), groups: [row('planner', '0')] }).lines[0]?.share).toBeNull();
  });

  it('with a call of no price keep the count of it beside the cost', () => {
    expect(attributeCosts({ groups: [row('planner', '3', { unpriced_calls: 7 })] }).lines[0]?.sums.unpricedCalls).toBe(7);
  });

  it('with tags are shares of the total, and may come to more than all of it', () => {
    const tagged = attribute(
      {
        ...ANSWERS,
        groups: [
          { ...row(null, '4'), tag: 'night' },
          { ...row(null, '3'), tag: 'batch' },
        ],
      },
      { dimensions: ['tag'], measure: 'cost', overlapping: true, linesMax: 1 },
    );
    expect(tagged.lines[0]?.share).toBe(1);
    expect([tagged.rest, tagged.hasMore]).toEqual([null, true]);
  });
});

describe('the rest', () => {
  it('is what the lines leave of the whole, and is compared with the same groups then', () => {
    const { lines, rest } = attributeCosts(
      {
        groups: [row('planner', '3'), row('writer', '0.7'), row('c', '0.3')],
        total: whole('4', 3),
        groupsBefore: [row('planner', '2'), row('writer', '0.5'), row('left', '0.5')],
        totalBefore: whole('3', 3),
      },
      { linesMax: 1 },
    );
    expect(lines).toHaveLength(1);
    expect(rest === null ? '' : costUsdOf(rest.sums)).toBe('1');
    expect(rest).toMatchObject({ share: 0.25, sums: { calls: 2 }, comparison: { kind: 'change', change: { text: '+100\u202f%' } } });
  });

  it('and the lines add up to the whole to the last digit', () => {
    const pico = fc.bigInt({ min: 0n, max: 10n ** 24n });
    fc.assert(
      fc.property(fc.array(pico, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 30 }), (costs, linesMax) => {
        const total = costs.reduce((sum, cost) => sum + cost, 0n);
        const { lines, rest } = attributeCosts(
          { groups: costs.map((cost, i) => row(`agent ${i}`, formatUsd(cost))), total: whole(formatUsd(total), costs.length) },
          { linesMax },
        );
        const shown = lines.reduce((sum, line) => sum + (parseUsd(costUsdOf(line.sums)) ?? -1n), 0n);
        expect(shown + (rest === null ? 0n : rest.sums.costPicoUsd)).toBe(total);
        expect(rest !== null).toBe(costs.length > linesMax);
      }),
    );
  });

  it('is never below nothing when a call came in between two answers', () => {
    const { rest } = attributeCosts({ total: whole('2.5', 1) }, { linesMax: 1 });
    expect(rest?.sums).toMatchObject({ costPicoUsd: 0n, calls: 0 });
  });
});

it('a million calls of $0.000000123 are shown as $0.123, no digit more or less', () => {
  const { total, lines, rest } = attributeCosts(
    {
      groups: [row('writer', '0.09225', { calls: 750_000 }), row('planner', '0.03075', { calls: 250_000 })],
      total: whole('0.123', 1_000_000),
    },
    { linesMax: 1 },
  );
  expect(formatMoney(costUsdOf(total.sums))).toBe('$0.123');
  expect(formatMoneyExact(costUsdOf(total.sums))).toBe('$0.123');
  expect([lines[0]?.share, rest?.share, rest === null ? '' : costUsdOf(rest.sums)]).toEqual([0.75, 0.25, '0.03075']);
});

describe('calls without a price', () => {
  const unpriced = { unpriced_calls: 1 };

  it('have no share of the cost, which is not a share of nothing', () => {
    expect(attributeCosts({ groups: [row('planner', '0', unpriced)] }).lines[0]?.share).toBeNull();
  });

  it('are not compared by cost with calls that had one', () => {
    expect(linesOf({ groups: [row('planner', '0', unpriced)] })).toEqual([['planner', 'unpriced']]);
    expect(linesOf({ groups: [row('planner', '3')], groupsBefore: [row('planner', '0', unpriced)] })).toEqual([['planner', 'unpriced']]);
  });

  it('are compared by what can be counted', () => {
    const { lines } = attributeCosts({ groups: [row('planner', '0', { ...unpriced, calls: 2 })] }, { measure: 'calls' });
    expect(lines[0]).toMatchObject({ share: 1, comparison: { kind: 'change', change: { text: '+100\u202f%' } } });
  });
});

it('what is estimated is told of the whole, of each line and of the rest', () => {
  const estimated = (cost: string, calls: number) => ({ estimated_cost_usd: cost, estimated_calls: calls });
  const { total, lines, rest } = attributeCosts(
    {
      groups: [{ ...row('planner', '3'), ...estimated('0.000000000001', 1) }, row('writer', '1')],
      total: { ...whole('4', 3), ...estimated('0.500000000001', 3) },
    },
    { linesMax: 1 },
  );
  expect([total.sums, lines[0]?.sums, rest?.sums].map((sums) => (sums === undefined ? '' : [estimatedUsdOf(sums), sums.estimatedCalls]))).toEqual([
    ['0.500000000001', 3],
    ['0.000000000001', 1],
    ['0.5', 2],
  ]);
});
