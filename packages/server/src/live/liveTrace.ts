/**
 * What the API says of spans in progress: the span, and the trace that they run in. Pure; `nowNs` is when the answer is made,
 * and what a running span's duration ends at. Nothing here is counted: spans, calls, tokens and cost are those of stored spans.
 */
import { isFailed, type SpanStatus } from '@sightglass/contract/spanKinds';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { Span, SpanDetail, TraceSummary } from '@sightglass/contract/trace';
import { resolveTrace, type SpanResolution } from '../enrich/resolveTrace.ts';
import { readMessages } from '../normalise/messages.ts';
import { payloadText } from '../normalise/payload.ts';
import type { LiveSpan } from './liveSpan.ts';

/** A failure is told at once; else a trace runs as long as one of its spans does. */
export const statusWhileLive = (stored: SpanStatus): SpanStatus => (isFailed(stored) ? stored : 'running');

/** A span in progress with what the trace tells of it: its parents run, too. */
export interface ResolvedLiveSpan {
  span: LiveSpan;
  resolution: SpanResolution;
}

/** By start. */
export function resolveLiveSpans(traceId: string, spans: readonly LiveSpan[]): ResolvedLiveSpan[] {
  const byStart = spans.toSorted((a, b) => (a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : a.spanId < b.spanId ? -1 : 1));
  const { spans: resolutions } = resolveTrace(
    traceId,
    byStart.map((span) => ({ ...span, failed: false, responseId: null, hasUsage: false, isEstimated: false, ownTraceType: span.traceType })),
  );
  return byStart.flatMap((span, i) => {
    const resolution = resolutions[i];
    return resolution === undefined ? [] : [{ span, resolution }];
  });
}

const elapsedNs = (startNs: bigint, nowNs: bigint) => (nowNs > startNs ? nowNs - startNs : 0n).toString();

/** `summary` leaves the input out. */
export function liveSpanView({ span, resolution: { context } }: ResolvedLiveSpan, nowNs: bigint, detail: 'full' | 'summary'): Span {
  return {
    span_id: span.spanId,
    parent_span_id: span.parentSpanId,
    name: span.name,
    kind: span.kind,
    status: 'running',
    status_message: null,
    start_time: formatTimestamp(span.startNs),
    duration_ns: elapsedNs(span.startNs, nowNs),
    service_name: span.serviceName,
    agent_id: context.agentId,
    run_id: context.runId,
    session_id: context.sessionId,
    user_id: context.userId,
    department: context.department,
    provider: span.provider,
    request_model: span.requestModel,
    response_model: null,
    input_tokens: null,
    output_tokens: null,
    cache_read_tokens: null,
    cache_write_tokens: null,
    reasoning_tokens: null,
    cost_usd: null,
    cost_source: null,
    ttft_ms: null,
    finish_reason: null,
    tool_name: span.toolName,
    input: detail === 'full' ? inputText(span) : null,
    output: null,
    attributes: {},
    events: [],
    links: [],
    error_origin: false,
    error_type: null,
    dialect: span.dialect,
    token_rule: null,
    usage_estimated: false,
    superseded: false,
    environment: span.environment,
    scope_name: span.scopeName,
  };
}

/** The beginning stands for an input that is too long to be kept in memory. */
const inputText = ({ input, inputPreview }: LiveSpan) => (input === null ? inputPreview : payloadText(input.format, input.parts));

export function liveSpanDetail(resolved: ResolvedLiveSpan, nowNs: bigint): SpanDetail {
  const { input } = resolved.span;
  return {
    ...liveSpanView(resolved, nowNs, 'full'),
    input_messages: input === null ? [] : readMessages(input.format, input.parts, 'input'),
    output_messages: [],
    documents: [],
    tool_definitions: [],
    resource: {},
    cost_breakdown: null,
    usage_reported: {},
  };
}

/** What the outermost span in progress says first, then what those inside it say. */
function outermost<Value>(spans: readonly ResolvedLiveSpan[], read: (span: ResolvedLiveSpan) => Value | null): Value | null {
  for (const span of spans) {
    const value = read(span);
    if (value !== null) return value;
  }
  return null;
}

