/** Where a page of traces ended, as the opaque text that asks for the next one. */
import { createHash } from 'node:crypto';
import { TRACE_SORTS } from '@sightglass/contract/routes/traces';
import { z } from 'zod';
import { isStorableTime, type TimeRange } from '../explore/timeRange.ts';

export type TraceSort = (typeof TRACE_SORTS)[number];

/**
 * The last trace of a page. The range is in it too, resolved: `now-24h` must mean the same on every page, or
 * traces would come twice or not at all while time goes on.
 */
export interface TraceCursor {
  sort: TraceSort;
  range: TimeRange;
  /** Of the last trace: Unix nanoseconds, nanoseconds, dollars, or a count. */
  value: string;
  traceId: string;
}

const INT64_MAX = 2n ** 63n - 1n;
/** Whole numbers as text, because they do not fit a double; small enough for the store. */
const int64 = z.string().refine((text) => /^-?\d{1,19}$/.test(text) && BigInt(text) >= -INT64_MAX && BigInt(text) <= INT64_MAX);
const moment = z.string().refine((text) => /^-?\d{1,19}$/.test(text) && isStorableTime(BigInt(text)));
const usd = z.string().regex(/^-?\d{1,24}(\.\d{1,12})?$/);
const TRACE_ID = z.string().regex(/^[0-9a-f]{32}$/);
const CursorSchema = z.union([
  z.tuple([z.enum(['cost', '-cost']), moment, moment, usd, TRACE_ID]),
  z.tuple([z.enum(TRACE_SORTS).exclude(['cost', '-cost']), moment, moment, int64, TRACE_ID]),
]);
const CHECK_LENGTH = 8;

export function writeCursor({ sort, range, value, traceId }: TraceCursor): string {
  const text = JSON.stringify([sort, range.fromNs.toString(), range.toNs.toString(), value, traceId]);
  return Buffer.from(checkOf(text) + text).toString('base64url');
}

/** Undefined for anything that `writeCursor` did not write. It grants nothing: it only says where to go on. */
export function readCursor(cursor: string): TraceCursor | undefined {
  const bytes = Buffer.from(cursor, 'base64url');
  // Node skips characters that are no base64url; a cursor that was mangled must not pass for another.
  if (bytes.toString('base64url') !== cursor) return undefined;
  const text = bytes.subarray(CHECK_LENGTH).toString();
  if (checkOf(text) !== bytes.subarray(0, CHECK_LENGTH).toString()) return undefined;
  const read = CursorSchema.safeParse(parseJson(text));
  if (!read.success) return undefined;
  const [sort, fromNs, toNs, value, traceId] = read.data;
  return { sort, range: { fromNs: BigInt(fromNs), toNs: BigInt(toNs) }, value, traceId };
}

function checkOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, CHECK_LENGTH);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
