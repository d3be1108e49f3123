/**
 * Makes stored traces whole: children often come before their parents and in other requests, so what a span
 * inherits, which span is the run and which failure counts is decided again over all spans of the trace, and
 * the rows that differ are written again with a higher version. Idempotent; the truth is what is stored.
 */
import { randomUUID } from 'node:crypto';
import type { SpanKind, SpanStatus, TraceType } from '@sightglass/contract/spanKinds';
import { resolveTrace, type SpanResolution, type TraceSpan } from '../enrich/resolveTrace.ts';
import type { OtelSpanKind } from '../normalise/decodedSpan.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { HexColumn, TextColumn, UInt8Column, UInt16Column, UInt32Column } from '../telemetry/columns.ts';
import { encodeRows } from '../telemetry/encodeTable.ts';
import { APPLY_RESOLUTIONS_SQL, type ResolvedColumn, spanResolutionsTable } from '../telemetry/tables/spanResolutions.ts';
import { CONTEXT_OWN_BITS } from '../telemetry/tables/spans.ts';

export interface SettleOutcome {
  /** Spans written again. */
  rewritten: number;
  /** Traces of which some parent, or the root, is still missing. */
  incomplete: string[];
}

type StoredRow = Record<Exclude<ResolvedColumn, 'status_code' | 'context_own' | 'is_run' | 'error_origin' | 'superseded'>, string> & {
  trace: string;
  span: string;
  parent: string;
  kind: SpanKind;
  status: SpanStatus;
  otel_kind: OtelSpanKind;
  start_ns: string;
  service_name: string;
  response_id: string;
  has_usage: number;
  status_code: number;
  context_own: number;
  is_run: number;
  error_origin: number;
  superseded: number;
};

interface Change {
  row: StoredRow;
  resolution: SpanResolution;
}

