/** What the list and the head of the trace page say about traces, made over all their spans. */
import type { SpanStatus, TraceType } from '@sightglass/contract/spanKinds';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { TraceSummary } from '@sightglass/contract/trace';
import type { OpenText } from '../encryption/envelope.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { spansOfTraces } from '../explore/spanSource.ts';
import { ENDS_AT_NS, HAS_USAGE, IS_APPROXIMATE, IS_UNPRICED, MODEL, NO_PARENT } from '../explore/spanSql.ts';
import { numberOrNull } from '../explore/spanSums.ts';
import { ok, type Result } from '../result.ts';
import type { TraceBounds } from './findTraces.ts';
import { TRACE_STATUS } from './traceFilters.ts';

/** More models than anyone reads in a row of a list. */
const MODELS_MAX = 20;

const outermost = (value: string, condition = `${value} != ''`) => `argMinIf(${value}, place, ${condition})`;
/** A run knows best whose it is; of several runs the first stands for the trace. */
const ofRun = (column: string) => `argMinIf(${column}, run_place, ${column} != '')`;

/** 0 for the parentless span, 1 for one whose parent has not come, 2 for the rest: a trace is read from its outside. */
const orphanRank = (source: string) => `multiIf(${NO_PARENT}, 0, (trace_id, parent_span_id) NOT IN (SELECT trace_id, span_id FROM ${source}), 1, 2)`;

/**
 * What several totals need is computed once a row, by name, and orphans are looked for only in traces that
 * have no parentless span: planning this takes the engine longer than running it.
 */
const summarySql = (source: string, rank: string) => `SELECT
  lower(hex(trace_id)) AS id,
  max(${NO_PARENT}) AS has_root,
  argMin(name, place) AS root_name,
  toString(toUnixTimestamp64Nano(min(start_time))) AS start_ns,
  toString(max(${ENDS_AT_NS})) AS end_ns,
  ${TRACE_STATUS} AS trace_status,
  count() AS span_count,
  sum(error_origin) AS error_count,
  countIf(kind = 'llm' AND superseded = 0) AS llm_calls,
  toString(sumIf(input_tokens, counted)) AS input_tokens_sum,
  toString(sumIf(output_tokens, counted)) AS output_tokens_sum,
  toString(sumIf(cost_usd, counted)) AS cost,
  ${ofRun('agent_id')} AS agent,
  ${ofRun('run_id')} AS run,
  ${ofRun('session_id')} AS session,
  ${ofRun('user_id')} AS user,
  ${ofRun('department')} AS department_name,
  arraySort(groupUniqArrayIf(${MODELS_MAX})(model, counted AND model != '')) AS models,
  ${outermost('trace_type')} AS type,
  ${outermost('(method, status_code)', `method != '' OR status_code != 0`)} AS request,
  ${outermost('service_name')} AS service,
  ${outermost('environment')} AS environment_name,
  countIf(unpriced) AS unpriced_calls,
  countIf(approximate) AS approximate_calls,
  ${outermost('input_preview')} AS input_text,
  ${outermost('output_preview')} AS output_text
FROM (SELECT trace_id, span_id, parent_span_id, name, start_time, duration_ns, status, error_origin, kind, superseded, input_tokens, output_tokens, cost_usd,
  agent_id, run_id, session_id, user_id, department, trace_type, method, status_code, service_name, environment, input_preview, output_preview,
  ${MODEL} AS model, ${HAS_USAGE} AS counted, ${IS_UNPRICED} AS unpriced, ${IS_APPROXIMATE} AS approximate,
  (${rank}, start_time, span_id) AS place, (is_run = 0, place) AS run_place
  FROM ${source})
GROUP BY trace_id`;

interface SummaryRow {
  id: string;
  has_root: number;
  root_name: string;
  start_ns: string;
  end_ns: string;
  trace_status: SpanStatus;
  span_count: number;
  error_count: number;
  llm_calls: number;
  input_tokens_sum: string | null;
  output_tokens_sum: string | null;
  cost: string | null;
  agent: string;
  run: string;
  session: string;
  user: string;
  department_name: string;
  models: string[];
  type: TraceType | '';
  request: [string, number];
  service: string;
  environment_name: string;
  unpriced_calls: number;
  approximate_calls: number;
  input_text: string;
  output_text: string;
}

/** Summaries in the order of `traces`; one that has been deleted since is left out. */
export async function summariseTraces(reader: TelemetryReader, traces: readonly TraceBounds[]): Promise<Result<TraceSummary[]>> {
  if (traces.length === 0) return ok([]);
  const rows = await readSummaries(reader, traces, () => `NOT ${NO_PARENT}`);
  if (!rows.ok) return rows;
  const byId = new Map(rows.value.map((row) => [row.id, row]));
  const rootless = traces.filter(({ traceId }) => byId.get(traceId)?.has_root === 0);
  const again = rootless.length === 0 ? ok([]) : await readSummaries(reader, rootless, orphanRank);
  if (!again.ok) return again;
  for (const row of again.value) byId.set(row.id, row);
  return ok(
    traces.flatMap(({ traceId }) => {
      const row = byId.get(traceId);
      return row === undefined ? [] : [summaryOf(row, reader.open)];
    }),
  );
}

function readSummaries(reader: TelemetryReader, traces: readonly TraceBounds[], rank: (source: string) => string): Promise<Result<SummaryRow[]>> {
  const { source, params } = spansOfTraces(traces);
  return reader.query<SummaryRow>({ sql: summarySql(source, rank(source)), params });
}

function summaryOf(row: SummaryRow, open: OpenText): TraceSummary {
  const [method, statusCode] = row.request;
  return {
    trace_id: row.id,
    root_name: row.root_name,
    start_time: formatTimestamp(BigInt(row.start_ns)),
    duration_ns: (BigInt(row.end_ns) - BigInt(row.start_ns)).toString(),
    status: row.trace_status,
    span_count: Number(row.span_count),
    error_count: Number(row.error_count),
    llm_calls: Number(row.llm_calls),
    input_tokens: numberOrNull(row.input_tokens_sum),
    output_tokens: numberOrNull(row.output_tokens_sum),
    cost_usd: row.cost,
    agent_id: textOrNull(row.agent),
    run_id: textOrNull(row.run),
    session_id: textOrNull(row.session),
    user_id: textOrNull(row.user),
    department: textOrNull(row.department_name),
    models: row.models,
    trace_type: row.type === '' ? null : row.type,
    method: textOrNull(method),
    status_code: statusCode === 0 ? null : Number(statusCode),
    service_name: textOrNull(row.service),
    environment: textOrNull(row.environment_name),
    unpriced_calls: Number(row.unpriced_calls),
    approximate_calls: Number(row.approximate_calls),
    input_preview: textOrNull(open(row.input_text)),
    output_preview: textOrNull(open(row.output_text)),
  };
}

const textOrNull = (text: string) => (text === '' ? null : text);
