import { type FieldError } from '@sightglass/contract/errors';
import { parseTimestamp } from '@sightglass/contract/timestamp';
import { fail, ok, type Result } from '../result.ts';

/** A half-open range of Unix nanoseconds: `fromNs` belongs to it, `toNs` does not. */
export interface TimeRange {
  fromNs: bigint;
  toNs: bigint;
}

const NS_PER_MS = 1_000_000n;
/** Lengths of the units that times and intervals are written in. A day is 24 hours here; calendar days are made in `buckets.ts`. */
export const UNIT_NS = {
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
} as const;
export type TimeUnit = keyof typeof UNIT_NS;

/** What the store can hold: 1900 to 2261. A range beyond it is cut, so that no text can make the engine overflow. */
const EARLIEST_NS = BigInt(Date.UTC(1900, 0, 1)) * NS_PER_MS;
const LATEST_NS = BigInt(Date.UTC(2261, 0, 1)) * NS_PER_MS;

const RELATIVE = /^now(?:([+-])(\d{1,6})([smhdw]))?$/;

/** Unix nanoseconds of `now`, `now-24h`, or RFC 3339 with any offset; undefined for anything else, impossible dates included. */
export function parseTime(text: string, nowNs: bigint): bigint | undefined {
  const relative = RELATIVE.exec(text);
  if (relative !== null) {
    const [, sign, amount = '0', unit = 's'] = relative;
    const distance = BigInt(amount) * UNIT_NS[unit as TimeUnit];
    return clamp(sign === '-' ? nowNs - distance : nowNs + distance);
  }
  const absolute = parseTimestamp(text);
  return absolute === undefined ? undefined : clamp(absolute);
}

/** `in: 'query'` names wrong fields as `?from`, `in: 'body'` as `/from`. */
export function parseTimeRange(times: { from: string; to: string }, nowNs: bigint, place: 'query' | 'body'): Result<TimeRange> {
  const prefix = place === 'query' ? '?' : '/';
  const errors: FieldError[] = [];
  const fromNs = parseTime(times.from, nowNs);
  const toNs = parseTime(times.to, nowNs);
  if (fromNs === undefined) errors.push({ pointer: `${prefix}from`, message: 'is not a time' });
  if (toNs === undefined) errors.push({ pointer: `${prefix}to`, message: 'is not a time' });
  if (fromNs === undefined || toNs === undefined) return fail('invalid-request', 'A time must be RFC 3339 or relative, like now-24h.', errors);
  if (fromNs >= toNs) {
    return fail('invalid-request', 'The range is empty: from must be before to.', [{ pointer: `${prefix}from`, message: 'must be before to' }]);
  }
  return ok({ fromNs, toNs });
}

/** Whether the store's times, and some hours more, can hold it. */
export const isStorableTime = (ns: bigint) => ns >= EARLIEST_NS && ns <= LATEST_NS;

function clamp(ns: bigint): bigint {
  return ns < EARLIEST_NS ? EARLIEST_NS : ns > LATEST_NS ? LATEST_NS : ns;
}
