/** The days to come of a measure, each with its interval, by the method of the cost forecast. Pure. */
import { FORECAST_INTERVAL_LEVEL } from '@sightglass/contract/routes/costForecast';
import { dampedHoltWinters } from '../costForecast/dampedHoltWinters.ts';
import { CASES_MIN } from '../costForecast/pastForecasts.ts';

export interface ForecastedDay {
  expected: number;
  low: number;
  high: number;
}

/** Days that must be known: two weeks for the pattern, and a week of forecasts that can be checked. */
export const FORECAST_DAYS_NEEDED = dampedHoltWinters.daysNeeded + CASES_MIN;

/**
 * `values`: of each finished day, oldest first, none below 0. Undefined when they are too few. The interval is made of the errors of past
 * forecasts so many days ahead, as that of the cost forecast is, and is never narrower for a later day; where too few can be checked yet it
 * grows as the root of the days, as sums of independent changes do.
 */
export function forecastDays(values: readonly number[], daysAhead: number): ForecastedDay[] | undefined {
  if (values.length < FORECAST_DAYS_NEEDED) return undefined;
  const forecasts = dampedHoltWinters.forecasts(values).map(daysOf);
  const newest = forecasts.at(-1) ?? [];
  const days: ForecastedDay[] = [];
  let width = 0;
  let checkedAhead = 1;
  let checkedWidth = 0;
  for (let ahead = 1; ahead <= Math.min(daysAhead, newest.length); ahead++) {
    const errors = forecasts.flatMap((forecast, index) => {
      const actual = values[dampedHoltWinters.daysNeeded + index + ahead - 1];
      return actual === undefined ? [] : [Math.abs((forecast[ahead - 1] ?? 0) - actual)];
    });
    if (errors.length >= CASES_MIN) {
      const rank = Math.min(errors.length, Math.ceil((errors.length + 1) * FORECAST_INTERVAL_LEVEL));
      width = Math.max(width, errors.sort((a, b) => a - b)[rank - 1] ?? 0);
      [checkedAhead, checkedWidth] = [ahead, width];
    } else {
      width = checkedWidth * Math.sqrt(ahead / checkedAhead);
    }
    const expected = newest[ahead - 1] ?? 0;
    days.push({ expected, low: Math.max(0, expected - width), high: expected + width });
  }
  return days;
}

/** A forecast tells what the next 0, 1, … days make together. */
const daysOf = (totals: readonly number[]) => totals.slice(1).map((total, index) => total - (totals[index] ?? 0));
