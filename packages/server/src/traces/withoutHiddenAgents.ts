import { hashOfAgent } from '../explore/hiddenAgentFilters.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import type { LiveSpan } from '../live/liveSpan.ts';
import type { LiveTraces } from '../live/liveSpans.ts';
import { ok, type Result } from '../result.ts';
import { TRACE_ID_IN } from '../telemetry/idsSql.ts';
import { AGENT_HASHES } from '../telemetry/tables/traceBounds.ts';

/** A server takes parameters in the URL, which it cuts at 1 MB. */
const IDS_A_QUERY = 10_000;

/** As far as its beginning tells; what it inherits is known once its trace is stored. */
const agentOf = ({ own, serviceName }: LiveSpan): string | null => own.agentId ?? serviceName;

/**
 * What runs, without traces that have anything to do with hidden agents: a span in progress often does not say whose it is, so one that
 * does, running or stored, decides over its trace.
 */
export async function withoutHiddenAgents(live: LiveTraces, reader: TelemetryReader, hiddenAgents: readonly string[]): Promise<Result<LiveTraces>> {
  if (hiddenAgents.length === 0) return ok(live);
  const hidden = new Set(hiddenAgents);
  const isHidden = (span: LiveSpan) => hidden.has(agentOf(span) ?? '');
  const running = live.all();
  const kept = new Set([...running].filter(([, spans]) => !spans.some(isHidden)).map(([traceId]) => traceId));
  const ids = [...kept];
  const hashes = hiddenAgents.map(hashOfAgent);
  for (let i = 0; i < ids.length; i += IDS_A_QUERY) {
    const stored = await reader.query<{ id: string }>({
      sql: `SELECT lower(hex(trace_id)) AS id FROM trace_bounds WHERE ${TRACE_ID_IN} AND hasAny(${AGENT_HASHES.name}, {hashes:Array(UInt64)})`,
      params: { traceIds: ids.slice(i, i + IDS_A_QUERY), hashes },
    });
    if (!stored.ok) return stored;
    for (const { id } of stored.value) kept.delete(id);
  }
  return ok({
    // Only what was running when the store was asked: a trace that has begun since shows a moment later.
    spansOf: (traceId) => (kept.has(traceId) ? live.spansOf(traceId).filter((span) => !isHidden(span)) : []),
    all: () => new Map([...live.all()].filter(([traceId, spans]) => kept.has(traceId) && !spans.some(isHidden))),
    ended: live.ended,
  });
}
