import type { ForecastMethodName } from '@sightglass/contract/routes/costForecast';

/** No month is longer. */
export const DAYS_AHEAD_MAX = 31;

/**
 * A way to tell the days ahead from the days before. Costs are dollars a day, consecutive calendar days, oldest
 * first; floating numbers, because what comes out is an estimate.
 */
export interface ForecastMethod {
  name: ForecastMethodName;
  /** Days that must be known before the first forecast. */
  daysNeeded: number;
  /**
   * The forecasts that would have been made on each day: the first when `daysNeeded` days were known, the last from
   * all days, each from nothing but the days before it. A forecast is what the next 0, 1, … `DAYS_AHEAD_MAX` days
   * cost together, never falling. Empty when too few days are known.
   */
  forecasts(costs: readonly number[]): number[][];
}

/** What the first 0, 1, … `DAYS_AHEAD_MAX` days cost together; a day that would cost less than nothing costs nothing. */
export function runningTotals(costOfDay: (daysAhead: number) => number): number[] {
  const totals = [0];
  for (let daysAhead = 1; daysAhead <= DAYS_AHEAD_MAX; daysAhead++) totals.push((totals[daysAhead - 1] ?? 0) + Math.max(0, costOfDay(daysAhead)));
  return totals;
}
