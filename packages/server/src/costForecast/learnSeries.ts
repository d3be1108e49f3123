import type { ForecastMethodName } from '@sightglass/contract/routes/costForecast';
import { dampedHoltWinters } from './dampedHoltWinters.ts';
import { DAYS_AHEAD_MAX, type ForecastMethod } from './forecastMethod.ts';
import { CASES_MIN, checkedForecasts, forecastAt, halfWidths, type PastForecasts, pastForecastsOf, wapeOf } from './pastForecasts.ts';
import { rollingAverage } from './rollingAverage.ts';

export const METHODS: Readonly<Record<ForecastMethodName, ForecastMethod>> = { rolling_average: rollingAverage, seasonal: dampedHoltWinters };

/** How far forecasts of so many days were off. */
export interface PastError {
  forecasts: number;
  wape: number | null;
}

export interface LearnedMethod {
  /** What the next 0, 1, … days cost together, in dollars; null when too few days are known. */
  totals: readonly number[] | null;
  /** See `halfWidths`. */
  widths: readonly number[] | null;
  /** By number of days; null where too few forecasts could be checked. */
  errors: readonly (PastError | null)[];
}

/** All that is to be known of a series of costs to project it, whatever day of the month it is. */
export interface LearnedSeries {
  historyDays: number;
  methods: Readonly<Record<ForecastMethodName, LearnedMethod>>;
  /** By number of days ahead: the method that was less far off, over the same past days. */
  better: readonly ForecastMethodName[];
}

/** Days before the first cost tell nothing: an agent that did not exist yet was not free. A day without cost after it is a zero. */
export function sinceFirstCost<T extends bigint | number>(costs: readonly T[]): readonly T[] {
  const first = costs.findIndex((cost) => cost > 0);
  return first < 0 ? [] : costs.slice(first);
}

/** `costs`: dollars of each finished day from the first cost on. */
export function learnSeries(costs: readonly number[]): LearnedSeries {
  const past = {
    rolling_average: pastForecastsOf(rollingAverage, costs),
    seasonal: pastForecastsOf(dampedHoltWinters, costs),
  };
  const known = costs.length;
  return {
    historyDays: known,
    methods: { rolling_average: learned(past.rolling_average, known), seasonal: learned(past.seasonal, known) },
    better: byDaysAhead((days) => betterOver(past, days, known)),
  };
}

function learned(past: PastForecasts, known: number): LearnedMethod {
  return {
    totals: forecastAt(past, known) ?? null,
    widths: halfWidths(past, known),
    errors: byDaysAhead((days) => {
      const checked = checkedForecasts(past, days, known);
      return checked.length < CASES_MIN ? null : { forecasts: checked.length, wape: wapeOf(checked) };
    }),
  };
}

/** Over the longest stretch, up to the days asked for, of which enough forecasts of both could be checked. */
function betterOver(past: Readonly<Record<ForecastMethodName, PastForecasts>>, days: number, known: number): ForecastMethodName {
  const { firstOrigin } = past.seasonal;
  const checkable = Math.min(days, known - firstOrigin - CASES_MIN + 1);
  if (checkable < 1) return 'rolling_average';
  const wape = (name: ForecastMethodName) => wapeOf(checkedForecasts(past[name], checkable, known, firstOrigin));
  const [average, seasonal] = [wape('rolling_average'), wape('seasonal')];
  return average !== null && seasonal !== null && seasonal < average ? 'seasonal' : 'rolling_average';
}

const byDaysAhead = <T>(of: (days: number) => T): T[] => Array.from({ length: DAYS_AHEAD_MAX + 1 }, (_, days) => of(Math.max(1, days)));
