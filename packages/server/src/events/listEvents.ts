/** The agent event log, newest first. */
import type { AgentEvent } from '@sightglass/contract/event';
import type { EventListQuery } from '@sightglass/contract/routes/events';
import { z } from 'zod';
import { Int64Text, MomentText, openCursor, sealCursor } from '../explore/opaqueCursor.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { parseTimeRange, type TimeRange } from '../explore/timeRange.ts';
import { fail, ok, type Result } from '../result.ts';
import { readEvents } from './readEvents.ts';

export interface EventPage {
  items: AgentEvent[];
  next_cursor: string | null;
}

/** The last event of a page, and the range resolved: `now-24h` must mean the same on every page. */
interface EventCursor {
  range: TimeRange;
  timestampNs: bigint;
  key: string;
}

const CursorSchema = z.tuple([z.literal('event'), MomentText, MomentText, Int64Text, z.string().regex(/^[0-9a-f]{32}$/)]);

/** Texts of a page beyond this make it shorter than its limit, so that no page needs unbounded memory. */
const PAGE_TEXT_BYTES_MAX = 32 * 1024 * 1024;

/** `nowNs` is what `now` means on the first page; later pages keep its range. */
export async function listEvents(reader: TelemetryReader, query: EventListQuery, nowNs: bigint): Promise<Result<EventPage>> {
  const cursor = query.cursor === undefined ? undefined : readCursor(query.cursor);
  if (query.cursor !== undefined && (cursor === undefined || query.offset > 0)) {
    return fail('invalid-request', 'Go on with next_cursor as it was answered, with the same filters and without offset.', [
      cursor === undefined
        ? { pointer: '?cursor', message: 'is not a cursor of this list' }
        : { pointer: '?offset', message: 'cannot stand beside a cursor' },
    ]);
  }
  const range = cursor === undefined ? parseTimeRange(query, nowNs, 'query') : ok(cursor.range);
  if (!range.ok) return range;
  const found = await findEvents(reader, query, range.value, cursor);
  if (!found.ok) return found;
  const page = withinBytes(found.value.slice(0, query.limit));
  const items = await readEvents(reader, page);
  if (!items.ok) return items;
  const last = found.value.length > page.length ? page.at(-1) : undefined;
  return ok({ items: items.value, next_cursor: last === undefined ? null : writeCursor({ range: range.value, ...last }) });
}

/** An event of the page. */
export interface FoundEvent {
  key: string;
  timestampNs: bigint;
}
type SizedEvent = FoundEvent & { textBytes: number };

/** One more than the page holds, where there are more. No long text is read here. */
async function findEvents(
  reader: TelemetryReader,
  query: EventListQuery,
  { fromNs, toNs }: TimeRange,
  cursor: EventCursor | undefined,
): Promise<Result<SizedEvent[]>> {
  const params: Record<string, string | bigint | readonly string[]> = { from: fromNs, to: toNs };
  const conditions = [`timestamp >= fromUnixTimestamp64Nano({from:Int64}, 'UTC')`, `timestamp < fromUnixTimestamp64Nano({to:Int64}, 'UTC')`];
  const wanted = { agent_id: textList(query.agent_id), event_type: query.event_type, status: query.status, run_id: textList(query.run_id) };
  for (const [column, values] of Object.entries(wanted)) {
    if (values === undefined) continue;
    params[column] = values;
    conditions.push(`${column} IN {${column}:Array(String)}`);
  }
  if (cursor !== undefined) {
    params.lastNs = cursor.timestampNs;
    params.lastKey = cursor.key;
    conditions.push(`timestamp <= fromUnixTimestamp64Nano({lastNs:Int64}, 'UTC')`);
    conditions.push(`(timestamp, event_key) < (fromUnixTimestamp64Nano({lastNs:Int64}, 'UTC'), toFixedString(unhex({lastKey:String}), 16))`);
  }
  const rows = await reader.query<{ key: string; ns: string; bytes: string | number }>({
    sql: `SELECT lower(hex(event_key)) AS key, toString(toUnixTimestamp64Nano(timestamp)) AS ns, length(payload) + length(message) + length(error_message) AS bytes
FROM events FINAL WHERE ${conditions.join('\n  AND ')}
ORDER BY timestamp DESC, event_key DESC LIMIT ${query.limit + 1} OFFSET ${query.offset}`,
    params,
  });
  if (!rows.ok) return rows;
  return ok(rows.value.map(({ key, ns, bytes }) => ({ key, timestampNs: BigInt(ns), textBytes: Number(bytes) })));
}

const textList = (sent: string | undefined) => sent?.split(',').map((value) => value.trim());

/** As many as fit, and one in any case. */
function withinBytes(events: readonly SizedEvent[]): FoundEvent[] {
  let bytes = 0;
  return events.filter(({ textBytes }, i) => {
    bytes += textBytes;
    return i === 0 || bytes <= PAGE_TEXT_BYTES_MAX;
  });
}

function writeCursor({ range, timestampNs, key }: EventCursor): string {
  return sealCursor(['event', range.fromNs.toString(), range.toNs.toString(), timestampNs.toString(), key]);
}

function readCursor(cursor: string): EventCursor | undefined {
  const read = openCursor(cursor, CursorSchema);
  if (read === undefined) return undefined;
  const [, fromNs, toNs, timestampNs, key] = read;
  return { range: { fromNs: BigInt(fromNs), toNs: BigInt(toNs) }, timestampNs: BigInt(timestampNs), key };
}
