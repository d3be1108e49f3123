/** Where a page of runs ended, as the opaque text that asks for the next one. */
import { RUN_SORTS, type RunSort } from '@sightglass/contract/routes/runs';
import { z } from 'zod';
import { DecimalUsdText, Int64Text, MomentText, openCursor, sealCursor } from '../explore/opaqueCursor.ts';
import type { TimeRange } from '../explore/timeRange.ts';

/** The last run of a page, by its span: a run id may be of any length. The range is resolved, so that `now-24h` means the same on every page. */
export interface RunCursor {
  sort: RunSort;
  range: TimeRange;
  /** Of the last run: Unix nanoseconds, nanoseconds, dollars, or a count. */
  value: string;
  traceId: string;
  spanId: string;
}

const TRACE_ID = z.string().regex(/^[0-9a-f]{32}$/);
const SPAN_ID = z.string().regex(/^[0-9a-f]{16}$/);
const RUN = z.literal('run');
const CursorSchema = z.union([
  z.tuple([RUN, z.enum(['cost', '-cost']), MomentText, MomentText, DecimalUsdText, TRACE_ID, SPAN_ID]),
  z.tuple([RUN, z.enum(RUN_SORTS).exclude(['cost', '-cost']), MomentText, MomentText, Int64Text, TRACE_ID, SPAN_ID]),
]);

export function writeRunCursor({ sort, range, value, traceId, spanId }: RunCursor): string {
  return sealCursor(['run', sort, range.fromNs.toString(), range.toNs.toString(), value, traceId, spanId]);
}

/** Undefined for anything that `writeRunCursor` did not write. */
export function readRunCursor(cursor: string): RunCursor | undefined {
  const read = openCursor(cursor, CursorSchema);
  if (read === undefined) return undefined;
  const [, sort, fromNs, toNs, value, traceId, spanId] = read;
  return { sort, range: { fromNs: BigInt(fromNs), toNs: BigInt(toNs) }, value, traceId, spanId };
}
