import { readTypedTime, type TimeRange, utcText } from '../../time/timeRange.ts';
import { type TimeZone, wallClock } from '../../ui/formatTime.ts';

const DAY_MS = 86_400_000;

/** Days and months of the workspace's calendar, as bills have them. What has not ended yet goes on with the clock. */
export function calendarRanges(nowMs: number, zone: TimeZone): { label: string; range: TimeRange }[] {
  const today = wallClock(nowMs, zone).date;
  const at = (date: string) => readTypedTime(date, zone) ?? utcText(nowMs);
  const thisMonth = monthStart(today, 0);
  return [
    { label: 'Today', range: { from: at(today), to: 'now' } },
    { label: 'Yesterday', range: { from: at(daysFrom(today, -1)), to: at(today) } },
    { label: 'Last 7 whole days', range: { from: at(daysFrom(today, -7)), to: at(today) } },
    { label: 'This month', range: { from: at(thisMonth), to: 'now' } },
    { label: 'Last month', range: { from: at(monthStart(today, -1)), to: at(thisMonth) } },
  ];
}

const daysFrom = (date: string, days: number) => isoDate(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS);

function monthStart(date: string, months: number): string {
  const [year = 0, month = 1] = date.split('-').map(Number);
  return isoDate(Date.UTC(year, month - 1 + months, 1));
}

const isoDate = (ms: number) => new Date(ms).toISOString().slice(0, 10);
