/** Anomalies and forecasts in words. Pure. */
import type { Anomaly } from '@sightglass/contract/anomaly';
import type { AnomalySeries, Crossing, CrossingOperator } from '@sightglass/contract/routes/anomalies';
import type { MeasureUnit } from '../../measures/formatMeasure.ts';
import { formatMeasure } from '../../measures/formatMeasure.ts';
import { formatQuantity } from '../../ui/formatCount.ts';
import { NOT_SENT } from '../../ui/formatMoney.ts';
import { epochMs, formatMinute, type TimeZone } from '../../ui/formatTime.ts';

/** What is expected is an estimate: dollars with six digits at most, other figures with few. */
export function formatEstimate(value: number | null, unit: MeasureUnit): string {
  if (value === null) return NOT_SENT;
  if (unit === 'usd') return formatMeasure(value.toFixed(6), unit);
  return formatMeasure(unit === 'count' || unit === 'tokens' ? Math.round(value) : Number(value.toPrecision(3)), unit);
}

/** `12 to 40`: what was usual for the hour. */
export const usualWords = ({ lower, upper, unit }: Pick<Anomaly, 'lower' | 'upper' | 'unit'>): string =>
  `${formatEstimate(lower, unit)} to ${formatEstimate(upper, unit)}`;

/** `3.2 times as much`, `60 % less`; of next to nothing a multiple says nothing, so then only which side it is on. */
export function sizeWords({ value, expected, direction }: Pick<Anomaly, 'value' | 'expected' | 'direction'>): string {
  if (!(expected > 0)) return direction === 'above' ? 'more' : 'less';
  const times = value / expected;
  if (direction === 'below') return `${Math.round((1 - times) * 100)} % less`;
  if (times >= 100) return 'over 100 times as much';
  return times >= 2 ? `${times >= 10 ? Math.round(times) : times.toFixed(1)} times as much` : `${Math.round((times - 1) * 100)} % more`;
}

/** `2026-11-20 08:00, 2 hours`; the clock of the zone. */
export function whenWords({ from, to }: Pick<Anomaly, 'from' | 'to'>, zone: TimeZone): string {
  const hours = Math.round((epochMs(to) - epochMs(from)) / 3_600_000);
  return `${formatMinute(epochMs(from), zone)}, ${formatQuantity(hours, 'hour')}`;
}

/** What a rule would have done over the hours that are shown. */
export function backtestSentence({
  would_have_fired: fired,
  points,
  sensitivity,
}: Pick<AnomalySeries, 'would_have_fired' | 'points' | 'sensitivity'>): string {
  const judged = points.filter(({ expected }) => expected !== null).length;
  if (judged === 0) return 'Nothing could be judged yet.';
  const days = Math.max(1, Math.round(points.length / 24));
  const often = fired === 0 ? 'would not have fired' : fired === 1 ? 'would have fired once' : `would have fired ${formatQuantity(fired, 'time')}`;
  return `A rule of sensitivity ${sensitivity} ${often} in the last ${formatQuantity(days, 'day')}.`;
}

export const OPERATORS: readonly { value: CrossingOperator; label: string }[] = [
  { value: '>', label: 'above' },
  { value: '<', label: 'below' },
];

/** When the days cross the threshold, with how sure that is. */
export function crossingSentence({
  state,
  crosses_on,
  earliest_on,
  latest_on,
  horizon_days,
  interval_level,
  latest_value,
  unit,
  reason,
}: Crossing): string {
  switch (state) {
    case 'crossed':
      return `It is beyond the threshold already: ${formatEstimate(latest_value, unit)} on the last full day.`;
    case 'expected': {
      const between =
        earliest_on === null || (earliest_on === crosses_on && latest_on === crosses_on)
          ? ''
          : latest_on === null
            ? `; it may be as early as ${earliest_on}, and it may not come`
            : `; between ${earliest_on} and ${latest_on} in ${Math.round(interval_level * 100)} % of such cases`;
      return `It is expected to cross the threshold on ${crosses_on}${between}.`;
    }
    case 'possible':
      return `It is not expected to cross the threshold within ${horizon_days} days, but may as early as ${earliest_on}.`;
    case 'not_in_sight':
      return `No crossing is in sight within ${horizon_days} days.`;
    case 'too_little_past':
      return reason ?? 'There is too little past for a forecast.';
  }
}
