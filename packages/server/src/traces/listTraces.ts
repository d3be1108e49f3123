import type { TraceListQuery } from '@sightglass/contract/routes/traces';
import type { TraceSummary } from '@sightglass/contract/trace';
import type { TelemetryReader } from '../explore/reader.ts';
import { parseTimeRange } from '../explore/timeRange.ts';
import { fail, ok, type Result } from '../result.ts';
import { findTraces } from './findTraces.ts';
import { summariseTraces } from './summariseTraces.ts';
import { readCursor, writeCursor } from './traceCursor.ts';

export interface TracePage {
  items: TraceSummary[];
  next_cursor: string | null;
}

/** A page of the traces whose first span starts in the range. `nowNs` is what `now` means on the first page; later pages keep its range. */
export async function listTraces(reader: TelemetryReader, query: TraceListQuery, nowNs: bigint): Promise<Result<TracePage>> {
  const cursor = query.cursor === undefined ? undefined : readCursor(query.cursor);
  if (query.cursor !== undefined && cursor?.sort !== query.sort) {
    const message = cursor === undefined ? 'is not a cursor of this list' : 'belongs to another sort';
    return fail('invalid-request', 'Go on with next_cursor as it was answered, and with the same sort and filters.', [
      { pointer: '?cursor', message },
    ]);
  }
  const range = cursor === undefined ? parseTimeRange(query, nowNs, 'query') : ok(cursor.range);
  if (!range.ok) return range;
  const found = await findTraces(reader, query, range.value, cursor, query.limit + 1);
  if (!found.ok) return found;
  const page = found.value.slice(0, query.limit);
  const items = await summariseTraces(reader, page);
  if (!items.ok) return items;
  const last = found.value.length > page.length ? page.at(-1) : undefined;
  const next = last === undefined ? null : writeCursor({ sort: query.sort, range: range.value, value: last.value, traceId: last.traceId });
  return ok({ items: items.value, next_cursor: next });
}
