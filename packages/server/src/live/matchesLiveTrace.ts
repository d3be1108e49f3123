/** The filters of the trace list, for spans in progress: the same meaning as `traces/traceFilters.ts` gives them in SQL. */
import type { TraceListQuery } from '@sightglass/contract/routes/traces';
import type { LiveSpan } from './liveSpan.ts';
import { type ResolvedLiveSpan, resolveLiveSpans } from './liveTrace.ts';

const READ = {
  agent_id: ({ resolution }) => resolution.context.agentId,
  model: ({ span }) => span.requestModel,
  provider: ({ span }) => span.provider,
  user_id: ({ resolution }) => resolution.context.userId,
  session_id: ({ resolution }) => resolution.context.sessionId,
  department: ({ resolution }) => resolution.context.department,
  endpoint: ({ resolution }) => resolution.context.endpoint,
  environment: ({ span }) => span.environment,
  trace_type: ({ resolution }) => resolution.traceType,
} as const satisfies Partial<Record<keyof TraceListQuery, (span: ResolvedLiveSpan) => string | null>>;

/** Whether the spans in progress of a trace satisfy every filter, each by a span of its own choice; at least one span. */
export function matchesLiveTrace(traceId: string, spans: readonly LiveSpan[], query: TraceListQuery, nowNs: bigint): boolean {
  if (query.status !== undefined && query.status !== 'running') return false;
  // No call has ended, so nothing is known to have been paid.
  if (query.min_cost_usd !== undefined && /[1-9]/.test(query.min_cost_usd)) return false;
  if (query.min_duration_ms !== undefined) {
    const startNs = spans.reduce((first, span) => (span.startNs < first ? span.startNs : first), nowNs);
    if (Number(nowNs - startNs) < query.min_duration_ms * 1e6) return false;
  }
  const filters = Object.keys(READ).filter((name) => query[name as keyof typeof READ] !== undefined) as (keyof typeof READ)[];
  if (filters.length === 0 && query.q === undefined) return true;
  const resolved = resolveLiveSpans(traceId, spans);
  return (
    filters.every((name) => {
      const wanted = new Set((query[name] ?? '').split(',').map((value) => value.trim()));
      return resolved.some((span) => wanted.has(READ[name](span) ?? ''));
    }) &&
    (query.q === undefined || holdsText(resolved, query.q))
  );
}

function holdsText(spans: readonly ResolvedLiveSpan[], q: string): boolean {
  const wanted = q.toLowerCase();
  // Parts are kept as the client wrote them, mostly JSON: there a quote or a line break stands escaped.
  const inJson = JSON.stringify(q).slice(1, -1).toLowerCase();
  return spans.some(({ span, resolution: { context } }) => {
    const texts = [span.name, span.requestModel, context.agentId, context.userId, span.toolName];
    if (texts.some((text) => text?.toLowerCase().includes(wanted))) return true;
    return (span.input?.parts ?? [span.inputPreview ?? '']).some((part) => {
      const text = part.toLowerCase();
      return text.includes(wanted) || text.includes(inJson);
    });
  });
}
