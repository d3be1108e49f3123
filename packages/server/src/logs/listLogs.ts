import type { Log } from '@sightglass/contract/log';
import type { LogListQuery } from '@sightglass/contract/routes/logs';
import type { TelemetryReader } from '../explore/reader.ts';
import { parseTimeRange } from '../explore/timeRange.ts';
import { refuseCursor } from '../refuseCursor.ts';
import { ok, type Result } from '../result.ts';
import { findLogs, type FoundLog } from './findLogs.ts';
import { readLogCursor, writeLogCursor } from './logCursor.ts';
import { compileLogFilters } from './logFilters.ts';
import { readLogs } from './readLogs.ts';

export interface LogPage {
  items: Log[];
  next_cursor: string | null;
}

/** Characters of text that a page may hold; at least one log is on it. Records of a megabyte each are rare, not impossible. */
const PAGE_TEXT_MAX = 8_000_000;

/** A page of the logs of the range. `nowNs` is what `now` means on the first page; later pages keep its range. */
export async function listLogs(reader: TelemetryReader, query: LogListQuery, nowNs: bigint): Promise<Result<LogPage>> {
  const cursor = query.cursor === undefined ? undefined : readLogCursor(query.cursor);
  if (query.cursor !== undefined && cursor === undefined) {
    return refuseCursor();
  }
  const range = cursor === undefined ? parseTimeRange(query, nowNs, 'query') : ok(cursor.range);
  if (!range.ok) return range;
  const found = await findLogs(reader, compileLogFilters(query), range.value, cursor?.last, query.limit + 1);
  if (!found.ok) return found;
  const page = withinText(found.value.slice(0, query.limit));
  const items = await readLogs(reader, page);
  if (!items.ok) return items;
  const last = found.value.length > page.length ? page.at(-1) : undefined;
  return ok({ items: items.value, next_cursor: last === undefined ? null : writeLogCursor({ range: range.value, last }) });
}

function withinText(found: readonly FoundLog[]): FoundLog[] {
  let length = 0;
  const end = found.findIndex(({ textLength }, i) => {
    length += textLength;
    return i > 0 && length > PAGE_TEXT_MAX;
  });
  return found.slice(0, end < 0 ? found.length : end);
}
