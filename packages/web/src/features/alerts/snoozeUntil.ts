import { readTypedTime, utcText } from '../../time/timeRange.ts';
import { type TimeZone, wallClock } from '../../ui/formatTime.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The server refuses longer ones. */
const SNOOZE_DAYS_MAX = 30;

export const SNOOZE_CHOICES = [
  { value: '1h', label: '1 hour' },
  { value: '4h', label: '4 hours' },
  { value: 'tomorrow', label: 'Until tomorrow, 9:00' },
  { value: 'typed', label: 'Until …' },
] as const;
export type SnoozeChoice = (typeof SNOOZE_CHOICES)[number]['value'];

/** The end of a snooze as the API takes it, or why it is none. `typed` is read on the clock of the zone: `2026-11-21 18:00`. */
export function snoozeUntil(choice: SnoozeChoice, typed: string, nowMs: number, zone: TimeZone): { until: string } | { problem: string } {
  switch (choice) {
    case '1h':
      return { until: utcText(nowMs + HOUR_MS) };
    case '4h':
      return { until: utcText(nowMs + 4 * HOUR_MS) };
    case 'tomorrow':
      return { until: readTypedTime(`${dayAfter(wallClock(nowMs, zone).date)} 09:00`, zone) ?? utcText(nowMs + DAY_MS) };
    case 'typed':
      return readEnd(typed, nowMs, zone);
  }
}

const dayAfter = (date: string): string => new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);

function readEnd(typed: string, nowMs: number, zone: TimeZone): { until: string } | { problem: string } {
  const until = /^\s*now/.test(typed) ? undefined : readTypedTime(typed, zone);
  const untilMs = Date.parse(until ?? '');
  if (until === undefined || Number.isNaN(untilMs)) return { problem: 'Write a day and a time, such as 2026-11-21 18:00.' };
  if (untilMs <= nowMs) return { problem: 'That has passed.' };
  return untilMs > nowMs + SNOOZE_DAYS_MAX * DAY_MS ? { problem: `At most ${SNOOZE_DAYS_MAX} days from now.` } : { until };
}
