/**
 * What hours and days of spans boil down to (`rollups/rollupColumns.ts` says how a measure is put together of these), and which of them
 * hold. Windows are recomputed from the spans, never added to: each computation is a generation of its own, and `rollup_windows` says
 * which one holds for a window, and how many rows had been written for the window when it was made. Where more have been written
 * since, the spans themselves are asked.
 */
import { dictionary } from './columnKinds.ts';
import type { Column, Table } from './table.ts';

const COUNTS = [
  'sum_calls',
  'sum_llm_calls',
  'sum_embedding_calls',
  'sum_tool_calls',
  'sum_retriever_calls',
  'sum_runs',
  'sum_requests',
  'sum_spans',
  'sum_errors',
  'sum_llm_errors',
  'sum_tool_errors',
  'sum_run_errors',
  'sum_run_successes',
  'sum_request_errors',
  'sum_trace_errors',
  'sum_estimated_calls',
  'sum_unpriced_calls',
  'sum_input_tokens',
  'sum_output_tokens',
  'sum_total_tokens',
  'sum_cache_read_tokens',
  'sum_cache_write_tokens',
  'sum_reasoning_tokens',
];
/** Numerators and denominators of ratios. */
const PARTS = [
  'sum_cache_hit_rate_of',
  'sum_cache_hit_rate_by',
  'sum_latency_ms_avg_of',
  'sum_latency_ms_avg_by',
  'sum_llm_latency_ms_avg_of',
  'sum_llm_latency_ms_avg_by',
  'sum_tool_latency_ms_avg_of',
  'sum_tool_latency_ms_avg_by',
  'sum_run_duration_ms_avg_of',
  'sum_run_duration_ms_avg_by',
  'sum_request_latency_ms_avg_of',
  'sum_ttft_ms_avg_of',
  'sum_ttft_ms_avg_by',
  'sum_tokens_per_second_of',
  'sum_tokens_per_second_by',
];
const MONEY = ['sum_cost_usd', 'sum_estimated_cost_usd'];
const GREATEST = ['max_latency_ms_max', 'max_llm_latency_ms_max', 'max_tool_latency_ms_max', 'max_run_duration_ms_max', 'max_request_latency_ms_max'];
const SKETCHES = [
  'sketch_latency_ms',
  'sketch_llm_latency_ms',
  'sketch_tool_latency_ms',
  'sketch_run_duration_ms',
  'sketch_request_latency_ms',
  'sketch_ttft_ms',
];

const column =
  (store: string) =>
  (name: string): Column => ({ name, store, codec: 'ZSTD(1)' });

/** The dimensions, named as in `spans`. */
const DIMENSIONS: readonly Column[] = [
  dictionary('agent_id'),
  dictionary('kind'),
  dictionary('provider'),
  dictionary('request_model'),
  dictionary('response_model'),
  dictionary('service_name'),
  dictionary('tool_name'),
  dictionary('endpoint'),
  dictionary('method'),
  { name: 'status_code', store: 'UInt16', codec: 'ZSTD(1)' },
  dictionary('department'),
  dictionary('environment'),
  dictionary('trace_type'),
];

const windowColumns: readonly Column[] = [
  dictionary('workspace_id'),
  /** `hour` or `day`, both of UTC. */
  dictionary('grain'),
  { name: 'start', store: "DateTime('UTC')" },
  /** Greater for what was computed later; no two computations share one. */
  { name: 'generation', store: 'UInt64', codec: 'ZSTD(1)' },
];

export const spanRollupsTable: Table = {
  name: 'span_rollups',
  columns: [
    ...windowColumns,
    ...DIMENSIONS,
    ...COUNTS.map(column('UInt64')),
    ...PARTS.map(column('Float64')),
    ...MONEY.map(column('Decimal(38, 12)')),
    ...GREATEST.map(column('Nullable(Float64)')),
    ...SKETCHES.map(column('AggregateFunction(quantilesBFloat16Weighted(0.5, 0.95, 0.99), Float64, UInt16)')),
    column('AggregateFunction(uniqExact, String)')('agents'),
  ],
  engine: { family: 'MergeTree' },
  partitionBy: 'toYYYYMM(start)',
  // A day's rows of one agent lie together, so that a page about it reads few of the others' sketches.
  orderBy: '(workspace_id, grain, toStartOfDay(start), agent_id, start, generation)',
  settings: { index_granularity: 512 },
};

export const rollupWindowsTable: Table = {
  name: 'rollup_windows',
  columns: [...windowColumns, { name: 'arrived', store: 'UInt64', codec: 'ZSTD(1)' }],
  engine: { family: 'ReplacingMergeTree', version: 'generation' },
  partitionBy: 'toYYYYMM(start)',
  orderBy: '(workspace_id, grain, start)',
};
