import { HOUR_MS, hoursOfWeek } from './hoursOfWeek.ts';
import { type HourJudgement, type HourlyValue, judgeHours } from './seasonalBaseline.ts';
import { ANY_SHAPE, type SeriesShape } from './seriesShape.ts';

/** One whole hour; `atMs`: its first moment. `of`: what `companionOf` of the measure tells, where there is one. */
export interface SeriesPoint {
  atMs: number;
  value: number | null;
  of?: number | null;
}

/** What judging an hour looks back on: the pattern of eight weeks, and how far off the last four were, each by its own pattern. */
export const HISTORY_WEEKS = 12;

/**
 * Judges one hour by the hours before it; undefined when there is too little past, or when it has no value. Hours that `history` leaves out
 * have no value; of two for one hour the later holds. Of a measure that is added up `current` must be a whole hour: the last full one, for
 * a part of an hour is always too little.
 */
export function judgeLatest(
  history: readonly SeriesPoint[],
  current: SeriesPoint,
  sensitivity: number,
  timeZone: string,
  shape: SeriesShape = ANY_SHAPE,
): HourJudgement | undefined {
  if (current.value === null) return undefined;
  const last = hourOf(current.atMs);
  const known = history.filter(({ atMs, value }) => value !== null && hourOf(atMs) < last);
  const first = Math.max(
    known.reduce((least, { atMs }) => Math.min(least, hourOf(atMs)), last),
    last - HISTORY_WEEKS * 168,
  );
  const hours = hourlyValues([...known, current], first, last - first + 1, timeZone);
  return judgeHours(hours, shape, sensitivity, hours.length - 1)[0] ?? undefined;
}

const hourOf = (atMs: number) => Math.floor(atMs / HOUR_MS);

/** `count` hours without a gap from the hour `first` (hours since 1970) on. */
export function hourlyValues(points: readonly SeriesPoint[], first: number, count: number, timeZone: string): HourlyValue[] {
  const slots = hoursOfWeek(timeZone, first * HOUR_MS, count);
  const hours = slots.map((hourOfWeek, index): HourlyValue => ({ atMs: (first + index) * HOUR_MS, hourOfWeek, value: null, of: null }));
  for (const { atMs, value, of } of points) {
    const hour = hours[hourOf(atMs) - first];
    if (hour === undefined || value === null || !Number.isFinite(value)) continue;
    hour.value = value;
    hour.of = of ?? null;
  }
  return hours;
}
