/** Which sessions are live, and those of which nothing is stored yet. */
import { SESSION_LIVE_MINUTES, type Session } from '@sightglass/contract/session';
import type { SessionListQuery } from '@sightglass/contract/routes/sessions';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { QueryParams } from '../explore/reader.ts';
import { ENDS_AT_NS, IS_RUN } from '../explore/spanSql.ts';
import { UNIT_NS } from '../explore/timeRange.ts';
import { NEWS_AWAITED_MS, type LiveTraces } from '../live/liveSpans.ts';
import { type ResolvedLiveSpan, resolveLiveSpans } from '../live/liveTrace.ts';
import { msOf } from '../runs/summariseRuns.ts';
import { LIVE_TRACES_LOOKED_AT } from '../traces/placeLiveTraces.ts';

const LIVE_NS = BigInt(SESSION_LIVE_MINUTES) * UNIT_NS.m;
/** A run that was begun so long ago and of which nothing more is heard keeps no session live. */
const RUN_AWAITED_NS = BigInt(NEWS_AWAITED_MS) * 1_000_000n;

/** A condition over the spans of a session, 0 or 1. */
export function liveSql(live: LiveTraces, nowNs: bigint): { sql: string; params: QueryParams } {
  const traceIds = [...live.all().keys()].slice(-LIVE_TRACES_LOOKED_AT);
  const runs = `max(${IS_RUN} AND status = 'running' AND toUnixTimestamp64Nano(start_time) >= {runSinceNs:Int64})`;
  const inMemory = traceIds.length === 0 ? '' : ' OR max(trace_id IN (SELECT toFixedString(unhex(arrayJoin({liveTraceIds:Array(String)})), 16)))';
  return {
    sql: `(max(${ENDS_AT_NS}) >= {liveSinceNs:Int64} OR ${runs}${inMemory})`,
    params: { liveSinceNs: nowNs - LIVE_NS, runSinceNs: nowNs - RUN_AWAITED_NS, ...(traceIds.length === 0 ? {} : { liveTraceIds: traceIds }) },
  };
}

/** Sessions of which spans are in progress, as far as these name one; what began last comes first. */
export function sessionsInProgress(live: LiveTraces, nowNs: bigint): Session[] {
  const spans = new Map<string, ResolvedLiveSpan[]>();
  for (const [traceId, begun] of [...live.all()].slice(-LIVE_TRACES_LOOKED_AT)) {
    for (const resolved of resolveLiveSpans(traceId, begun)) {
      const { sessionId } = resolved.resolution.context;
      if (sessionId !== null) spans.set(sessionId, [...(spans.get(sessionId) ?? []), resolved]);
    }
  }
  return [...spans].map(([sessionId, ofSession]) => begunSession(sessionId, ofSession, nowNs)).sort((a, b) => (a.started_at > b.started_at ? -1 : 1));
}

function begunSession(sessionId: string, spans: readonly ResolvedLiveSpan[], nowNs: bigint): Session {
  const startNs = spans.map(({ span }) => span.startNs).reduce((first, ns) => (ns < first ? ns : first));
  const said = (read: (span: ResolvedLiveSpan) => string | null) => spans.map(read).find((value) => value !== null) ?? null;
  const agents = new Set(spans.flatMap(({ resolution }) => resolution.context.agentId ?? []));
  const lastNs = nowNs > startNs ? nowNs : startNs;
  return {
    session_id: sessionId,
    user_id: said(({ resolution }) => resolution.context.userId),
    department: said(({ resolution }) => resolution.context.department),
    agents: [...agents].sort(),
    status: 'live',
    started_at: formatTimestamp(startNs),
    last_at: formatTimestamp(lastNs),
    duration_ms: msOf(lastNs - startNs),
    runs: 0,
    failed_runs: 0,
    traces: 0,
    llm_calls: 0,
    tool_calls: 0,
    errors: 0,
    input_tokens: null,
    output_tokens: null,
    cost_usd: null,
    unpriced_calls: 0,
    approximate_calls: 0,
    input_preview: said(({ span }) => span.inputPreview),
    output_preview: null,
  };
}

/** The filters of the list, as far as a beginning can tell: nothing of it is counted, and no model has answered. */
export function matchesBegun(session: Session, query: SessionListQuery): boolean {
  if (query.status === 'ended' || query.model !== undefined || query.environment !== undefined) return false;
  if ((query.min_runs ?? 0) > 0 || (query.min_errors ?? 0) > 0 || /[1-9]/.test(query.min_cost_usd ?? '')) return false;
  if (session.duration_ms < (query.min_duration_ms ?? 0)) return false;
  const isAnyOf = (wanted: string | undefined, values: readonly (string | null)[]) =>
    wanted === undefined || values.some((value) => value === wanted || wanted.split(',').some((each) => each.trim() === value));
  if (!isAnyOf(query.session_id, [session.session_id]) || !isAnyOf(query.user_id, [session.user_id])) return false;
  if (!isAnyOf(query.department, [session.department]) || !isAnyOf(query.agent_id, session.agents)) return false;
  const q = query.q?.toLowerCase();
  const texts = [session.session_id, session.user_id, session.input_preview, ...session.agents];
  return q === undefined || texts.some((text) => text?.toLowerCase().includes(q));
}
