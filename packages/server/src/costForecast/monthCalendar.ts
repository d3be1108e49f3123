import type { TimeRange } from '../explore/timeRange.ts';
import { type CalendarDate, dateIn, isoDate, plusDays, startOfDate } from '../explore/timeZone.ts';

const NS_PER_MS = 1_000_000n;

/** This month as the calendar of a time zone has it, and today's place in it. */
export interface MonthCalendar {
  /** `2026-11` */
  month: string;
  today: CalendarDate;
  daysInMonth: number;
  /** Days until the month ends: the rest of today as a fraction, and the whole days after it. */
  daysLeft: number;
}

export function monthCalendar(timeZone: string, nowNs: bigint): MonthCalendar {
  const nowMs = Number(nowNs / NS_PER_MS);
  const today = dateIn(timeZone, nowMs);
  const daysInMonth = lengthOfMonth(today);
  const { fromNs, toNs } = daysRange(timeZone, today, 1);
  const restOfToday = Math.min(1, Math.max(0, Number(toNs - nowNs) / Number(toNs - fromNs)));
  return { month: monthOf(today), today, daysInMonth, daysLeft: restOfToday + daysInMonth - today.day };
}

export const monthOf = (date: CalendarDate) => isoDate(date).slice(0, 7);

export const lengthOfMonth = ({ year, month }: CalendarDate) => plusDays({ year, month: month + 1, day: 1 }, -1).day;

/** From the first moment of a date to the last one of `days` days. */
export function daysRange(timeZone: string, first: CalendarDate, days: number): TimeRange {
  const startNs = (date: CalendarDate) => BigInt(startOfDate(timeZone, date)) * NS_PER_MS;
  return { fromNs: startNs(first), toNs: startNs(plusDays(first, days)) };
}
