/**
 * Makes stored traces whole: children often come before their parents and in other requests, so what a span
 * inherits, which span is the run and which failure counts is decided again over all spans of the trace, and
 * the rows that differ are written again with a higher version. Idempotent; the truth is what is stored.
 */
import { randomUUID } from 'node:crypto';
import type { Sampling } from '@sightglass/contract/sampling';
import { isFailed, type SpanKind, type SpanStatus, type TraceType } from '@sightglass/contract/spanKinds';
import { ESTIMATE_RULE_PREFIX } from '@sightglass/contract/estimates';
import { resolveTrace, type SpanResolution, type TraceSpan } from '../enrich/resolveTrace.ts';
import type { OtelSpanKind } from '../normalise/decodedSpan.ts';
import { traceWeight } from '../sampling/traceWeight.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { HexColumn, TextColumn, UInt32Column, UInt64Column } from '../telemetry/columns.ts';
import { encodeRows } from '../telemetry/encodeTable.ts';
import { addResolution, createResolutionColumns, type ResolutionValues, resolutionValues } from '../telemetry/resolutionColumns.ts';
import { APPLY_RESOLUTIONS_SQL, RESOLVED_COLUMNS, spanResolutionsTable } from '../telemetry/tables/spanResolutions.ts';
import { RELEASE_PAYLOADS_SQL } from '../telemetry/tables/payloads.ts';
import { CONTEXT_OWN_BITS } from '../telemetry/tables/spans.ts';
import { TRACE_ID_IN } from '../telemetry/idsSql.ts';

/** Rules for sampling, and since when they may decide. */
export interface SamplingInForce {
  rules: Sampling;
  /** Unix milliseconds: of traces of which something was received earlier, the weight is settled. */
  decidedBeforeMs: number;
}

export interface SettleOutcome {
  /** Spans written again. */
  rewritten: number;
  /** Traces of which some parent, or the root, is still missing. */
  incomplete: string[];
  /** Traces of many thousand spans, for which this takes a while. */
  long: string[];
}

const LONG_SPANS = 5_000;

type StoredRow = ResolutionValues & {
  trace: string;
  span: string;
  parent: string;
  kind: SpanKind;
  status: SpanStatus;
  otel_kind: OtelSpanKind;
  start_ns: string;
  duration: string;
  received_ms: string;
  version: string;
  service_name: string;
  response_id: string;
  has_usage: number;
  is_estimated: number;
};

interface Change {
  row: StoredRow;
  resolution: SpanResolution;
}

/** Settles some hundred traces of one workspace. `version` must be higher than that of every earlier call. `onAgents` is told the agents of these traces. */
export async function settleTraces(
  telemetry: TelemetryConnection,
  workspaceId: string,
  traceIds: readonly string[],
  version: bigint,
  onAgents: (agentIds: ReadonlySet<string>) => void = () => undefined,
  sampling: SamplingInForce | null = null,
): Promise<SettleOutcome> {
  const agents = new Set<string>();
  const outcome: SettleOutcome = { rewritten: 0, incomplete: [], long: [] };
  for (const neighbours of groupByTime(await boundsOf(telemetry, workspaceId, traceIds))) {
    const { rewritten, incomplete, long } = await settleNeighbours({ telemetry, workspaceId, version, sampling, agents }, neighbours);
    outcome.rewritten += rewritten;
    outcome.incomplete.push(...incomplete);
    outcome.long.push(...long);
  }
  onAgents(agents);
  return outcome;
}

interface Settling {
  telemetry: TelemetryConnection;
  workspaceId: string;
  version: bigint;
  sampling: SamplingInForce | null;
  /** Those met are added. */
  agents: Set<string>;
}

async function settleNeighbours(
  { telemetry, workspaceId, version, sampling, agents }: Settling,
  { traceIds, ...bounds }: Neighbours,
): Promise<SettleOutcome> {
  const rows = await telemetry.rows<StoredRow>(SELECT_ROWS, { workspace: workspaceId, traceIds, ...bounds });
  const incomplete: string[] = [];
  const long: string[] = [];
  const changes: Change[] = [];
  for (const [traceId, trace] of byTrace(rows)) {
    const resolution = resolveTrace(traceId, trace.map(traceSpanOf));
    weigh(sampling, traceId, trace, resolution.spans);
    if (!resolution.complete) incomplete.push(traceId);
    if (trace.length >= LONG_SPANS) long.push(traceId);
    for (const [i, row] of trace.entries()) {
      const resolved = resolution.spans[i];
      if (resolved !== undefined && resolved.context.agentId !== null) agents.add(resolved.context.agentId);
      if (resolved !== undefined && differs(row, resolved)) changes.push({ row, resolution: resolved });
    }
  }
  await releasePayloads(telemetry, workspaceId, changes, bounds);
  if (changes.length > 0) await writeChanges(telemetry, workspaceId, changes, bounds, version);
  return { rewritten: changes.length, incomplete, long };
}

