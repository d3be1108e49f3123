/** What one run is made of: its steps, where it failed, which models and tools it used. */
import type { RunDetail, RunFailure, RunStep } from '@sightglass/contract/run';
import type { SpanKind, SpanStatus } from '@sightglass/contract/spanKinds';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { QueryParams, TelemetryReader } from '../explore/reader.ts';
import { spansOfTraces } from '../explore/spanSource.ts';
import { FAILED, HAS_USAGE, isCallOf, MODEL } from '../explore/spanSql.ts';
import { selectSpanSums, type UsageSums, usageOf } from '../explore/spanSums.ts';
import { ok, type Result } from '../result.ts';
import { TRACE_ID_IN } from '../telemetry/idsSql.ts';
import type { TraceBounds } from '../traces/findTraces.ts';
import { textOrNull } from '../traces/spanRow.ts';

const STEPS_MAX = 500;
const FAILURES_MAX = 20;
/** A log may be written a little before its trace begins or after it ends, by another clock or a slow exporter. */
const CLOCK_SLACK_NS = 3_600_000_000_000n;

export type RunParts = Pick<RunDetail, 'steps' | 'step_count' | 'failures' | 'models' | 'tools' | 'event_count' | 'log_count'>;
export const NO_PARTS: RunParts = { steps: [], step_count: 0, failures: [], models: [], tools: [], event_count: 0, log_count: 0 };

interface SpanRow {
  span: string;
  name: string;
  kind: SpanKind;
  span_status: SpanStatus;
  error_type: string;
  message: string;
  start_ns: string;
  duration: string;
}
const SPAN_COLUMNS = `lower(hex(span_id)) AS span, name, kind, toString(status) AS span_status, error_type,
  if(${FAILED}, status_message, '') AS message, toString(toUnixTimestamp64Nano(start_time)) AS start_ns, toString(duration_ns) AS duration`;

/** Events of a run may go on until now. `runIds` are those under which the spans of the run stand. */
export async function readRunParts(
  reader: TelemetryReader,
  bounds: TraceBounds,
  spanId: string,
  runIds: readonly string[],
  nowNs: bigint,
): Promise<Result<RunParts>> {
  const { source, params: ofTrace } = spansOfTraces([bounds]);
  const params = { ...ofTrace, spanId, runIds };
  const ofRun = `(SELECT * FROM ${source} WHERE run_id IN {runIds:Array(String)})`;
  const [steps, failures, models, tools, events, logs] = await Promise.all([
    readSteps(reader, source, params),
    reader.query<SpanRow>({
      sql: `SELECT ${SPAN_COLUMNS} FROM ${ofRun} WHERE error_origin = 1 ORDER BY start_time, span_id LIMIT ${FAILURES_MAX}`,
      params,
    }),
    reader.query<ModelRow>({
      sql: `SELECT ${MODEL} AS model_name, argMax(provider, start_time) AS provider_name, count() AS calls, countIf(${FAILED}) AS errors,
  ${selectSpanSums(false, ['input_sum', 'output_sum', 'cost'])}
FROM ${ofRun} WHERE ${HAS_USAGE} AND model_name != '' GROUP BY model_name ORDER BY sum(cost_usd) DESC NULLS LAST, model_name LIMIT 50`,
      params,
    }),
    reader.query<ToolRow>({
      sql: `SELECT if(tool_name != '', toString(tool_name), toString(name)) AS tool, count() AS calls, countIf(${FAILED}) AS errors, sum(duration_ns) / 1e6 AS ms
FROM ${ofRun} WHERE ${isCallOf('tool')} GROUP BY tool ORDER BY calls DESC, tool LIMIT 50`,
      params,
    }),
    readEventCount(reader, { startNs: bounds.startNs, endNs: bounds.endNs > nowNs ? bounds.endNs : nowNs }, runIds),
    readLogCount(reader, bounds, source, params),
  ]);
  if (!steps.ok) return steps;
  if (!failures.ok) return failures;
  if (!models.ok) return models;
  if (!tools.ok) return tools;
  if (!events.ok) return events;
  if (!logs.ok) return logs;
  return ok({
    ...steps.value,
    failures: failures.value.map(failureOf),
    models: models.value.map((row) => ({
      model: row.model_name,
      provider: textOrNull(row.provider_name),
      calls: Number(row.calls),
      errors: Number(row.errors),
      ...usageOf(row),
    })),
    tools: tools.value.map(({ tool, calls, errors, ms }) => ({ tool_name: tool, calls: Number(calls), errors: Number(errors), duration_ms: ms })),
    event_count: events.value,
    log_count: logs.value,
  });
}

