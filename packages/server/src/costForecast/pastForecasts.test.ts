import { describe, expect, it } from 'vitest';
import { dampedHoltWinters } from './dampedHoltWinters.ts';
import { DAYS_AHEAD_MAX } from './forecastMethod.ts';
import { checkedForecasts, halfWidths, mapeOf, pastForecastsOf, wapeOf } from './pastForecasts.ts';
import { rollingAverage } from './rollingAverage.ts';
import { noisyWeeks, repeated } from './testing/costSeries.ts';

it('a forecast is checked against what the days cost, once they are over', () => {
  const past = pastForecastsOf(rollingAverage, [...repeated([1], 7), 3, 5]);
  expect(checkedForecasts(past, 1, 9)).toEqual([
    { origin: 7, forecast: 1, actual: 3 },
    { origin: 8, forecast: 9 / 7, actual: 5 },
  ]);
  expect(checkedForecasts(past, 2, 9)).toEqual([{ origin: 7, forecast: 2, actual: 8 }]);
  expect(checkedForecasts(past, 1, 8)).toHaveLength(1);
  expect(checkedForecasts(past, 3, 9)).toEqual([]);
});

it('errors are weighed by amount, or by case, and of nothing there is no share', () => {
  const checked = [
    { origin: 7, forecast: 12, actual: 10 },
    { origin: 8, forecast: 0, actual: 1 },
    { origin: 9, forecast: 1, actual: 0 },
  ];
  expect(wapeOf(checked)).toBeCloseTo(4 / 11, 12);
  expect(mapeOf(checked)).toBeCloseTo(0.6, 12);
  const nothing = [{ origin: 7, forecast: 1, actual: 0 }];
  expect([wapeOf(nothing), mapeOf(nothing), wapeOf([]), mapeOf([])]).toEqual([null, null, null, null]);
});

describe('the interval', () => {
  it.each([14, 22, 40, 90])('of %i days never gets narrower with the days ahead', (days) => {
    for (const seed of [1, 2, 3]) {
      const widths = halfWidths(pastForecastsOf(rollingAverage, noisyWeeks(days, seed)), days) ?? [];
      expect(widths).toHaveLength(DAYS_AHEAD_MAX + 1);
      for (const [ahead, width] of widths.entries()) expect(width).toBeGreaterThanOrEqual(widths[ahead - 1] ?? 0);
      expect(widths.at(-1)).toBeGreaterThan(widths[1] ?? Number.POSITIVE_INFINITY);
    }
  });

  it('needs seven checked forecasts', () => {
    const widthsOf = (days: number) => halfWidths(pastForecastsOf(rollingAverage, noisyWeeks(days, 1)), days);
    expect(widthsOf(13)).toBeNull();
    expect(widthsOf(14)).not.toBeNull();
  });

  it('grows in proportion to the days where so many could not be checked yet', () => {
    const widths = halfWidths(pastForecastsOf(rollingAverage, noisyWeeks(15, 1)), 15) ?? [];
    expect(widths[31]).toBeCloseTo((widths[2] ?? 0) * 15.5, 9);
  });

  it('of a cost that never changes has no width', () => {
    for (const width of halfWidths(pastForecastsOf(dampedHoltWinters, repeated([4], 40)), 40) ?? [1]) expect(width).toBeCloseTo(0, 9);
  });

  it('holds about as many of the days that follow as it promises', () => {
    let held = 0;
    let cases = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const costs = noisyWeeks(92, seed * 7919);
      const past = pastForecastsOf(dampedHoltWinters, costs);
      const width = halfWidths(past, 85)?.[7] ?? 0;
      const after = checkedForecasts(past, 7, 92, 85);
      cases += after.length;
      held += after.filter(({ forecast, actual }) => Math.abs(forecast - actual) <= width).length;
    }
    expect(cases).toBe(60);
    expect(held / cases).toBeGreaterThan(0.65);
    expect(held / cases).toBeLessThan(0.95);
  });
});
