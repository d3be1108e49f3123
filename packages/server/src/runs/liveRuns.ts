/**
 * Runs in progress, of which the span that stands for them has begun and is not stored yet. What is stored of them was taken for a run of
 * its own until then, or belongs to the run by its id.
 */
import type { RunListQuery } from '@sightglass/contract/routes/runs';
import type { Run } from '@sightglass/contract/run';
import type { SpanKind } from '@sightglass/contract/spanKinds';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { SpanContext } from '../normalise/canonicalSpan.ts';
import type { OpenText } from '../encryption/envelope.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { spansOfTraces } from '../explore/spanSource.ts';
import { IS_RUN } from '../explore/spanSql.ts';
import type { LiveSpan } from '../live/liveSpan.ts';
import type { LiveTraces } from '../live/liveSpans.ts';
import { type ResolvedLiveSpan, resolveLiveSpans } from '../live/liveTrace.ts';
import { ok, type Result } from '../result.ts';
import { SPAN_ID_IN } from '../telemetry/idsSql.ts';
import { readTraceBounds, type TraceBounds } from '../traces/findTraces.ts';
import { LIVE_TRACES_LOOKED_AT } from '../traces/placeLiveTraces.ts';
import { spansStillRunning } from '../traces/storedLiveSpans.ts';
import type { SpanKey } from './findRuns.ts';
import { valuesOf } from './runFilters.ts';
import { addTotals, NO_TOTALS, totalFields, totalsKey } from './runTotals.ts';
import { spanKeyText, type StoredRuns } from './summariseRuns.ts';

/** A server takes parameters in the URL, which it cuts at 1 MB; a program has some tens of spans open at once. */
const PARENTS_MAX = 10_000;

export interface LiveRun extends SpanKey {
  runId: string;
  startNs: bigint;
  span: LiveSpan;
  context: SpanContext;
  /** Spans of the trace in progress right below it, by start. */
  steps: readonly string[];
  /** Run ids under which spans of it are stored. */
  storedAs: readonly string[];
  /** Of what is stored of its trace. */
  bounds: TraceBounds | null;
}

export interface RunsInProgress {
  runs: LiveRun[];
  /** Stored spans that are no longer to be listed as runs of their own. */
  replaced: SpanKey[];
}

/** A stored span that stands for a run, or below which something goes on. */
interface StoredSpan {
  trace: string;
  span: string;
  parent: string;
  kind: SpanKind;
  run: string;
  is_run: number;
  start_ns: string;
}

/** Of the traces with the latest news. */
export async function runsInProgress(reader: TelemetryReader, live: LiveTraces): Promise<Result<RunsInProgress>> {
  const traces = [...live.all()].slice(-LIVE_TRACES_LOOKED_AT);
  if (traces.length === 0) return ok({ runs: [], replaced: [] });
  const bounds = await readTraceBounds(
    reader,
    traces.map(([traceId]) => traceId),
  );
  if (!bounds.ok) return bounds;
  const stored = [...bounds.value.values()];
  const [running, around] = await Promise.all([spansStillRunning(reader, live, stored), readSpansAround(reader, traces, stored)]);
  if (!running.ok) return running;
  if (!around.ok) return around;
  const found: RunsInProgress = { runs: [], replaced: [] };
  for (const [traceId, spans] of traces) {
    const ofTrace = bounds.value.get(traceId) ?? null;
    const left = ofTrace === null ? spans : (running.value.get(traceId) ?? []);
    addRuns(found, traceId, left, around.value.get(traceId) ?? [], ofTrace);
  }
  return ok(found);
}

/** By trace: the stored spans that stand for runs, and the stored parents of spans in progress. */
async function readSpansAround(
  reader: TelemetryReader,
  live: readonly (readonly [string, readonly LiveSpan[]])[],
  traces: readonly TraceBounds[],
): Promise<Result<Map<string, StoredSpan[]>>> {
  const byTrace = new Map<string, StoredSpan[]>(traces.map(({ traceId }) => [traceId, []]));
  if (traces.length === 0) return ok(byTrace);
  const { source, params } = spansOfTraces(traces);
  const parents = live.flatMap(([traceId, spans]) => (byTrace.has(traceId) ? spans.flatMap(({ parentSpanId }) => parentSpanId ?? []) : []));
  const rows = await reader.query<StoredSpan>({
    sql: `SELECT lower(hex(trace_id)) AS trace, lower(hex(span_id)) AS span, lower(hex(parent_span_id)) AS parent, kind, run_id AS run, is_run,
  toString(toUnixTimestamp64Nano(start_time)) AS start_ns FROM ${source} WHERE ${IS_RUN} OR ${SPAN_ID_IN} ORDER BY start_time, span_id`,
    params: { ...params, spanIds: parents.slice(0, PARENTS_MAX) },
  });
  if (!rows.ok) return rows;
  for (const row of rows.value) byTrace.get(row.trace)?.push(row);
  return ok(byTrace);
}

