import { expect, it } from 'vitest';
import { noisyWeeks, repeated, WEEKLY } from '../costForecast/testing/costSeries.ts';
import { FORECAST_DAYS_NEEDED, forecastDays } from './forecastDays.ts';

it('needs three weeks', () => {
  expect(FORECAST_DAYS_NEEDED).toBe(21);
  expect(forecastDays(repeated([3], 20), 30)).toBeUndefined();
  expect(forecastDays(repeated([3], 21), 30)).toHaveLength(30);
});

it('forecasts the weekly pattern day by day, without width where nothing ever differs', () => {
  const days = forecastDays(repeated(WEEKLY, 70), 14) ?? [];
  for (const [ahead, { expected, low, high }] of days.entries()) {
    expect(expected).toBeCloseTo(WEEKLY[ahead % 7] ?? -1, 6);
    expect(high - low).toBeCloseTo(0, 6);
  }
});

it('is never narrower for a later day, and holds about as many days as it promises', () => {
  let held = 0;
  let cases = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const values = noisyWeeks(98, seed * 7919);
    const days = forecastDays(values.slice(0, 84), 14) ?? [];
    for (const [ahead, { expected, low, high }] of days.entries()) {
      const before = days[ahead - 1];
      if (before !== undefined) expect(high - expected).toBeGreaterThanOrEqual(before.high - before.expected - 1e-9);
      const actual = values[84 + ahead] ?? -1;
      if (actual >= low && actual <= high) held += 1;
      cases += 1;
    }
  }
  expect(held / cases).toBeGreaterThan(0.75);
  expect(held / cases).toBeLessThan(0.97);
});

it('follows a lasting rise upwards', () => {
  const rising = Array.from({ length: 84 }, (_, day) => 10 + day);
  const days = forecastDays(rising, 30) ?? [];
  expect(days[0]?.expected).toBeGreaterThan(93);
  expect(days.at(-1)?.expected).toBeGreaterThan(days[0]?.expected ?? 999);
});
