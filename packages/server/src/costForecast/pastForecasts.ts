import { FORECAST_INTERVAL_LEVEL } from '@sightglass/contract/routes/costForecast';
import { DAYS_AHEAD_MAX, type ForecastMethod } from './forecastMethod.ts';

/** Past forecasts that must have been checked before anything is said about the next one: a week of them. */
export const CASES_MIN = 7;

/** A method's forecasts of each day, and what came of them. */
export interface PastForecasts {
  /** Days that were known when the first forecast was made. */
  firstOrigin: number;
  /** `forecasts[i]` was made when `firstOrigin + i` days were known. */
  forecasts: readonly (readonly number[])[];
  /** `spentBefore[n]`: what the first n days cost together. */
  spentBefore: readonly number[];
}

/** A forecast of the total of some days beside what they cost. */
export interface CheckedForecast {
  /** Days that were known when it was made. */
  origin: number;
  forecast: number;
  actual: number;
}

export function pastForecastsOf(method: ForecastMethod, costs: readonly number[]): PastForecasts {
  const spentBefore = [0];
  for (const [day, cost] of costs.entries()) spentBefore.push((spentBefore[day] ?? 0) + cost);
  return { firstOrigin: method.daysNeeded, forecasts: method.forecasts(costs), spentBefore };
}

/** The forecast made when so many days were known; undefined when they were too few. */
export const forecastAt = ({ firstOrigin, forecasts }: PastForecasts, origin: number) => forecasts[origin - firstOrigin];

/** Forecasts of `days` days that could be checked by the time `known` days were over, oldest first, none made before `fromOrigin`. */
export function checkedForecasts(past: PastForecasts, days: number, known: number, fromOrigin = 0): CheckedForecast[] {
  const checked: CheckedForecast[] = [];
  for (let origin = Math.max(fromOrigin, past.firstOrigin); origin + days <= known; origin++) {
    const actual = (past.spentBefore[origin + days] ?? 0) - (past.spentBefore[origin] ?? 0);
    checked.push({ origin, forecast: forecastAt(past, origin)?.[days] ?? 0, actual });
  }
  return checked;
}

/** Σ |error| ÷ Σ actual; null when nothing was spent. */
export function wapeOf(checked: readonly CheckedForecast[]): number | null {
  let errors = 0;
  let actuals = 0;
  for (const { forecast, actual } of checked) {
    errors += Math.abs(forecast - actual);
    actuals += actual;
  }
  return actuals > 0 ? errors / actuals : null;
}

/** Mean of |error| ÷ actual over the cases in which something was spent; null when there were none. */
export function mapeOf(checked: readonly CheckedForecast[]): number | null {
  const shares = checked.filter(({ actual }) => actual > 0).map(({ forecast, actual }) => Math.abs(forecast - actual) / actual);
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/**
 * Half the width of the interval around a total of 0, 1, … `DAYS_AHEAD_MAX` days, in dollars, by what was known after
 * `known` days; null when too few forecasts could be checked. It is the ⌈(n + 1) · level⌉-th smallest of n past
 * errors over as many days (the split conformal interval of J. Lei and others, 2018, "Distribution-Free Predictive
 * Inference for Regression"). Days follow on one another, so its promise holds only roughly: what it held is reported.
 * Never narrower for more days; for more days than can be checked it grows in proportion to them.
 */
export function halfWidths(past: PastForecasts, known: number, daysMax = DAYS_AHEAD_MAX): number[] | null {
  const widths = [0];
  let checkedDays = 0;
  for (let days = 1; days <= daysMax; days++) {
    const errors = checkedForecasts(past, days, known).map(({ forecast, actual }) => Math.abs(forecast - actual));
    if (errors.length >= CASES_MIN) {
      const rank = Math.ceil((errors.length + 1) * FORECAST_INTERVAL_LEVEL);
      widths.push(Math.max(widths[days - 1] ?? 0, errors.sort((a, b) => a - b)[rank - 1] ?? 0));
      checkedDays = days;
    } else if (checkedDays === 0) {
      return null;
    } else {
      widths.push(((widths[checkedDays] ?? 0) * days) / checkedDays);
    }
  }
  return widths;
}
