/** Where a page of traces ended, as the opaque text that asks for the next one. */
import { TRACE_SORTS } from '@sightglass/contract/routes/traces';
import { z } from 'zod';
import { DecimalUsdText, Int64Text, MomentText, openCursor, sealCursor } from '../explore/opaqueCursor.ts';
import type { TimeRange } from '../explore/timeRange.ts';

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

const TRACE_ID = z.string().regex(/^[0-9a-f]{32}$/);
const CursorSchema = z.union([
  z.tuple([z.enum(['cost', '-cost']), MomentText, MomentText, DecimalUsdText, TRACE_ID]),
  z.tuple([z.enum(TRACE_SORTS).exclude(['cost', '-cost']), MomentText, MomentText, Int64Text, TRACE_ID]),
]);

export function writeCursor({ sort, range, value, traceId }: TraceCursor): string {
  return sealCursor([sort, range.fromNs.toString(), range.toNs.toString(), value, traceId]);
}

/** Undefined for anything that `writeCursor` did not write. */
export function readCursor(cursor: string): TraceCursor | undefined {
  const read = openCursor(cursor, CursorSchema);
  if (read === undefined) return undefined;
  const [sort, fromNs, toNs, value, traceId] = read;
  return { sort, range: { fromNs: BigInt(fromNs), toNs: BigInt(toNs) }, value, traceId };
}