/** Root first, then those whose parent is unknown, then the rest; each by start. */
function fromOutside(spans: readonly ResolvedLiveSpan[]): ResolvedLiveSpan[] {
  const known = new Set(spans.map(({ span }) => span.spanId));
  const rank = ({ span: { parentSpanId } }: ResolvedLiveSpan) => (parentSpanId === null ? 0 : known.has(parentSpanId) ? 2 : 1);
  return spans.toSorted((a, b) => rank(a) - rank(b));
}

/** A trace of which nothing is stored yet; at least one span. */
export function liveTraceSummary(traceId: string, spans: readonly LiveSpan[], nowNs: bigint): TraceSummary {
  const byStart = resolveLiveSpans(traceId, spans);
  const byPlace = fromOutside(byStart);
  const ofRun = [...byPlace.filter(({ resolution }) => resolution.isRun), ...byPlace];
  const startNs = byStart[0]?.span.startNs ?? nowNs;
  const models = byStart.flatMap(({ span }) =>
    (span.kind === 'llm' || span.kind === 'embedding') && span.requestModel !== null ? [span.requestModel] : [],
  );
  return {
    trace_id: traceId,
    root_name: byPlace[0]?.span.name ?? '',
    start_time: formatTimestamp(startNs),
    duration_ns: elapsedNs(startNs, nowNs),
    status: 'running',
    span_count: 0,
    error_count: 0,
    llm_calls: 0,
    input_tokens: null,
    output_tokens: null,
    cost_usd: null,
    agent_id: outermost(ofRun, ({ resolution }) => resolution.context.agentId),
    run_id: outermost(ofRun, ({ resolution }) => resolution.context.runId),
    session_id: outermost(ofRun, ({ resolution }) => resolution.context.sessionId),
    user_id: outermost(ofRun, ({ resolution }) => resolution.context.userId),
    department: outermost(ofRun, ({ resolution }) => resolution.context.department),
    models: [...new Set(models)].sort(),
    trace_type: outermost(byPlace, ({ resolution }) => resolution.traceType),
    method: outermost(byPlace, ({ resolution }) => resolution.context.method),
    status_code: outermost(byPlace, ({ resolution }) => resolution.context.statusCode),
    service_name: outermost(byPlace, ({ span }) => span.serviceName),
    environment: outermost(byPlace, ({ span }) => span.environment),
    unpriced_calls: 0,
    approximate_calls: 0,
    input_preview: outermost(byPlace, ({ span }) => span.inputPreview),
    output_preview: null,
  };
}

/** What the outermost span knows best. */
const OF_THE_ROOT = [
  'root_name',
  'agent_id',
  'run_id',
  'session_id',
  'user_id',
  'department',
  'trace_type',
  'method',
  'status_code',
  'service_name',
  'environment',
  'input_preview',
] as const satisfies readonly (keyof TraceSummary)[];

/**
 * A stored trace of which some spans still run; at least one. `bounds` are those of what is stored. While its root runs, the
 * root's word counts for what only the root knows.
 */
export function withLiveSpans(
  stored: TraceSummary,
  bounds: { startNs: bigint; endNs: bigint },
  spans: readonly LiveSpan[],
  nowNs: bigint,
): TraceSummary {
  const live = liveTraceSummary(stored.trace_id, spans, nowNs);
  const liveStartNs = spans.reduce((first, { startNs }) => (startNs < first ? startNs : first), bounds.endNs);
  const startNs = liveStartNs < bounds.startNs ? liveStartNs : bounds.startNs;
  const endNs = bounds.endNs > nowNs ? bounds.endNs : nowNs;
  const rootRuns = spans.some((span) => span.parentSpanId === null && span.startNs <= bounds.startNs);
  const told = OF_THE_ROOT.map((field) => [field, live[field] ?? stored[field]] as const);
  return {
    ...stored,
    ...(rootRuns ? (Object.fromEntries(told) as Pick<TraceSummary, (typeof OF_THE_ROOT)[number]>) : {}),
    status: statusWhileLive(stored.status),
    start_time: formatTimestamp(startNs),
    duration_ns: elapsedNs(startNs, endNs),
  };
}