/**
 * Where no ancestor is in progress, what is stored decides: below an agent's run that has ended nothing begins a run, and beside one
 * nothing but an agent does. A stored run that is not an agent's was only taken for one until an agent, or its root, was heard of.
 */
function addRuns(
  found: RunsInProgress,
  traceId: string,
  spans: readonly LiveSpan[],
  stored: readonly StoredSpan[],
  bounds: TraceBounds | null,
): void {
  const resolved = resolveLiveSpans(traceId, spans);
  const runOfLive = new Map(resolved.map(({ span, resolution }) => [span.spanId, resolution.context.runId]));
  const storedRuns = stored.filter(({ is_run }) => is_run === 1);
  const ofAgents = storedRuns.filter(({ kind }) => kind === 'agent');
  const endedRuns = new Set(ofAgents.map(({ run }) => run));
  const left = new Set(storedRuns);
  for (const { span, resolution } of resolved) {
    const { runId } = resolution.context;
    if (!resolution.isRun || runId === null) continue;
    const parent = stored.find(({ span: id }) => id === span.parentSpanId);
    if (span.kind === 'agent' ? parent !== undefined && endedRuns.has(parent.run) : ofAgents.length > 0) continue;
    const inside = [...left].filter(({ run, parent: above, kind }) => run === runId || runOfLive.get(above) === runId || kind !== 'agent');
    for (const run of inside) left.delete(run);
    found.replaced.push(...inside.map(({ span: spanId }) => ({ traceId, spanId })));
    found.runs.push({
      traceId,
      spanId: span.spanId,
      runId,
      startNs: inside.map(({ start_ns }) => BigInt(start_ns)).reduce((first, ns) => (ns < first ? ns : first), span.startNs),
      span,
      context: resolution.context,
      steps: stepsBelow(resolved, span.spanId),
      storedAs: [...new Set([runId, ...inside.map(({ run }) => run)])],
      bounds,
    });
  }
}

const stepsBelow = (resolved: readonly ResolvedLiveSpan[], spanId: string) =>
  resolved.filter(({ span }) => span.parentSpanId === spanId).map(({ span }) => span.name);

/** The filters of `runFilters.ts`, as far as a beginning can tell. */
export function matchesLiveRun(run: LiveRun, query: RunListQuery, nowNs: bigint): boolean {
  if (query.status !== undefined && !query.status.includes('running')) return false;
  // No call of it is known to have been paid until it is stored.
  if (query.min_cost_usd !== undefined && /[1-9]/.test(query.min_cost_usd)) return false;
  if (query.min_duration_ms !== undefined && Number(nowNs - run.startNs) < query.min_duration_ms * 1e6) return false;
  const { context, span } = run;
  const said = {
    agent_id: context.agentId,
    run_id: run.runId,
    user_id: context.userId,
    session_id: context.sessionId,
    department: context.department,
    flow_id: context.flowId,
    environment: span.environment,
  };
  for (const [name, value] of Object.entries(said)) {
    const wanted = query[name as keyof typeof said];
    if (wanted !== undefined && value !== wanted && !valuesOf(wanted).includes(value ?? '')) return false;
  }
  if (query.q === undefined) return true;
  const wanted = query.q.toLowerCase();
  const texts = [...Object.values(said), span.name, span.requestModel, span.inputPreview, ...(span.input?.parts ?? [])];
  return texts.some((text) => text?.toLowerCase().includes(wanted));
}

/** `stored` is what is stored of it so far. */
export function liveRun(run: LiveRun, stored: StoredRuns, open: OpenText): Run {
  const { traceId, runId, span, context } = run;
  const sums = run.storedAs.map((id) => stored.totals.get(totalsKey(traceId, id)) ?? NO_TOTALS).reduce(addTotals);
  const output = open(sums.lastOutput?.text ?? '');
  return {
    run_id: runId,
    agent_id: context.agentId,
    trace_id: traceId,
    span_id: run.spanId,
    name: span.name,
    flow_id: context.flowId,
    session_id: context.sessionId,
    user_id: context.userId,
    department: context.department,
    environment: span.environment,
    status: 'running',
    started_at: formatTimestamp(run.startNs),
    finished_at: null,
    duration_ms: null,
    ...totalFields(sums),
    input_context: span.inputPreview ?? (open(sums.firstInput?.text ?? '') || null),
    execution_nodes: [...(stored.steps.get(spanKeyText(run)) ?? []), ...run.steps],
    output_summary: output === '' ? null : output,
  };
}
