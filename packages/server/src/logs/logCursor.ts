/** Where a page of logs ended. */
import { z } from 'zod';
import { MomentText, openCursor, sealCursor } from '../explore/opaqueCursor.ts';
import type { TimeRange } from '../explore/timeRange.ts';

/** A log's place in the list: newest first, and by id where several stand at one moment. */
export interface LogPlace {
  timeNs: bigint;
  /** 32 hex digits. */
  logId: string;
}

/** The last log of a page. The range is in it too, resolved, so that `now-24h` means the same on every page. */
export interface LogCursor {
  range: TimeRange;
  last: LogPlace;
}

const CursorSchema = z.tuple([z.literal('log'), MomentText, MomentText, MomentText, z.string().regex(/^[0-9a-f]{32}$/)]);

export function writeLogCursor({ range, last }: LogCursor): string {
  return sealCursor(['log', range.fromNs.toString(), range.toNs.toString(), last.timeNs.toString(), last.logId]);
}

/** Undefined for anything that `writeLogCursor` did not write. */
export function readLogCursor(cursor: string): LogCursor | undefined {
  const read = openCursor(cursor, CursorSchema);
  if (read === undefined) return undefined;
  const [, fromNs, toNs, timeNs, logId] = read;
  return { range: { fromNs: BigInt(fromNs), toNs: BigInt(toNs) }, last: { timeNs: BigInt(timeNs), logId } };
}
