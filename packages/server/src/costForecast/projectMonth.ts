import type { CostProjection, ForecastMethodName, ForecastReach } from '@sightglass/contract/routes/costForecast';
import { formatUsd, PICO_USD_PER_USD } from '@sightglass/contract/money';
import { estimateText } from './estimateText.ts';
import { type LearnedMethod, type LearnedSeries, METHODS } from './learnSeries.ts';
import { CASES_MIN } from './pastForecasts.ts';

/** What is known of a month, exactly. */
export interface MonthSpent {
  spentPico: bigint;
  previousMonthPico: bigint;
  unpricedCalls: number;
}

/** An estimate of what is still to come, in dollars; `width` is half its interval's, null when that is unknown. */
export interface Rest {
  total: number;
  width: number | null;
}

export const dollarsOf = (pico: bigint) => Number(pico) / Number(PICO_USD_PER_USD);

/** Where a month ends of which `daysLeft` days are left. */
export function projectMonth(learned: LearnedSeries, spent: MonthSpent, daysLeft: number): CostProjection {
  const { historyDays, methods, better } = learned;
  const wholeDays = Math.max(1, Math.round(daysLeft));
  const reach = (name: ForecastMethodName) => reachOf(name, methods[name], historyDays, spent.spentPico, daysLeft);
  const reaches = { rolling_average: reach('rolling_average'), seasonal: reach('seasonal') };
  const method = reaches.rolling_average.projected_usd === null ? null : (better[wholeDays] ?? 'rolling_average');
  return {
    spent_usd: formatUsd(spent.spentPico),
    previous_month_usd: formatUsd(spent.previousMonthPico),
    unpriced_calls: spent.unpricedCalls,
    history_days: historyDays,
    ...reaches[method ?? 'rolling_average'],
    method,
    past_error: method === null ? null : pastErrorOf(methods[method], wholeDays),
    methods: reaches,
  };
}

/** What a method expects of the next `days` days, the first of which may be a fraction; null when it cannot tell. */
export function restOf({ totals, widths }: Pick<LearnedMethod, 'totals' | 'widths'>, days: number): Rest | null {
  if (totals === null) return null;
  return { total: totalOver(totals, days), width: widths === null ? null : between(widths, days) };
}

/** The interval never reaches below what is spent: costs do not come back. */
export function reachOfRest(rest: Rest, spentPico: bigint): Pick<ForecastReach, 'projected_usd' | 'low_usd' | 'high_usd'> {
  const end = dollarsOf(spentPico) + rest.total;
  return {
    projected_usd: estimateText(end, spentPico),
    low_usd: rest.width === null ? null : estimateText(end - rest.width, spentPico),
    high_usd: rest.width === null ? null : estimateText(end + rest.width, spentPico),
  };
}

function reachOf(name: ForecastMethodName, learned: LearnedMethod, historyDays: number, spentPico: bigint, daysLeft: number): ForecastReach {
  const rest = restOf(learned, daysLeft);
  const { daysNeeded } = METHODS[name];
  if (rest === null) return { projected_usd: null, low_usd: null, high_usd: null, reason: tooFewDays(historyDays, daysNeeded) };
  const reason = rest.width === null ? tooFewForInterval(historyDays, daysNeeded + CASES_MIN) : null;
  return { ...reachOfRest(rest, spentPico), reason };
}

function tooFewDays(historyDays: number, daysNeeded: number): string {
  if (historyDays === 0)
    return `Nothing was spent on any of the days before today: a projection needs ${daysNeeded} finished days from the first cost on.`;
  return `A projection by this method needs ${daysNeeded} finished days since the first cost; so far there ${areDays(historyDays)}.`;
}

const tooFewForInterval = (historyDays: number, daysNeeded: number) =>
  `Too few past forecasts can be checked to give an interval: it needs ${daysNeeded} finished days since the first cost; so far there ${areDays(historyDays)}.`;

const areDays = (days: number) => (days === 1 ? 'is 1' : `are ${days}`);

/** Over as many days as are left, or over the longest stretch below that of which enough forecasts could be checked. */
function pastErrorOf({ errors }: LearnedMethod, wholeDays: number): CostProjection['past_error'] {
  for (let days = Math.min(wholeDays, errors.length - 1); days >= 1; days--) {
    const error = errors[days];
    if (error !== null && error !== undefined) return { days, ...error };
  }
  return null;
}

/** A part of the first day is that part of its cost. */
function totalOver(totals: readonly number[], days: number): number {
  const firstShare = days - Math.floor(days) || 1;
  const first = totals[1] ?? 0;
  const whole = days <= 0 ? 0 : Math.ceil(days);
  return whole === 0 ? 0 : firstShare * first + (totals[whole] ?? 0) - first;
}

function between(widths: readonly number[], days: number): number {
  const below = widths[Math.floor(days)] ?? 0;
  const above = widths[Math.ceil(days)] ?? 0;
  return below + (days - Math.floor(days)) * (above - below);
}
