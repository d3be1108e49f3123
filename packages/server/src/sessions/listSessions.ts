import type { SessionListQuery } from '@sightglass/contract/routes/sessions';
import type { Session } from '@sightglass/contract/session';
import { readPlace, writePlace } from '../attribution/groupCursor.ts';
import { type Aggregate, type GroupRow, momentOf, readGroups, type RunPlace, SHARED_AGGREGATES, sumsOf } from '../attribution/spanGroups.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import { type LiveTraces, NO_LIVE_TRACES } from '../live/liveSpans.ts';
import { ok, type Result } from '../result.ts';
import { msOf, spanKeyText, summariseRuns } from '../runs/summariseRuns.ts';
import { textOrNull } from '../traces/spanRow.ts';
import { liveSql, matchesBegun, sessionsInProgress } from './liveSessions.ts';

export const SESSION_AGGREGATES: readonly Aggregate[] = [...SHARED_AGGREGATES, 'tool_calls', 'user', 'first_run', 'last_run'];
const SEARCHED = ['session_id', 'user_id', 'user_email', 'agent_id'];

export interface SessionPage {
  items: Session[];
  next_cursor: string | null;
}

/**
 * A page of the sessions that spans of the range name, with what these spans add up to. `nowNs` is what `now` means on the first page; later
 * pages keep its range. Ordered by what was heard last, sessions of which nothing is stored yet come first.
 */
export async function listSessions(
  reader: TelemetryReader,
  query: SessionListQuery,
  nowNs: bigint,
  live: LiveTraces = NO_LIVE_TRACES,
): Promise<Result<SessionPage>> {
  const place = readPlace('session_id', query, nowNs);
  if (!place.ok) return place;
  const { range, sort, after } = place.value;
  const isFirstPage = after === undefined && query.sort === '-last_at' && nowNs >= range.fromNs && nowNs <= range.toNs;
  const begun = isFirstPage ? await sessionsBegun(reader, query, range, live, nowNs) : ok([]);
  if (!begun.ok) return begun;
  const room = query.limit - begun.value.length;
  const rows = await readGroups(reader, {
    by: 'session_id',
    filters: query,
    searched: SEARCHED,
    searchesTexts: true,
    range,
    aggregates: SESSION_AGGREGATES,
    sort,
    after,
    limit: room + 1,
    live: { ...liveSql(live, nowNs), wanted: query.status === undefined ? undefined : query.status === 'live' },
  });
  if (!rows.ok) return rows;
  const page = rows.value.slice(0, room);
  const stored = await summariseSessions(reader, page);
  if (!stored.ok) return stored;
  const last = rows.value.length > room ? (page.at(-1) ?? BEFORE_ALL) : undefined;
  return ok({
    items: [...begun.value, ...stored.value],
    next_cursor: last === undefined ? null : writePlace('session_id', query.sort, range, last),
  });
}

/** Where a page ends that shows no stored session. */
const BEFORE_ALL = { shown: (2n ** 63n - 1n).toString(), key: (2n ** 64n - 1n).toString() };

/** Sessions in progress of which the range holds nothing yet; at most a page of them. */
async function sessionsBegun(
  reader: TelemetryReader,
  query: SessionListQuery,
  range: TimeRange,
  live: LiveTraces,
  nowNs: bigint,
): Promise<Result<Session[]>> {
  const begun = sessionsInProgress(live, nowNs);
  if (begun.length === 0) return ok([]);
  const known = await readGroups(reader, {
    by: 'session_id',
    ids: begun.map(({ session_id }) => session_id),
    filters: {},
    searched: [],
    searchesTexts: false,
    range,
    aggregates: [],
    sort: { key: 'last_at', descending: true },
    limit: begun.length,
  });
  if (!known.ok) return known;
  const stored = new Set(known.value.map(({ id }) => id));
  return ok(begun.filter((session) => !stored.has(session.session_id) && matchesBegun(session, query)).slice(0, query.limit));
}

/** With what the first run of each was given and the last one answered. */
export async function summariseSessions(reader: TelemetryReader, rows: readonly GroupRow[]): Promise<Result<Session[]>> {
  const places = rows.flatMap(({ first_run, last_run }) => [first_run, last_run]).filter(([traceId]) => traceId !== '');
  const runs = await summariseRuns(reader, places.map(keyOf));
  if (!runs.ok) return runs;
  return ok(
    rows.map((row) => ({
      session_id: row.id,
      user_id: textOrNull(row.user),
      department: textOrNull(row.department_name),
      agents: row.agents,
      status: row.is_live === 1 ? 'live' : 'ended',
      started_at: momentOf(row.first_ns),
      last_at: momentOf(row.last_ns),
      duration_ms: msOf(BigInt(row.last_ns) - BigInt(row.first_ns)),
      ...sumsOf(row),
      tool_calls: Number(row.tool_calls),
      input_preview: runs.value.get(spanKeyText(keyOf(row.first_run)))?.input_context ?? null,
      output_preview: runs.value.get(spanKeyText(keyOf(row.last_run)))?.output_summary ?? null,
    })),
  );
}

const keyOf = ([traceId, spanId]: RunPlace) => ({ traceId, spanId });
