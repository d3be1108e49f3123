import type { CostForecast, CostProjection, ForecastMethodName } from '@sightglass/contract/routes/costForecast';
import { formatQuantity } from '../../ui/formatCount.ts';
import { formatMoney } from '../../ui/formatMoney.ts';
import { formatChange, formatPercent } from '../../ui/formatPercent.ts';

export const METHOD_LABELS: Readonly<Record<ForecastMethodName, string>> = {
  rolling_average: '7-day average',
  seasonal: 'Weekly pattern',
};

export const METHOD_EXPLAINED: Readonly<Record<ForecastMethodName, string>> = {
  rolling_average: 'Every day to come costs what the last seven finished days cost on average',
  seasonal: 'Holt-Winters: each weekday with its own level, and a trend that fades',
};

/** `2026-11` → `November 2026`. */
export function monthName(month: string): string {
  const atMs = Date.parse(`${month}-01T00:00:00Z`);
  return Number.isNaN(atMs) ? month : new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(atMs);
}

/** The answer of the page in a sentence. */
export function forecastSentence({ month, workspace, interval_level }: CostForecast): string {
  const name = monthName(month);
  const { projected_usd, low_usd, high_usd } = workspace;
  if (projected_usd === null) return `${name} cannot be projected yet.`;
  if (low_usd === null || high_usd === null) return `${name} will end at about ${formatMoney(projected_usd)}.`;
  return `${name} will end at about ${formatMoney(projected_usd)}; ${formatPercent(interval_level)} interval ${formatMoney(low_usd)} to ${formatMoney(high_usd)}.`;
}

/** `$270 – $300`; null without an interval. */
export function intervalText({ low_usd, high_usd }: { low_usd: string | null; high_usd: string | null }): string | null {
  return low_usd === null || high_usd === null ? null : `${formatMoney(low_usd)} – ${formatMoney(high_usd)}`;
}

/** How the projected end compares with the month before: `+12 %`; null when either is missing. */
export function changeText({ projected_usd, previous_month_usd }: Pick<CostProjection, 'projected_usd' | 'previous_month_usd'>): string | null {
  return projected_usd === null ? null : formatChange(Number(projected_usd), Number(previous_month_usd));
}

/** What past forecasts of a series missed by, for those who hover: `17 past forecasts of 10 days missed by 8.1 % of the cost`. */
export function pastErrorWords(error: CostProjection['past_error']): string {
  if (error === null || error.wape === null) return 'No past forecast can be checked yet';
  return `${formatQuantity(error.forecasts, 'past forecast')} of ${formatQuantity(error.days, 'day')} missed by ${formatPercent(error.wape)} of the cost`;
}

/** `12 days and a half` is nobody's unit: whole days, and hours on the last one. */
export function daysLeftText(daysLeft: number): string {
  if (daysLeft >= 1) return `${formatQuantity(Math.round(daysLeft), 'day')} left`;
  return `${formatQuantity(Math.max(1, Math.round(daysLeft * 24)), 'hour')} left`;
}