/**
 * Without rules for sampling, what was decided by earlier ones holds; so does what was decided for a trace that began
 * before the rules did, or so long ago that what was left out of it has gone: its oldest row tells.
 */
function weigh(sampling: SamplingInForce | null, traceId: string, trace: readonly StoredRow[], resolutions: readonly SpanResolution[]): void {
  const facts = () =>
    trace.map(({ kind, status, start_ns, duration }, i) => ({
      kind,
      failed: isFailed(status),
      startNs: BigInt(start_ns),
      endNs: BigInt(start_ns) + BigInt(duration),
      agentId: resolutions[i]?.context.agentId ?? null,
      endpoint: resolutions[i]?.context.endpoint ?? null,
    }));
  const oldest = trace.reduce((first, row) => (Number(row.received_ms) < Number(first.received_ms) ? row : first), trace[0] as StoredRow);
  const decided = sampling === null || Number(oldest.received_ms) < sampling.decidedBeforeMs;
  const weight = decided ? undefined : traceWeight(sampling.rules, traceId, facts());
  for (const [i, resolution] of resolutions.entries()) resolution.weight = weight ?? (sampling === null ? trace[i]?.weight : oldest.weight) ?? 1;
}

/** Before the spans are seen again: then their texts are there. */
async function releasePayloads(telemetry: TelemetryConnection, workspaceId: string, changes: readonly Change[], bounds: Bounds): Promise<void> {
  const traceIds = new Set(changes.flatMap(({ row, resolution }) => (row.weight === 0 && resolution.weight > 0 ? [row.trace] : [])));
  if (traceIds.size > 0) await telemetry.run(RELEASE_PAYLOADS_SQL, { workspace: workspaceId, traceIds: [...traceIds], ...bounds });
}

function byTrace(rows: readonly StoredRow[]): Map<string, StoredRow[]> {
  const traces = new Map<string, StoredRow[]>();
  for (const row of rows) {
    const trace = traces.get(row.trace);
    if (trace === undefined) traces.set(row.trace, [row]);
    else trace.push(row);
  }
  return traces;
}

interface Bounds {
  fromNs: string;
  toNs: string;
}

/** Traces that lie so near one another in time that they are read together. */
interface Neighbours extends Bounds {
  traceIds: string[];
}

interface TraceSpread {
  trace: string;
  fromNs: bigint;
  toNs: bigint;
}

async function boundsOf(telemetry: TelemetryConnection, workspaceId: string, traceIds: readonly string[]): Promise<TraceSpread[]> {
  const rows = await telemetry.rows<{ trace: string } & Bounds>(
    `SELECT lower(hex(trace_id)) AS trace, toString(toUnixTimestamp64Nano(min(start_time))) AS fromNs, toString(toUnixTimestamp64Nano(max(end_time))) AS toNs
     FROM trace_bounds WHERE workspace_id = {workspace:String} AND ${TRACE_ID_IN} GROUP BY trace_id`,
    { workspace: workspaceId, traceIds },
  );
  return rows.map(({ trace, fromNs, toNs }) => ({ trace, fromNs: BigInt(fromNs), toNs: BigInt(toNs) }));
}

/** A sender whose clock is years behind must not make every look at its trace, and at those beside it, one at all the years between. */
const NEIGHBOUR_GAP_NS = 3_600_000_000_000n;

function groupByTime(spreads: readonly TraceSpread[]): Neighbours[] {
  const groups: { traceIds: string[]; fromNs: bigint; toNs: bigint }[] = [];
  for (const { trace, fromNs, toNs } of spreads.toSorted((a, b) => (a.fromNs < b.fromNs ? -1 : a.fromNs > b.fromNs ? 1 : 0))) {
    const last = groups.at(-1);
    if (last === undefined || fromNs > last.toNs + NEIGHBOUR_GAP_NS) groups.push({ traceIds: [trace], fromNs, toNs });
    else {
      last.traceIds.push(trace);
      if (toNs > last.toNs) last.toNs = toNs;
    }
  }
  return groups.map(({ traceIds, fromNs, toNs }) => ({ traceIds, fromNs: fromNs.toString(), toNs: toNs.toString() }));
}

