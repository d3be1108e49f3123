/** What the list says of runs: what their own spans say, what all their spans add up to, and which steps they took. */
import type { Run } from '@sightglass/contract/run';
import type { SpanStatus } from '@sightglass/contract/spanKinds';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { OpenText } from '../encryption/envelope.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { spansOfTraces } from '../explore/spanSource.ts';
import { ok, type Result } from '../result.ts';
import { readTraceBounds, type TraceBounds } from '../traces/findTraces.ts';
import { jsonOr, textOrNull } from '../traces/spanRow.ts';
import type { SpanKey } from './findRuns.ts';
import { NO_TOTALS, NODES_LISTED_MAX, readRunTotals, type RunTotals, totalFields, totalsKey } from './runTotals.ts';

export const spanKeyText = ({ traceId, spanId }: SpanKey) => traceId + spanId;

/** `spanKeys` as a condition: texts of `spanKeyText`. */
const KEY_IN = (spanId: string) =>
  `(trace_id, ${spanId}) IN (SELECT toFixedString(unhex(substring(arrayJoin({spanKeys:Array(String)}) AS key, 1, 32)), 16), toFixedString(unhex(substring(key, 33)), 8))`;

const SENT_NODES = `attributes_json['sightglass.run.execution_nodes']`;

const RUN_COLUMNS = `lower(hex(trace_id)) AS trace, lower(hex(span_id)) AS span, run_id AS run, name, agent_id AS agent, flow_id AS flow, session_id AS session,
  user_id AS user, department AS department_name, environment AS environment_name, toString(status) AS run_status,
  toString(toUnixTimestamp64Nano(start_time)) AS start_ns, toString(duration_ns) AS duration, input_preview AS input_text, output_preview AS output_text,
  ${SENT_NODES} AS sent_nodes`;

export interface RunRow {
  trace: string;
  span: string;
  run: string;
  name: string;
  agent: string;
  flow: string;
  session: string;
  user: string;
  department_name: string;
  environment_name: string;
  run_status: SpanStatus;
  start_ns: string;
  duration: string;
  input_text: string;
  output_text: string;
  sent_nodes: string;
}

/** What is stored of some runs and of the traces around them. */
export interface StoredRuns {
  /** By `spanKeyText`. */
  rows: ReadonlyMap<string, RunRow>;
  /** By `spanKeyText` of the run's own span. */
  steps: ReadonlyMap<string, readonly string[]>;
  /** By `totalsKey`. */
  totals: ReadonlyMap<string, RunTotals>;
}

/** `runs` are the spans that stand for runs, stored or not; `traces` the bounds of their traces as far as these are stored. */
export async function readRuns(reader: TelemetryReader, runs: readonly SpanKey[], traces: readonly TraceBounds[]): Promise<Result<StoredRuns>> {
  if (traces.length === 0) return ok({ rows: new Map(), steps: new Map(), totals: new Map() });
  const { source, params: ofTraces } = spansOfTraces(traces);
  const params = { ...ofTraces, spanKeys: runs.map(spanKeyText) };
  const [totals, rows, steps] = await Promise.all([
    readRunTotals(reader, traces),
    reader.query<RunRow>({
      sql: `SELECT ${RUN_COLUMNS} FROM ${source} WHERE ${KEY_IN('span_id')} ORDER BY start_time LIMIT 1 BY trace_id, span_id`,
      params,
    }),
    reader.query<{ trace: string; parent: string; steps: string[] }>({
      sql: `SELECT lower(hex(trace_id)) AS trace, lower(hex(parent_span_id)) AS parent,
  arrayMap(step -> step.3, arraySlice(arraySort(groupArray((start_time, span_id, toString(name)))), 1, ${NODES_LISTED_MAX})) AS steps
FROM ${source} WHERE ${KEY_IN('parent_span_id')} GROUP BY trace_id, parent_span_id`,
      params,
    }),
  ]);
  if (!totals.ok) return totals;
  if (!rows.ok) return rows;
  if (!steps.ok) return steps;
  return ok({
    totals: totals.value,
    rows: new Map(rows.value.map((row) => [row.trace + row.span, row])),
    steps: new Map(steps.value.map((row) => [row.trace + row.parent, row.steps])),
  });
}

/** Stored runs as lists show them, by `spanKeyText`; those that are deleted are missing. */
export async function summariseRuns(reader: TelemetryReader, runs: readonly SpanKey[]): Promise<Result<Map<string, Run>>> {
  const bounds = await readTraceBounds(reader, [...new Set(runs.map(({ traceId }) => traceId))]);
  if (!bounds.ok) return bounds;
  const stored = await readRuns(reader, runs, [...bounds.value.values()]);
  return stored.ok ? ok(new Map([...stored.value.rows].map(([key, row]) => [key, storedRun(row, stored.value, reader.open)]))) : stored;
}

/** Milliseconds to the nanosecond, as far as a double holds them. */
export const msOf = (ns: bigint): number => Number(ns) / 1e6;

export function storedRun(row: RunRow, { totals, steps }: StoredRuns, open: OpenText): Run {
  const sums = totals.get(totalsKey(row.trace, row.run)) ?? NO_TOTALS;
  const startNs = BigInt(row.start_ns);
  const durationNs = BigInt(row.duration);
  const isRunning = row.run_status === 'running';
  return {
    run_id: row.run,
    agent_id: textOrNull(row.agent),
    trace_id: row.trace,
    span_id: row.span,
    name: row.name,
    flow_id: textOrNull(row.flow),
    session_id: textOrNull(row.session),
    user_id: textOrNull(row.user),
    department: textOrNull(row.department_name),
    environment: textOrNull(row.environment_name),
    status: row.run_status,
    started_at: formatTimestamp(startNs),
    finished_at: isRunning ? null : formatTimestamp(startNs + durationNs),
    duration_ms: isRunning ? null : msOf(durationNs),
    ...totalFields(sums),
    input_context: textOrNull(open(row.input_text || (sums.firstInput?.text ?? ''))),
    execution_nodes: sentNodes(row.sent_nodes) ?? [...(steps.get(row.trace + row.span) ?? [])],
    output_summary: textOrNull(open(row.output_text || (sums.lastOutput?.text ?? ''))),
  };
}

/** As the sender lists them; null where it lists none. */
function sentNodes(text: string): unknown[] | null {
  const sent = text === '' ? null : jsonOr(text, null);
  return Array.isArray(sent) ? sent : null;
}