/** Settles some hundred traces of one workspace. `version` must be higher than that of every earlier call. */
export async function settleTraces(
  telemetry: TelemetryConnection,
  workspaceId: string,
  traceIds: readonly string[],
  version: bigint,
): Promise<SettleOutcome> {
  const bounds = await boundsOf(telemetry, workspaceId, traceIds);
  if (bounds === undefined) return { rewritten: 0, incomplete: [] };
  const rows = await telemetry.rows<StoredRow>(SELECT_ROWS, { workspace: workspaceId, traceIds, ...bounds });
  const incomplete: string[] = [];
  const changes: Change[] = [];
  for (const [traceId, trace] of byTrace(rows)) {
    const resolution = resolveTrace(traceId, trace.map(traceSpanOf));
    if (!resolution.complete) incomplete.push(traceId);
    for (const [i, row] of trace.entries()) {
      const resolved = resolution.spans[i];
      if (resolved !== undefined && differs(row, resolved)) changes.push({ row, resolution: resolved });
    }
  }
  if (changes.length > 0) await writeChanges(telemetry, workspaceId, changes, bounds, version);
  return { rewritten: changes.length, incomplete };
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

async function boundsOf(telemetry: TelemetryConnection, workspaceId: string, traceIds: readonly string[]): Promise<Bounds | undefined> {
  const [found] = await telemetry.rows<{ traces: string | number } & Bounds>(
    `SELECT count() AS traces, toString(toUnixTimestamp64Nano(min(start_time))) AS fromNs, toString(toUnixTimestamp64Nano(max(end_time))) AS toNs
     FROM trace_bounds WHERE workspace_id = {workspace:String} AND trace_id IN (SELECT unhex(arrayJoin({traceIds:Array(String)})))`,
    { workspace: workspaceId, traceIds },
  );
  return found === undefined || Number(found.traces) === 0 ? undefined : { fromNs: found.fromNs, toNs: found.toNs };
}

const SELECT_ROWS = `SELECT lower(hex(trace_id)) AS trace, lower(hex(span_id)) AS span, lower(hex(parent_span_id)) AS parent, kind, status, otel_kind,
  toString(toUnixTimestamp64Nano(start_time)) AS start_ns, service_name, response_id, input_tokens IS NOT NULL OR output_tokens IS NOT NULL OR total_tokens IS NOT NULL AS has_usage,
  agent_id, run_id, flow_id, session_id, user_id, user_email, department, query_category, endpoint, method, status_code, context_own,
  trace_type, is_run, error_origin, superseded
FROM spans FINAL
WHERE workspace_id = {workspace:String}
  AND start_time >= fromUnixTimestamp64Nano({fromNs:Int64}, 'UTC') AND start_time <= fromUnixTimestamp64Nano({toNs:Int64}, 'UTC')
  AND trace_id IN (SELECT unhex(arrayJoin({traceIds:Array(String)})))
SETTINGS do_not_merge_across_partitions_select_final = 1`;

/** A stored span as it was before anything was inherited: `context_own` tells what the span said itself. */
function traceSpanOf(row: StoredRow): TraceSpan {
  const own = (field: keyof typeof CONTEXT_OWN_BITS, value: string) =>
    (row.context_own >> CONTEXT_OWN_BITS[field]) & 1 && value !== '' ? value : null;
  return {
    spanId: row.span,
    parentSpanId: row.parent === '0000000000000000' ? null : row.parent,
    kind: row.kind,
    failed: row.status === 'error',
    otelKind: row.otel_kind,
    startNs: BigInt(row.start_ns),
    serviceName: row.service_name === '' ? null : row.service_name,
    responseId: row.response_id === '' ? null : row.response_id,
    hasUsage: row.has_usage === 1,
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
    ownTraceType: own('traceType', row.trace_type) as TraceType | null,
  };
}

/** The texts and numbers of a resolution as its columns hold them. */
const RESOLVED_TEXTS = {
  agent_id: ({ context }: SpanResolution) => context.agentId ?? '',
  run_id: ({ context }: SpanResolution) => context.runId ?? '',
  flow_id: ({ context }: SpanResolution) => context.flowId ?? '',
  session_id: ({ context }: SpanResolution) => context.sessionId ?? '',
  user_id: ({ context }: SpanResolution) => context.userId ?? '',
  user_email: ({ context }: SpanResolution) => context.userEmail ?? '',
  department: ({ context }: SpanResolution) => context.department ?? '',
  query_category: ({ context }: SpanResolution) => context.queryCategory ?? '',
  endpoint: ({ context }: SpanResolution) => context.endpoint ?? '',
  method: ({ context }: SpanResolution) => context.method ?? '',
  trace_type: ({ traceType }: SpanResolution) => traceType ?? '',
} as const;
const RESOLVED_NUMBERS = {
  status_code: ({ context }: SpanResolution) => context.statusCode ?? 0,
  context_own: ({ contextOwn }: SpanResolution) => contextOwn,
  is_run: ({ isRun }: SpanResolution) => (isRun ? 1 : 0),
  error_origin: ({ errorOrigin }: SpanResolution) => (errorOrigin ? 1 : 0),
  superseded: ({ superseded }: SpanResolution) => (superseded ? 1 : 0),
} as const;
const TEXTS = Object.entries(RESOLVED_TEXTS) as [keyof typeof RESOLVED_TEXTS, (resolution: SpanResolution) => string][];
const NUMBERS = Object.entries(RESOLVED_NUMBERS) as [keyof typeof RESOLVED_NUMBERS, (resolution: SpanResolution) => number][];

function differs(row: StoredRow, resolution: SpanResolution): boolean {
  return TEXTS.some(([name, get]) => row[name] !== get(resolution)) || NUMBERS.some(([name, get]) => row[name] !== get(resolution));
}

/** Where changes are laid down on their way into `spans`. */
const changeColumns = {
  batch: new TextColumn(),
  created_at: new UInt32Column(),
  trace_id: new HexColumn(16),
  span_id: new HexColumn(8),
  agent_id: new TextColumn(),
  run_id: new TextColumn(),
  flow_id: new TextColumn(),
  session_id: new TextColumn(),
  user_id: new TextColumn(),
  user_email: new TextColumn(),
  department: new TextColumn(),
  query_category: new TextColumn(),
  endpoint: new TextColumn(),
  method: new TextColumn(),
  status_code: new UInt16Column(),
  context_own: new UInt16Column(),
  trace_type: new TextColumn(),
  is_run: new UInt8Column(),
  error_origin: new UInt8Column(),
  superseded: new UInt8Column(),
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
    changeColumns.trace_id.add(row.trace);
    changeColumns.span_id.add(row.span);
    for (const [name, get] of TEXTS) changeColumns[name].add(get(resolution));
    for (const [name, get] of NUMBERS) changeColumns[name].add(get(resolution));
  });
  await telemetry.insertNative(spanResolutionsTable.name, native, batch);
  await telemetry.run(APPLY_RESOLUTIONS_SQL, { batch, workspace: workspaceId, version: version.toString(), ...bounds });
}
