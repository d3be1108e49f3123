import { NOT_SENT } from './formatMoney.ts';

/** An IANA zone name, or `UTC`. */
export type TimeZone = string;

/** Milliseconds since 1970 of an RFC 3339 time; finer digits are cut off. NaN when it is none. */
export function epochMs(time: string): number {
  return Date.parse(time.replace(/(\.\d{3})\d+/, '$1'));
}

/** How long ago, in the largest unit that says enough: `now`, `12 s ago`, `14 min ago`, `3 h ago`, `5 d ago`; `in 2 min` when it lies ahead. */
export function formatRelative(time: string, nowMs: number): string {
  const at = epochMs(time);
  if (Number.isNaN(at)) return NOT_SENT;
  const seconds = Math.round((nowMs - at) / 1000);
  const distance = Math.abs(seconds);
  if (distance < 5) return 'now';
  const amount =
    distance < 60
      ? `${distance} s`
      : distance < 3600
        ? `${Math.floor(distance / 60)} min`
        : distance < 2 * 86_400
          ? `${Math.floor(distance / 3600)} h`
          : `${Math.floor(distance / 86_400)} d`;
  return seconds > 0 ? `${amount} ago` : `in ${amount}`;
}

interface TimeParts {
  date: string;
  time: string;
}

/** `2026-11-20 17:14:02.118 UTC`: date, time and zone, unambiguous everywhere. */
export function formatExact(time: string, zone: TimeZone): string {
  const at = epochMs(time);
  if (Number.isNaN(at)) return NOT_SENT;
  const parts = wallClock(at, zone);
  return `${parts.date} ${parts.time}.${milliseconds(at)} ${zoneLabel(zone, at)}`;
}

/** The time of day: `17:14:02.118`. */
export function formatClock(time: string, zone: TimeZone): string {
  const at = epochMs(time);
  return Number.isNaN(at) ? NOT_SENT : `${wallClock(at, zone).time}.${milliseconds(at)}`;
}

/** Date and minute: `2026-11-20 17:14`. */
export function formatMinute(atMs: number, zone: TimeZone): string {
  const parts = wallClock(atMs, zone);
  return `${parts.date} ${parts.time.slice(0, 5)}`;
}

/** The wall clock of a zone: date `2026-11-20`, time `17:14:02`. */
export function wallClock(atMs: number, zone: TimeZone): TimeParts {
  const parts = Object.fromEntries(
    wallClockFormat(zone)
      .formatToParts(atMs)
      .map((part) => [part.type, part.value]),
  );
  return { date: `${parts.year}-${parts.month}-${parts.day}`, time: `${parts.hour}:${parts.minute}:${parts.second}` };
}

/** What to call a zone beside a time: `UTC`, else its short name or offset at that moment (`CET`, `GMT+5:30`). */
export function zoneLabel(zone: TimeZone, atMs: number): string {
  if (zone === 'UTC') return 'UTC';
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'short' }).formatToParts(atMs);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
}

/** Whether the browser knows a zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    return name !== '' && new Intl.DateTimeFormat('en-GB', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const formats = new Map<TimeZone, Intl.DateTimeFormat>();

/** Building a format takes longer than using it a thousand times: one a zone. */
function wallClockFormat(zone: TimeZone): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(zone, format);
  }
  return format;
}

function milliseconds(atMs: number): string {
  return String(((atMs % 1000) + 1000) % 1000).padStart(3, '0');
}