const SELECT_ROWS = `SELECT lower(hex(trace_id)) AS trace, lower(hex(span_id)) AS span, lower(hex(parent_span_id)) AS parent, kind, status, otel_kind,
  toString(toUnixTimestamp64Nano(start_time)) AS start_ns, toString(duration_ns) AS duration, toString(toUnixTimestamp64Milli(received_at)) AS received_ms, toString(version) AS version, service_name, response_id, (input_tokens IS NOT NULL OR output_tokens IS NOT NULL OR total_tokens IS NOT NULL) AND is_estimated = 0 AS has_usage, startsWith(token_rule, '${ESTIMATE_RULE_PREFIX}') AS is_estimated,
  agent_id, run_id, flow_id, session_id, user_id, user_email, department, query_category, endpoint, method, status_code, context_own,
  trace_type, is_run, error_origin, superseded, weight
FROM spans FINAL
WHERE workspace_id = {workspace:String}
  AND start_time >= fromUnixTimestamp64Nano({fromNs:Int64}, 'UTC') AND start_time <= fromUnixTimestamp64Nano({toNs:Int64}, 'UTC')
  AND ${TRACE_ID_IN}
SETTINGS do_not_merge_across_partitions_select_final = 1`;

/** A stored span as it was before anything was inherited: `context_own` tells what the span said itself. */
function traceSpanOf(row: StoredRow): TraceSpan {
  const own = (field: keyof typeof CONTEXT_OWN_BITS, value: string) =>
    (row.context_own >> CONTEXT_OWN_BITS[field]) & 1 && value !== '' ? value : null;
  return {
    spanId: row.span,
    parentSpanId: row.parent === '0000000000000000' ? null : row.parent,
    kind: row.kind,
    failed: isFailed(row.status),
    otelKind: row.otel_kind,
    startNs: BigInt(row.start_ns),
    serviceName: row.service_name === '' ? null : row.service_name,
    responseId: row.response_id === '' ? null : row.response_id,
    hasUsage: row.has_usage === 1,
    isEstimated: row.is_estimated === 1,
    own: {
      agentId: own('agentId', row.agent_id),
      runId: own('runId', row.run_id),
      flowId: own('flowId', row.flow_id),
      sessionId: own('sessionId', row.session_id),
      userId: own('userId', row.user_id),
      userEmail: own('userEmail', row.user_email),
      department: own('department', row.department),
      queryCategory: own('queryCategory', row.query_category),
      endpoint: own('http', row.endpoint),
      method: own('http', row.method),
      statusCode: own('http', row.status_code === 0 ? '' : String(row.status_code)) === null ? null : row.status_code,
    },
    ownTraceType: ownTraceType(row),
  };
}

function ownTraceType(row: StoredRow): TraceType | null {
  return (row.context_own >> CONTEXT_OWN_BITS.traceType) & 1 ? (row.trace_type as TraceType) : null;
}

/** The trace type that a span itself says stays on it where the trace decides nothing: it is no difference. */
function differs(row: StoredRow, resolution: SpanResolution): boolean {
  const values = resolutionValues(resolution, ownTraceType(row));
  return RESOLVED_COLUMNS.some((name) => row[name] !== values[name]);
}

/** Where changes are laid down on their way into `spans`. */
const changeColumns = {
  batch: new TextColumn(),
  created_at: new UInt32Column(),
  read_version: new UInt64Column(),
  trace_id: new HexColumn(16),
  span_id: new HexColumn(8),
  ...createResolutionColumns(),
};

async function writeChanges(
  telemetry: TelemetryConnection,
  workspaceId: string,
  changes: readonly Change[],
  bounds: Bounds,
  version: bigint,
): Promise<void> {
  const batch = randomUUID();
  const createdAtSeconds = Number(version / 1000n);
  const native = encodeRows(spanResolutionsTable, changeColumns, changes, ({ row, resolution }) => {
    changeColumns.batch.add(batch);
    changeColumns.created_at.add(createdAtSeconds);
    changeColumns.read_version.add(BigInt(row.version));
    changeColumns.trace_id.add(row.trace);
    changeColumns.span_id.add(row.span);
    addResolution(changeColumns, resolution, ownTraceType(row));
  });
  await telemetry.insertNative(spanResolutionsTable.name, native, batch);
  await telemetry.run(APPLY_RESOLUTIONS_SQL, { batch, workspace: workspaceId, version: version.toString(), ...bounds });
}
