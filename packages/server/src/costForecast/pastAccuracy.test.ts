import { expect, it } from 'vitest';
import { pastAccuracy } from './pastAccuracy.ts';
import { noisyWeeks, repeated, WEEKLY } from './testing/costSeries.ts';

const pico = (costs: readonly number[]) => costs.map((cost) => BigInt(Math.round(cost * 1e12)));
// A Monday.
const START = { year: 2026, month: 7, day: 27 };

it('the seasonal method beats the average where weeks repeat, and both had the same days to tell', () => {
  const { horizons, reason } = pastAccuracy(pico(repeated(WEEKLY, 100)), START);
  expect(reason).toBeNull();
  expect(horizons.map(({ days, forecasts }) => [days, forecasts])).toEqual([
    [1, 86],
    [7, 80],
    [14, 73],
    [28, 59],
  ]);
  expect(horizons[0]?.seasonal.wape).toBeCloseTo(0, 6);
  expect(horizons[0]?.rolling_average.wape).toBeGreaterThan(0.4);
  expect(horizons[0]?.rolling_average.mape).toBeGreaterThan(horizons[0]?.rolling_average.wape ?? 9);
  // Over whole weeks the weekday makes no difference.
  expect(horizons[1]?.rolling_average.wape).toBeCloseTo(0, 6);
});

it('counts how often the interval of the day held', () => {
  const { horizons } = pastAccuracy(pico(noisyWeeks(120, 11)), START);
  for (const { forecasts, seasonal, rolling_average } of horizons) {
    for (const { coverage, intervals } of [seasonal, rolling_average]) {
      expect(intervals).toBeLessThanOrEqual(forecasts);
      expect(intervals).toBeGreaterThan(0);
      expect(coverage).toBeGreaterThan(0.4);
    }
  }
});

it('finished months stand with what was projected of them after each week', () => {
  const { months } = pastAccuracy(pico(repeated([1.5], 100)), START);
  expect(months.map(({ month, spent_usd }) => [month, spent_usd])).toEqual([
    ['2026-10', '46.5'],
    ['2026-09', '45'],
    ['2026-08', '46.5'],
  ]);
  expect(months[0]?.forecasts.map(({ after }) => after)).toEqual(['2026-10-07', '2026-10-14', '2026-10-21']);
  for (const { rolling_average, seasonal } of months[0]?.forecasts ?? []) {
    expect(rolling_average).toEqual({ projected_usd: '46.5', low_usd: '46.5', high_usd: '46.5', reason: null });
    expect(seasonal.projected_usd).toBe('46.5');
  }
  // After 12 known days there was an average, but neither an interval nor a weekly pattern.
  expect(months[2]?.forecasts[0]).toMatchObject({ rolling_average: { projected_usd: '46.5', low_usd: null }, seasonal: { projected_usd: null } });
});

it('a month that began before the first cost is not among them', () => {
  expect(pastAccuracy(pico(repeated([1], 70)), { year: 2026, month: 8, day: 2 }).months.map(({ month }) => month)).toEqual(['2026-09']);
});

it('says why when nothing can be checked', () => {
  expect(pastAccuracy([], START)).toMatchObject({ horizons: [], months: [], reason: expect.stringContaining('there are 0') as string });
  expect(pastAccuracy(pico(repeated([1], 20)), START).reason).toContain('21 finished days');
  expect(pastAccuracy(pico(repeated([1], 21)), START).horizons.map(({ days }) => days)).toEqual([1]);
});
