import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dampedHoltWinters } from './dampedHoltWinters.ts';
import { DAYS_AHEAD_MAX } from './forecastMethod.ts';
import { rollingAverage } from './rollingAverage.ts';
import { noisyWeeks, repeated, WEEKLY } from './testing/costSeries.ts';

const lastDays = (totals: readonly number[] | undefined) => (totals ?? []).slice(1).map((total, index) => total - (totals?.[index] ?? 0));

describe.each([rollingAverage, dampedHoltWinters])('$name', (method) => {
  it('forecasts a constant cost as that cost, from the first forecast on', () => {
    const forecasts = method.forecasts(repeated([2.5], 40));
    expect(forecasts).toHaveLength(40 - method.daysNeeded + 1);
    for (const totals of forecasts) for (const [days, total] of totals.entries()) expect(total).toBeCloseTo(2.5 * days, 9);
  });

  it('needs its days, and no more', () => {
    expect(method.forecasts(repeated([1], method.daysNeeded - 1))).toEqual([]);
    expect(method.forecasts(repeated([1], method.daysNeeded))).toHaveLength(1);
  });

  it('forecasts next to nothing after a silence of half a year', () => {
    const totals = method.forecasts([...repeated([5], 30), ...repeated([0], 180)]).at(-1);
    expect(totals?.[DAYS_AHEAD_MAX]).toBeLessThan(0.5);
  });

  it('of a day looks at nothing that came after it', () => {
    for (const seed of [1, 2, 3]) {
      const costs = noisyWeeks(84, seed);
      // 56 and 84 lie whole weeks apart, so that both choose their smoothing on the same days.
      const then = method.forecasts(costs.slice(0, 56));
      expect(method.forecasts(costs).slice(0, then.length)).toEqual(then);
    }
  });

  it('never falls and is never negative, whatever came before', () => {
    const day = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e9, noNaN: true }), fc.double({ min: 0, max: 1e-6, noNaN: true }));
    fc.assert(
      fc.property(fc.array(day, { minLength: 14, maxLength: 60 }), (costs) => {
        const forecasts = method.forecasts(costs);
        expect(forecasts).toHaveLength(costs.length - method.daysNeeded + 1);
        for (const totals of forecasts) {
          expect(totals).toHaveLength(DAYS_AHEAD_MAX + 1);
          expect(totals[0]).toBe(0);
          expect(lastDays(totals).every((cost) => cost >= 0)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('scales with the amounts', () => {
    const costs = noisyWeeks(60, 4);
    const small = method.forecasts(costs).at(-1) ?? [];
    const large = method.forecasts(costs.map((cost) => cost * 1024)).at(-1) ?? [];
    for (const [days, total] of large.entries()) expect(total / 1024).toBeCloseTo(small[days] ?? -1, 9);
  });
});

it('a weekly pattern is learned from two weeks, wherever in the week they begin and end', () => {
  for (let shift = 0; shift < 7; shift++) {
    const pattern = [...WEEKLY.slice(shift), ...WEEKLY.slice(0, shift)];
    for (const known of [14, 17, 28, 40]) {
      const costs = repeated(pattern, known);
      const days = lastDays(dampedHoltWinters.forecasts(costs).at(-1));
      for (const [ahead, cost] of days.entries()) expect(cost).toBeCloseTo(pattern[(known + ahead) % 7] ?? -1, 9);
    }
  }
});

it('a lasting rise is followed, and damped further ahead', () => {
  const rising = Array.from({ length: 56 }, (_, day) => 10 + day);
  const [next = 0, ...later] = lastDays(dampedHoltWinters.forecasts(rising).at(-1));
  expect(next).toBeGreaterThan(64);
  expect(next).toBeLessThan(68);
  expect((later.at(-1) ?? 0) - next).toBeLessThan(30);
});

it('the rolling average is that of the last seven days', () => {
  expect(rollingAverage.forecasts([100, 1, 2, 3, 4, 5, 6, 7]).map((totals) => totals[1])).toEqual([121 / 7, 4]);
});
