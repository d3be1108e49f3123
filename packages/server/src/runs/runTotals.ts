/** What the spans of runs add up to, read for the runs of one page. */
import { formatUsd } from '@sightglass/contract/money';
import type { TelemetryReader } from '../explore/reader.ts';
import { spansOfTraces } from '../explore/spanSource.ts';
import { ENDS_AT_NS, isCallOf } from '../explore/spanSql.ts';
import { numberOrNull, picoUsdOrNull, selectSpanSums, type SpanSums } from '../explore/spanSums.ts';
import { ok, type Result } from '../result.ts';
import type { TraceBounds } from '../traces/findTraces.ts';

/** Steps of a run that a list names. */
export const NODES_LISTED_MAX = 100;

export interface RunTotals {
  spanCount: number;
  llmCalls: number;
  toolCalls: number;
  errors: number;
  inputTokens: number | null;
  outputTokens: number | null;
  costPicoUsd: bigint | null;
  unpricedCalls: number;
  approximateCalls: number;
  /** What the first and the last model call show of themselves: sealed, if the workspace encrypts. */
  firstInput: SpanText | null;
  lastOutput: SpanText | null;
}

export interface SpanText {
  spanId: string;
  startNs: bigint;
  text: string;
}

export const NO_TOTALS: RunTotals = {
  spanCount: 0,
  llmCalls: 0,
  toolCalls: 0,
  errors: 0,
  inputTokens: null,
  outputTokens: null,
  costPicoUsd: null,
  unpricedCalls: 0,
  approximateCalls: 0,
  firstInput: null,
  lastOutput: null,
};

/** Which totals belong to which run. */
export const totalsKey = (traceId: string, runId: string) => `${traceId} ${runId}`;

interface TotalsRow extends SpanSums {
  trace: string;
  run: string;
  spans: string | number;
  /** [text, Unix nanoseconds, span] */
  first_input: [string, string, string];
  last_output: [string, string, string];
}

const SUMS = ['llm_calls', 'tool_calls', 'errors', 'input_sum', 'output_sum', 'cost', 'unpriced', 'approximate'] as const;
const IS_MODEL_CALL = isCallOf('llm');
const textAt = (column: string, at: string, condition: string) => `(${column}, toString(${at}), lower(hex(span_id))), (${at}, span_id), ${condition}`;

/** By `totalsKey`, of all runs of the traces. */
export async function readRunTotals(reader: TelemetryReader, traces: readonly TraceBounds[]): Promise<Result<Map<string, RunTotals>>> {
  if (traces.length === 0) return ok(new Map());
  const { source, params } = spansOfTraces(traces);
  const rows = await reader.query<TotalsRow>({
    sql: `SELECT lower(hex(trace_id)) AS trace, run_id AS run, count() AS spans,
  ${selectSpanSums(false, SUMS)},
  argMinIf(${textAt('input_preview', 'toUnixTimestamp64Nano(start_time)', `input_preview != '' AND ${IS_MODEL_CALL}`)}) AS first_input,
  argMaxIf(${textAt('output_preview', ENDS_AT_NS, `output_preview != '' AND ${IS_MODEL_CALL}`)}) AS last_output
FROM ${source} WHERE run_id != ''
GROUP BY trace_id, run_id`,
    params,
  });
  if (!rows.ok) return rows;
  return ok(new Map(rows.value.map((row) => [totalsKey(row.trace, row.run), totalsOf(row)])));
}

function totalsOf(row: TotalsRow): RunTotals {
  return {
    spanCount: Number(row.spans),
    llmCalls: Number(row.llm_calls),
    toolCalls: Number(row.tool_calls),
    errors: Number(row.errors),
    inputTokens: numberOrNull(row.input_sum),
    outputTokens: numberOrNull(row.output_sum),
    costPicoUsd: picoUsdOrNull(row.cost),
    unpricedCalls: Number(row.unpriced),
    approximateCalls: Number(row.approximate),
    firstInput: spanText(row.first_input),
    lastOutput: spanText(row.last_output),
  };
}

function spanText([text, ns, spanId]: [string, string, string]): SpanText | null {
  return text === '' ? null : { spanId, startNs: BigInt(ns), text };
}

const addNullable = <Value extends number | bigint>(a: Value | null, b: Value | null, sum: (a: Value, b: Value) => Value): Value | null =>
  a === null ? b : b === null ? a : sum(a, b);
const addNumbers = (a: number | null, b: number | null) => addNullable(a, b, (x, y) => x + y);

/** Of a run in progress: what is stored under its own id and under that of the run which its spans were taken for. */
export function addTotals(a: RunTotals, b: RunTotals): RunTotals {
  return {
    spanCount: a.spanCount + b.spanCount,
    llmCalls: a.llmCalls + b.llmCalls,
    toolCalls: a.toolCalls + b.toolCalls,
    errors: a.errors + b.errors,
    inputTokens: addNumbers(a.inputTokens, b.inputTokens),
    outputTokens: addNumbers(a.outputTokens, b.outputTokens),
    costPicoUsd: addNullable(a.costPicoUsd, b.costPicoUsd, (x, y) => x + y),
    unpricedCalls: a.unpricedCalls + b.unpricedCalls,
    approximateCalls: a.approximateCalls + b.approximateCalls,
    firstInput: a.firstInput === null || (b.firstInput !== null && b.firstInput.startNs < a.firstInput.startNs) ? b.firstInput : a.firstInput,
    lastOutput: a.lastOutput === null || (b.lastOutput !== null && b.lastOutput.startNs > a.lastOutput.startNs) ? b.lastOutput : a.lastOutput,
  };
}

/** The fields of a run that are sums. */
export function totalFields(totals: RunTotals) {
  return {
    llm_calls: totals.llmCalls,
    tool_calls: totals.toolCalls,
    errors: totals.errors,
    input_tokens: totals.inputTokens,
    output_tokens: totals.outputTokens,
    cost_usd: totals.costPicoUsd === null ? null : formatUsd(totals.costPicoUsd),
    unpriced_calls: totals.unpricedCalls,
    approximate_calls: totals.approximateCalls,
  };
}
