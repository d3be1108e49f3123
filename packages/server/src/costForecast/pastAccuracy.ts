/** How past forecasts of a series did: each is made again from nothing but what was known on its day. */
import type { ForecastAccuracy, ForecastHorizon, ForecastMethodName, PastMonth } from '@sightglass/contract/routes/costForecast';
import { formatUsd } from '@sightglass/contract/money';
import { type CalendarDate, isoDate, plusDays } from '../explore/timeZone.ts';
import { METHODS } from './learnSeries.ts';
import { lengthOfMonth, monthOf } from './monthCalendar.ts';
import { CASES_MIN, checkedForecasts, forecastAt, halfWidths, mapeOf, type PastForecasts, pastForecastsOf, wapeOf } from './pastForecasts.ts';
import { dollarsOf, reachOfRest, restOf } from './projectMonth.ts';

/** A day, a week, two weeks, and nearly a month ahead. */
const HORIZON_DAYS = [1, 7, 14, 28] as const;
const DAYS_INTO_MONTH = [7, 14, 21] as const;

type PastOfMethods = Readonly<Record<ForecastMethodName, PastForecasts>>;

/** `costsPico`: finished days from the first cost on, of which `firstDate` is the first. */
export function pastAccuracy(costsPico: readonly bigint[], firstDate: CalendarDate): ForecastAccuracy {
  const costs = costsPico.map(dollarsOf);
  const past = {
    rolling_average: pastForecastsOf(METHODS.rolling_average, costs),
    seasonal: pastForecastsOf(METHODS.seasonal, costs),
  };
  const horizons = HORIZON_DAYS.flatMap((days) => horizonOf(past, days, costs.length) ?? []);
  const months = pastMonths(past, costsPico, firstDate);
  const needed = METHODS.seasonal.daysNeeded + CASES_MIN;
  const reason =
    horizons.length > 0 || months.length > 0
      ? null
      : `No past forecast can be checked yet: that needs ${needed} finished days since the first cost, there ${costs.length === 1 ? 'is 1' : `are ${costs.length}`}.`;
  return { horizons, months, reason };
}

/** Undefined when fewer than a week of forecasts of both methods can be checked. */
function horizonOf(past: PastOfMethods, days: number, known: number): ForecastHorizon | undefined {
  const fromOrigin = past.seasonal.firstOrigin;
  const forecasts = known - days - fromOrigin + 1;
  if (forecasts < CASES_MIN) return undefined;
  const errorOf = (each: PastForecasts) => {
    const checked = checkedForecasts(each, days, known, fromOrigin);
    const held = checked.flatMap(({ origin, forecast, actual }) => {
      const width = halfWidths(each, origin, days)?.[days];
      return width === undefined ? [] : [Math.abs(forecast - actual) <= width];
    });
    return {
      wape: wapeOf(checked),
      mape: mapeOf(checked),
      coverage: held.length === 0 ? null : held.filter((inside) => inside).length / held.length,
      intervals: held.length,
    };
  };
  return { days, forecasts, rolling_average: errorOf(past.rolling_average), seasonal: errorOf(past.seasonal) };
}

/** Finished months that are known from their first day on and for which a forecast could be made, newest first. */
function pastMonths(past: PastOfMethods, costsPico: readonly bigint[], firstDate: CalendarDate): PastMonth[] {
  const months: PastMonth[] = [];
  let start = firstDate.day === 1 ? 0 : lengthOfMonth(firstDate) - firstDate.day + 1;
  for (;;) {
    const first = plusDays(firstDate, start);
    const length = lengthOfMonth(first);
    if (start + length > costsPico.length) return months.reverse();
    const spentPico = sumOf(costsPico.slice(start, start + length));
    const forecasts = DAYS_INTO_MONTH.map((day) => {
      const spentByThenPico = sumOf(costsPico.slice(start, start + day));
      const reach = (each: PastForecasts) => reachThen(each, start + day, length - day, spentByThenPico);
      return { after: isoDate(plusDays(first, day - 1)), rolling_average: reach(past.rolling_average), seasonal: reach(past.seasonal) };
    });
    if (forecasts.some((then) => then.rolling_average.projected_usd !== null))
      months.push({ month: monthOf(first), spent_usd: formatUsd(spentPico), forecasts });
    start += length;
  }
}

function reachThen(past: PastForecasts, known: number, daysLeft: number, spentPico: bigint) {
  const rest = restOf({ totals: forecastAt(past, known) ?? null, widths: halfWidths(past, known) }, daysLeft);
  if (rest === null) return { projected_usd: null, low_usd: null, high_usd: null, reason: 'Too few days were known then.' };
  const reason = rest.width === null ? 'Too few forecasts could be checked then to give an interval.' : null;
  return { ...reachOfRest(rest, spentPico), reason };
}

const sumOf = (amounts: readonly bigint[]) => amounts.reduce((sum, amount) => sum + amount, 0n);
