/** Calendar days of an IANA time zone, with the rules for summer time that the platform knows. */

export interface CalendarDate {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
}

const MS_PER_DAY = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();
/** There are about 600 zone names; hostile spellings (`utc`, `Utc`) must not fill the memory. */
const FORMATS_MAX = 1_000;

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (formats.size >= FORMATS_MAX) formats.clear();
  formats.set(timeZone, format);
  return format;
}

/** Whether the platform knows the zone. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

/** What calendars and clocks show there, as if it were UTC. */
export function wallMs(unixMs: number, timeZone: string): number {
  const at: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(unixMs)) at[type] = Number(value);
  return Date.UTC(at.year ?? 0, (at.month ?? 1) - 1, at.day ?? 1, at.hour ?? 0, at.minute ?? 0, at.second ?? 0);
}

export function dateIn(timeZone: string, unixMs: number): CalendarDate {
  const wall = new Date(wallMs(unixMs, timeZone));
  return { year: wall.getUTCFullYear(), month: wall.getUTCMonth() + 1, day: wall.getUTCDate() };
}

/** Unix milliseconds of a date's first moment: midnight, or the end of the gap where summer time skips midnight. */
export function startOfDate(timeZone: string, { year, month, day }: CalendarDate): number {
  const wanted = Date.UTC(year, month - 1, day);
  const at = (unixMs: number) => wallMs(unixMs, timeZone) - wanted;
  // Offsets lie within a day of UTC and change at most once in between, so two guesses frame the moment.
  const candidates = [wanted - at(wanted), wanted - at(wanted - MS_PER_DAY) - MS_PER_DAY].sort((a, b) => a - b);
  for (const candidate of candidates) if (at(candidate) === 0) return candidate;
  // Midnight is skipped: the first moment whose wall clock has passed it, to the minute.
  let before = (candidates[0] ?? wanted) - MS_PER_DAY / 8;
  let after = (candidates[1] ?? wanted) + MS_PER_DAY / 8;
  while (after - before > 1_000) {
    const middle = before + Math.floor((after - before) / 2_000) * 1_000;
    if (at(middle) >= 0) after = middle;
    else before = middle;
  }
  return after;
}

/** The date some days later (or earlier), whatever months and leap years lie between. */
export function plusDays({ year, month, day }: CalendarDate, days: number): CalendarDate {
  const moved = new Date(Date.UTC(year, month - 1, day + days));
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
}

/** `2026-11-20` */
export function isoDate({ year, month, day }: CalendarDate): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** 0 Monday to 6 Sunday, as ISO 8601 counts weeks. */
export function weekday({ year, month, day }: CalendarDate): number {
  return (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
}
