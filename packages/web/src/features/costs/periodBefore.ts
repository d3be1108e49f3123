import { readTypedTime } from '../../time/timeRange.ts';
import { epochMs, type TimeZone, wallClock } from '../../ui/formatTime.ts';

/** Epoch milliseconds; `toMs` does not belong to it. */
export interface Period {
  fromMs: number;
  toMs: number;
}

const DAY_MS = 86_400_000;

/**
 * What a period is compared with. One that begins with a day of the workspace's calendar is moved back by the days that it
 * touches, clock time for clock time: a week is compared with the week before even where the clocks changed in between, and
 * today until 16:00 with yesterday until 16:00. Any other is compared with the same length right before it.
 */
export function periodBefore({ fromMs, toMs }: Period, zone: TimeZone): Period {
  if (fromMs !== startOfDay(fromMs, zone)) return { fromMs: fromMs - (toMs - fromMs), toMs: fromMs };
  const days = (dateMs(toMs - 1, zone) - dateMs(fromMs, zone)) / DAY_MS + 1;
  return { fromMs: daysEarlier(fromMs, days, zone), toMs: daysEarlier(toMs, days, zone) };
}

/** The first moment of the day that a moment belongs to; not midnight where the clock skips that. */
export function startOfDay(atMs: number, zone: TimeZone): number {
  return epochMs(readTypedTime(wallClock(atMs, zone).date, zone) ?? '');
}

/** When the clock of the zone showed the same time so many days earlier. */
function daysEarlier(atMs: number, days: number, zone: TimeZone): number {
  const date = new Date(dateMs(atMs, zone) - days * DAY_MS).toISOString().slice(0, 10);
  // A day that begins at 01:00 because midnight is skipped is compared from the beginning of the other day.
  if (atMs === startOfDay(atMs, zone)) return epochMs(readTypedTime(date, zone) ?? '');
  const fraction = String(((atMs % 1000) + 1000) % 1000).padStart(3, '0');
  return epochMs(readTypedTime(`${date} ${wallClock(atMs, zone).time}.${fraction}`, zone) ?? '');
}

/** The date on the clock of the zone, as if it were UTC. */
const dateMs = (atMs: number, zone: TimeZone): number => Date.parse(`${wallClock(atMs, zone).date}T00:00:00Z`);
