import { parseUsd } from '@sightglass/contract/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateText } from './estimateText.ts';
import { learnSeries, sinceFirstCost } from './learnSeries.ts';
import { projectMonth } from './projectMonth.ts';
import { noisyWeeks, repeated, WEEKLY } from './testing/costSeries.ts';

const SPENT = { spentPico: 20_000_000_000_001n, previousMonthPico: 0n, unpricedCalls: 0 };
const usd = (text: string | null) => parseUsd(text ?? 'missing') ?? -1n;

describe('the projected end of the month', () => {
  it('is what is spent and the days that are left at a constant cost', () => {
    const { projected_usd, low_usd, high_usd, reason, spent_usd } = projectMonth(learnSeries(repeated([2], 40)), SPENT, 10.25);
    expect([spent_usd, projected_usd, reason]).toEqual(['20.000000000001', '40.5', null]);
    expect([low_usd, high_usd]).toEqual(['40.5', '40.5']);
  });

  it('counts a part of today as that part of its day', () => {
    const learned = learnSeries(repeated(WEEKLY, 42)); // the next day is the first of the pattern
    const rest = (daysLeft: number) => projectMonth(learned, { ...SPENT, spentPico: 0n }, daysLeft).methods.seasonal.projected_usd;
    expect([rest(7), rest(2.5), rest(1), rest(0.5), rest(0)]).toEqual(['58', '28', '10', '5', '0']);
  });

  it('comes from the method that was less far off', () => {
    const weekly = projectMonth(learnSeries(repeated(WEEKLY, 60)), SPENT, 10);
    expect(weekly.method).toBe('seasonal');
    expect(weekly.projected_usd).toBe(weekly.methods.seasonal.projected_usd);
    expect(weekly.past_error?.wape).toBeCloseTo(0, 9);
    expect(projectMonth(learnSeries(repeated([3], 60)), SPENT, 10).method).toBe('rolling_average');
  });

  it('lies in its interval, which never reaches below what is spent', () => {
    const day = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e6, noNaN: true }));
    const days = fc.array(day, { minLength: 7, maxLength: 70 });
    fc.assert(
      fc.property(days, fc.double({ min: 0, max: 31, noNaN: true }), fc.bigInt(0n, 10n ** 20n), (costs, daysLeft, spentPico) => {
        const projection = projectMonth(learnSeries(costs), { ...SPENT, spentPico }, daysLeft);
        for (const reach of [projection, projection.methods.rolling_average, projection.methods.seasonal]) {
          if (reach.projected_usd === null) continue;
          expect(usd(reach.projected_usd)).toBeGreaterThanOrEqual(spentPico);
          if (reach.low_usd === null) continue;
          expect(usd(reach.low_usd)).toBeGreaterThanOrEqual(spentPico);
          expect(usd(reach.low_usd)).toBeLessThanOrEqual(usd(reach.projected_usd));
          expect(usd(reach.high_usd)).toBeGreaterThanOrEqual(usd(reach.projected_usd));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('and its interval close in on what is spent as the month ends', () => {
    const learned = learnSeries(noisyWeeks(60, 3));
    const widthOf = (daysLeft: number) => {
      const { low_usd, high_usd } = projectMonth(learned, { ...SPENT, spentPico: 500_000_000_000_000n }, daysLeft);
      return usd(high_usd) - usd(low_usd);
    };
    // The method may change with the days that are left; the average alone never does.
    expect(widthOf(0)).toBe(0n);
    expect(widthOf(0.5)).toBeLessThan(widthOf(20));
  });
});

describe('with too little to learn from', () => {
  it.each([
    [0, 'Nothing was spent on any of the days before today: a projection needs 7 finished days from the first cost on.'],
    [1, 'A projection by this method needs 7 finished days since the first cost; so far there is 1.'],
    [6, 'A projection by this method needs 7 finished days since the first cost; so far there are 6.'],
  ])('%i days give no projection, and the reason', (days, reason) => {
    const projection = projectMonth(learnSeries(repeated([1], days)), SPENT, 12);
    expect(projection).toMatchObject({ spent_usd: '20.000000000001', projected_usd: null, low_usd: null, high_usd: null, method: null, reason });
    expect(projection).toMatchObject({ past_error: null, history_days: days, methods: { seasonal: { projected_usd: null } } });
  });

  it('a week gives a projection without an interval, two weeks one with it', () => {
    const week = projectMonth(learnSeries(repeated([1], 7)), SPENT, 10);
    expect(week).toMatchObject({ method: 'rolling_average', projected_usd: '30', low_usd: null, high_usd: null });
    expect(week.reason).toContain('14 finished days');
    expect(projectMonth(learnSeries(repeated([1], 14)), SPENT, 10)).toMatchObject({ projected_usd: '30', low_usd: '30', reason: null });
  });

  it('the weekly pattern is not taken before it was checked', () => {
    expect(projectMonth(learnSeries(repeated(WEEKLY, 20)), SPENT, 10).method).toBe('rolling_average');
    expect(projectMonth(learnSeries(repeated(WEEKLY, 21)), SPENT, 10).method).toBe('seasonal');
  });
});

it('days before the first cost are unknown, later ones without cost are zeros', () => {
  expect(sinceFirstCost([0, 0, 3, 0, 0, 1, 0])).toEqual([3, 0, 0, 1, 0]);
  expect(sinceFirstCost([0n, 0n])).toEqual([]);
  const learned = learnSeries(sinceFirstCost([...repeated([0], 50), ...repeated([7, 0, 0, 0, 0, 0, 0], 14)]));
  expect(learned.historyDays).toBe(14);
  expect(learned.methods.rolling_average.totals?.[7]).toBe(7);
});

it.each([
  [1234.567, '1234.57'],
  [9.87654, '9.877'],
  [0.000012344, '0.00001234'],
  [3e-9, '0.000000003'],
  [0, '0'],
  [-4, '0'],
  [Number.NaN, '0'],
  [1e300, '1000000000000000'],
])('an estimate of %d dollars is written as %s', (dollars, text) => {
  expect(estimateText(dollars)).toBe(text);
});

it('an estimate never lies below what is spent', () => {
  expect(estimateText(12.344, 12_344_000_000_001n)).toBe('12.344000000001');
});
