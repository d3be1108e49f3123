import { epochMs, formatMinute, type TimeZone, wallClock } from '../ui/formatTime.ts';

/** A range as the URL and the API write it: each end RFC 3339 or relative (`now-6h`). */
export interface TimeRange {
  from: string;
  to: string;
}

export const DEFAULT_RANGE: TimeRange = { from: 'now-24h', to: 'now' };

export const RANGE_PRESETS: readonly { label: string; range: TimeRange }[] = [
  { label: 'Last 15 minutes', range: { from: 'now-15m', to: 'now' } },
  { label: 'Last hour', range: { from: 'now-1h', to: 'now' } },
  { label: 'Last 6 hours', range: { from: 'now-6h', to: 'now' } },
  { label: 'Last 24 hours', range: DEFAULT_RANGE },
  { label: 'Last 7 days', range: { from: 'now-7d', to: 'now' } },
  { label: 'Last 30 days', range: { from: 'now-30d', to: 'now' } },
  { label: 'Last 90 days', range: { from: 'now-90d', to: 'now' } },
];

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;
const UNIT_WORDS = { s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week' } as const;
type Unit = keyof typeof UNIT_MS;

const RELATIVE = /^now(?:([+-])(\d{1,6})([smhdw]))?$/;
const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
const WALL_CLOCK = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?$/;

/** The range in the URL; what is missing or cannot be read falls back to the last 24 hours. */
export function rangeOfSearch(search: Readonly<Record<string, string | undefined>>): TimeRange {
  const from = search.from !== undefined && resolveTime(search.from, 0) !== undefined ? search.from : undefined;
  const to = search.to !== undefined && resolveTime(search.to, 0) !== undefined ? search.to : undefined;
  return { from: from ?? DEFAULT_RANGE.from, to: to ?? DEFAULT_RANGE.to };
}

/** The moment that one end of a range means, in epoch milliseconds; undefined when it cannot be read. */
export function resolveTime(text: string, nowMs: number): number | undefined {
  const relative = RELATIVE.exec(text);
  if (relative !== null) {
    const [, sign, amount, unit] = relative;
    return sign === undefined ? nowMs : nowMs + (sign === '-' ? -1 : 1) * Number(amount) * UNIT_MS[unit as Unit];
  }
  const at = RFC3339.test(text) ? epochMs(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** Both ends in epoch milliseconds. */
export function resolveRange(range: TimeRange, nowMs: number): { fromMs: number; toMs: number } {
  return { fromMs: resolveTime(range.from, nowMs) ?? nowMs - UNIT_MS.d, toMs: resolveTime(range.to, nowMs) ?? nowMs };
}

/** Whether the range moves on with the clock. */
export function followsNow(range: TimeRange): boolean {
  return range.to.startsWith('now');
}

/** The same range with both ends fixed at this moment, so that a link keeps showing what one sees. */
export function freezeRange(range: TimeRange, nowMs: number): TimeRange {
  const { fromMs, toMs } = resolveRange(range, nowMs);
  return { from: utcText(fromMs), to: utcText(toMs) };
}

/** RFC 3339 in UTC, without a fraction where it is zero. */
export function utcText(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}

/**
 * What a person typed as one end: `now-6h`, `6h` (ago), `2026-11-20`, `2026-11-20 17:14` on the clock of the zone, or
 * RFC 3339. Answers the text for the URL, or undefined.
 */
export function readTypedTime(typed: string, zone: TimeZone): string | undefined {
  const text = typed.trim().replace(/\s+/g, ' ');
  if (RELATIVE.test(text)) return text;
  if (/^\d{1,6}[smhdw]$/.test(text)) return `now-${text}`;
  const relativeSpaced = text.replace(/ /g, '');
  if (RELATIVE.test(relativeSpaced)) return relativeSpaced;
  if (RFC3339.test(text)) return Number.isNaN(epochMs(text)) ? undefined : text;
  const wall = WALL_CLOCK.exec(text);
  if (wall === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = wall.slice(1, 7).map((part) => Number(part ?? 0));
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, Number((wall[7] ?? '0').padEnd(3, '0')));
  const asWritten = new Date(utc);
  const exists = asWritten.getUTCMonth() === month - 1 && asWritten.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return exists ? utcText(epochOfWallClock(utc, zone)) : undefined;
}

/** The range that two typed ends mean, or what is wrong with them. */
export function readTypedRange(from: string, to: string, zone: TimeZone, nowMs: number): { range: TimeRange } | { problem: string } {
  const readFrom = readTypedTime(from, zone);
  const readTo = readTypedTime(to, zone);
  if (readFrom === undefined) return { problem: `"${from}" is not a time. Write now-6h, or ${formatMinute(nowMs, zone)}.` };
  if (readTo === undefined) return { problem: `"${to}" is not a time. Write now, or ${formatMinute(nowMs, zone)}.` };
  const range = { from: readFrom, to: readTo };
  const { fromMs, toMs } = resolveRange(range, nowMs);
  return fromMs < toMs ? { range } : { problem: 'The range ends before it begins.' };
}

/** A range in words: a preset's name, `Last 3 hours`, or both ends on the clock of the zone. */
export function describeRange(range: TimeRange, zone: TimeZone): string {
  const preset = RANGE_PRESETS.find((each) => each.range.from === range.from && each.range.to === range.to);
  if (preset !== undefined) return preset.label;
  const relative = RELATIVE.exec(range.from);
  if (range.to === 'now' && relative?.[1] === '-') {
    const amount = Number(relative[2]);
    return `Last ${amount === 1 ? '' : `${amount} `}${UNIT_WORDS[relative[3] as Unit]}${amount === 1 ? '' : 's'}`;
  }
  const from = describeEnd(range.from, zone);
  const to = describeEnd(range.to, zone);
  const sameDay = RFC3339.test(range.from) && RFC3339.test(range.to) && from.slice(0, 10) === to.slice(0, 10);
  return `${from} – ${sameDay ? to.slice(11) : to}`;
}

/** One end as a person would type it again. */
export function describeEnd(text: string, zone: TimeZone): string {
  if (RELATIVE.test(text)) return text;
  const at = epochMs(text);
  if (Number.isNaN(at)) return text;
  const { date, time } = wallClock(at, zone);
  return `${date} ${time.endsWith(':00') ? time.slice(0, 5) : time}`;
}

/**
 * The moment at which the clock of a zone shows what `utcMs` shows in UTC. An hour that the clock skips becomes the hour
 * after it; of an hour shown twice the first is meant.
 */
function epochOfWallClock(utcMs: number, zone: TimeZone): number {
  const dayBefore = utcMs - UNIT_MS.d;
  const dayAfter = utcMs + UNIT_MS.d;
  const candidates = [utcMs - zoneOffsetMs(dayBefore, zone), utcMs - zoneOffsetMs(dayAfter, zone)];
  const fitting = candidates.filter((at) => at + zoneOffsetMs(at, zone) === utcMs);
  return fitting.length === 0 ? Math.max(...candidates) : Math.min(...fitting);
}

/** How far the clock of a zone is ahead of UTC at a moment. */
export function zoneOffsetMs(atMs: number, zone: TimeZone): number {
  const { date, time } = wallClock(atMs, zone);
  return Date.parse(`${date}T${time}Z`) - Math.floor(atMs / 1000) * 1000;
}
