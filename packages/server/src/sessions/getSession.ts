import { RunListQuerySchema } from '@sightglass/contract/routes/runs';
import type { Session, SessionWithRuns } from '@sightglass/contract/session';
import { formatTimestamp, parseTimestamp } from '@sightglass/contract/timestamp';
import { EVER, readGroups } from '../attribution/spanGroups.ts';
import { spansNaming } from '../attribution/spansNaming.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { parseTimeRange, type TimeRange } from '../explore/timeRange.ts';
import { type LiveTraces, NO_LIVE_TRACES } from '../live/liveSpans.ts';
import { fail, ok, type Result } from '../result.ts';
import { listRuns } from '../runs/listRuns.ts';
import { SESSION_AGGREGATES, summariseSessions } from './listSessions.ts';
import { liveSql, sessionsInProgress } from './liveSessions.ts';

/** By another machine's clock a run may begin before the first span that is known of it, or after now. */
const SLACK_NS = 86_400_000_000_000n;

/** A session and its runs by start. Without `from` it is told from its beginning. */
export async function getSession(
  reader: TelemetryReader,
  sessionId: string,
  query: { from?: string | undefined; to?: string | undefined; limit: number },
  nowNs: bigint,
  live: LiveTraces = NO_LIVE_TRACES,
): Promise<Result<SessionWithRuns>> {
  const range = rangeOf(query, nowNs);
  if (!range.ok) return range;
  const from = await spansNaming(reader, 'session_id', sessionId, range.value);
  if (!from.ok) return from;
  const rows = await readGroups(reader, {
    by: 'session_id',
    ids: [sessionId],
    from: from.value,
    filters: {},
    searched: [],
    searchesTexts: false,
    range: range.value,
    aggregates: SESSION_AGGREGATES,
    sort: { key: 'last_at', descending: true },
    limit: 1,
    live: { ...liveSql(live, nowNs), wanted: undefined },
  });
  if (!rows.ok) return rows;
  const stored = await summariseSessions(reader, rows.value);
  if (!stored.ok) return stored;
  const session = stored.value[0] ?? sessionsInProgress(live, nowNs).find(({ session_id }) => session_id === sessionId);
  if (session === undefined) return fail('not-found', `There is no session ${sessionId.slice(0, 100)} in this workspace.`);
  const runs = await runsOf(reader, session, range.value, query.limit, nowNs, live);
  return runs.ok ? ok({ session, runs: runs.value.items, next_cursor: runs.value.next_cursor }) : runs;
}

function rangeOf({ from, to }: { from?: string | undefined; to?: string | undefined }, nowNs: bigint): Result<TimeRange> {
  if (from === undefined && to === undefined) return ok(EVER);
  return parseTimeRange({ from: from ?? formatTimestamp(EVER.fromNs), to: to ?? 'now' }, nowNs, 'query');
}

/** Looked for where its spans lie. */
function runsOf(reader: TelemetryReader, session: Session, range: TimeRange, limit: number, nowNs: bigint, live: LiveTraces) {
  const beginNs = (parseTimestamp(session.started_at) ?? nowNs) - SLACK_NS;
  const heardNs = parseTimestamp(session.last_at) ?? nowNs;
  const endNs = (heardNs > nowNs ? heardNs : nowNs) + SLACK_NS;
  const query = RunListQuerySchema.parse({
    from: formatTimestamp(beginNs > range.fromNs ? beginNs : range.fromNs),
    to: formatTimestamp(endNs < range.toNs ? endNs : range.toNs),
    sort: 'started_at',
    limit,
  });
  return listRuns(reader, query, nowNs, live, session.session_id);
}
