import type { TimeRange } from './timeRange.ts';
import { type TimeUnit, UNIT_NS } from './timeRange.ts';
import { type CalendarDate, dateIn, plusDays, startOfDate, weekday } from './timeZone.ts';

/** More points than any chart shows. */
export const BUCKETS_MAX = 10_000;

export interface Interval {
  count: number;
  unit: TimeUnit;
}

/** `15m` → 15 minutes; undefined for anything else. */
export function parseInterval(text: string): Interval | undefined {
  const match = /^([1-9]\d{0,3})([smhdw])$/.exec(text);
  return match === null ? undefined : { count: Number(match[1]), unit: match[2] as TimeUnit };
}

const NS_PER_MS = 1_000_000n;
const MS_PER_DAY = 86_400_000;
const DAYS_PER_WEEK = 7;

/**
 * Where the buckets begin that together cover the range, ascending, Unix nanoseconds; undefined when they are
 * more than `BUCKETS_MAX`. Seconds, minutes and hours are counted from 1970 UTC, so that a range that moves
 * on keeps its buckets. Days and weeks are those of the calendar of `timeZone`, 23 or 25 hours long where
 * its clocks change; weeks begin on Monday.
 */
export function bucketStarts(range: TimeRange, interval: Interval, timeZone: string): bigint[] | undefined {
  return interval.unit === 'd' || interval.unit === 'w' ? calendarStarts(range, interval, timeZone) : fixedStarts(range, interval);
}

function fixedStarts({ fromNs, toNs }: TimeRange, { count, unit }: Interval): bigint[] | undefined {
  const stepNs = BigInt(count) * UNIT_NS[unit];
  const first = floorTo(fromNs, stepNs);
  if ((toNs - 1n - first) / stepNs >= BigInt(BUCKETS_MAX)) return undefined;
  const starts: bigint[] = [];
  for (let start = first; start < toNs; start += stepNs) starts.push(start);
  return starts;
}

function calendarStarts({ fromNs, toNs }: TimeRange, { count, unit }: Interval, timeZone: string): bigint[] | undefined {
  const stepDays = unit === 'w' ? count * DAYS_PER_WEEK : count;
  if (Number((toNs - fromNs) / UNIT_NS.d) / stepDays >= BUCKETS_MAX) return undefined;
  const starts: bigint[] = [];
  let date = firstDate(dateIn(timeZone, Number(fromNs / NS_PER_MS)), stepDays, unit === 'w');
  for (;;) {
    const start = BigInt(startOfDate(timeZone, date)) * NS_PER_MS;
    if (start >= toNs) return starts;
    starts.push(start);
    date = plusDays(date, stepDays);
  }
}

/** The date whose bucket holds the given one. Several days or weeks at once are counted from 5 January 1970, a Monday. */
function firstDate(date: CalendarDate, stepDays: number, weeks: boolean): CalendarDate {
  if (stepDays === 1) return date;
  if (stepDays === DAYS_PER_WEEK && weeks) return plusDays(date, -weekday(date));
  const daysSince = Date.UTC(date.year, date.month - 1, date.day) / MS_PER_DAY - 4;
  return plusDays(date, -(((daysSince % stepDays) + stepDays) % stepDays));
}

function floorTo(ns: bigint, stepNs: bigint): bigint {
  const rest = ns % stepNs;
  return rest < 0n ? ns - rest - stepNs : ns - rest;
}
