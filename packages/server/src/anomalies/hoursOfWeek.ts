import { wallMs } from '../explore/timeZone.ts';

export const HOUR_MS = 3_600_000;
export const WEEK_HOURS = 168;
/** Clocks change at most once in so long. */
const STRIDE_HOURS = 48;
/** 1 January 1970 was a Thursday; weeks begin on Monday. */
const EPOCH_HOUR_OF_WEEK = 3 * 24;

/**
 * The hour of the week that clocks of the zone show at the beginning of each of some consecutive hours: 0 is Monday from 00:00. Where
 * clocks are put back an hour of the week comes twice, where they are put forward one is left out.
 */
export function hoursOfWeek(timeZone: string, firstMs: number, count: number): number[] {
  const hours: number[] = [];
  const offsetAt = (index: number) => {
    const at = firstMs + index * HOUR_MS;
    return wallMs(at, timeZone) - Math.floor(at / 1_000) * 1_000;
  };
  const show = (index: number, offsetMs: number) => {
    const hour = Math.floor((firstMs + index * HOUR_MS + offsetMs) / HOUR_MS) + EPOCH_HOUR_OF_WEEK;
    hours.push(((hour % WEEK_HOURS) + WEEK_HOURS) % WEEK_HOURS);
  };
  for (let start = 0; start < count; start += STRIDE_HOURS) {
    const end = Math.min(count, start + STRIDE_HOURS);
    const first = offsetAt(start);
    const isSteady = first === offsetAt(end - 1);
    for (let index = start; index < end; index++) show(index, isSteady ? first : offsetAt(index));
  }
  return hours;
}

/** Spans of an hour go on arriving for a while after it; until then it is not judged. */
const SETTLED_MS = 120_000;

/** The end of the last hour that can be judged at a moment, Unix milliseconds. */
export const settledUpToMs = (nowMs: number): number => Math.floor((nowMs - SETTLED_MS) / HOUR_MS) * HOUR_MS;