interface ModelRow extends UsageSums {
  model_name: string;
  provider_name: string;
  calls: string | number;
  errors: string | number;
}
interface ToolRow {
  tool: string;
  calls: string | number;
  errors: string | number;
  ms: number;
}

async function readSteps(reader: TelemetryReader, source: string, params: QueryParams): Promise<Result<Pick<RunParts, 'steps' | 'step_count'>>> {
  const isStep = 'parent_span_id = toFixedString(unhex({spanId:String}), 8)';
  const [counted, rows] = await Promise.all([
    reader.query<{ steps: string | number }>({ sql: `SELECT count() AS steps FROM ${source} WHERE ${isStep}`, params }),
    reader.query<SpanRow & { steps_below: string | number }>({
      sql: `SELECT ${SPAN_COLUMNS}, steps_below FROM (SELECT * FROM ${source} WHERE ${isStep}) AS step
LEFT ANY JOIN (SELECT parent_span_id AS above, count() AS steps_below FROM ${source} GROUP BY parent_span_id) AS below ON above = span_id
ORDER BY start_time, span_id LIMIT ${STEPS_MAX}`,
      params,
    }),
  ]);
  if (!counted.ok) return counted;
  if (!rows.ok) return rows;
  return ok({
    step_count: Number(counted.value[0]?.steps ?? 0),
    steps: rows.value.map(
      (row): RunStep => ({
        span_id: row.span,
        name: row.name,
        kind: row.kind,
        status: row.span_status,
        message: textOrNull(row.message),
        started_at: formatTimestamp(BigInt(row.start_ns)),
        duration_ns: row.duration,
        steps: Number(row.steps_below),
      }),
    ),
  });
}

function failureOf(row: SpanRow): RunFailure {
  return {
    span_id: row.span,
    name: row.name,
    kind: row.kind,
    status: row.span_status,
    error_type: textOrNull(row.error_type),
    message: textOrNull(row.message),
    started_at: formatTimestamp(BigInt(row.start_ns)),
  };
}

const time = (parameter: string) => `fromUnixTimestamp64Nano({${parameter}:Int64}, 'UTC')`;

async function readEventCount(
  reader: TelemetryReader,
  { startNs, endNs }: Pick<TraceBounds, 'startNs' | 'endNs'>,
  runIds: readonly string[],
): Promise<Result<number>> {
  const rows = await reader.query<{ events: string | number }>({
    sql: `SELECT count() AS events FROM events FINAL WHERE timestamp >= ${time('fromNs')} AND timestamp <= ${time('toNs')} AND run_id IN {runIds:Array(String)}`,
    params: { fromNs: startNs - CLOCK_SLACK_NS, toNs: endNs + CLOCK_SLACK_NS, runIds },
  });
  return rows.ok ? ok(Number(rows.value[0]?.events ?? 0)) : rows;
}

/** As the log list has it: what a log says itself, else its span, else its trace's first run. */
async function readLogCount(reader: TelemetryReader, bounds: TraceBounds, source: string, params: QueryParams): Promise<Result<number>> {
  const rows = await reader.query<{ logs: string | number }>({
    sql: `SELECT count() AS logs FROM (
  SELECT run_id AS said, span_id FROM logs FINAL PREWHERE ${TRACE_ID_IN} WHERE time >= ${time('logsFromNs')} AND time <= ${time('logsToNs')}) AS l
LEFT ANY JOIN (SELECT span_id AS span, run_id AS of_span FROM ${source}) AS s ON span = span_id
WHERE multiIf(said != '', said, of_span != '', of_span, (SELECT argMinIf(run_id, (is_run = 0, start_time, span_id), run_id != '') FROM ${source})) IN {runIds:Array(String)}`,
    params: { ...params, logsFromNs: bounds.startNs - CLOCK_SLACK_NS, logsToNs: bounds.endNs + CLOCK_SLACK_NS },
  });
  return rows.ok ? ok(Number(rows.value[0]?.logs ?? 0)) : rows;
}
