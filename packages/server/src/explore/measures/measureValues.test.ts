/** Every measure of the catalogue over a store that is small enough to work them out by hand. */
import { QuerySpecSchema } from '@sightglass/contract/querySpec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nsOf, testWorkspace } from '../../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { createTelemetryReader } from '../reader.ts';
import { runQuery } from '../runQuery.ts';
import { MEASURES } from './catalogue.ts';
import { alike } from './testing/alike.ts';
import { storeMeasured } from './testing/measuredStore.ts';

const mine = testWorkspace('mine');
let store: TemporaryTelemetry;
let plain: Map<string, unknown>;
let weighed: Map<string, unknown>;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
  await storeMeasured(store.telemetry, mine);
  await storeMeasured(store.telemetry, testWorkspace('foreign'));
  plain = only(await valuesOf(false));
  weighed = only(await valuesOf(true));
});
afterAll(() => store.remove());

type Expected = number | string | null;
type Row = [measure: string, expected: Expected, metric?: string];

/** Average, percentiles and greatest of values, by linear interpolation between ranks. */
function distribution(name: string, values: readonly number[], withMaximum = true): Row[] {
  const sorted = values.toSorted((a, b) => a - b);
  const percentile = (level: number) => {
    const rank = level * (sorted.length - 1);
    const below = sorted[Math.floor(rank)] ?? 0;
    return below + ((sorted[Math.ceil(rank)] ?? 0) - below) * (rank % 1);
  };
  return [
    [`${name}_avg`, values.reduce((sum, value) => sum + value, 0) / values.length],
    [`${name}_p50`, percentile(0.5)],
    [`${name}_p95`, percentile(0.95)],
    [`${name}_p99`, percentile(0.99)],
    ...(withMaximum ? [[`${name}_max`, sorted.at(-1) ?? null] satisfies Row] : []),
  ];
}

const LLM_MS = [100, 200, 300, 400, 500];
const EMBEDDING_MS = [40, 80];
const TOOL_MS = [10, 30];
const GAUGE = 'process.memory.usage';
const HISTOGRAM = 'v8js.gc.duration';

const TABLE: Row[] = [
  // Volume
  ['calls', 12],
  ['llm_calls', 5],
  ['embedding_calls', 2],
  ['tool_calls', 2],
  ['retriever_calls', 2],
  ['runs', 2],
  ['requests', 3],
  ['spans', 29],
  ['traces', 2],
  ['active_agents', 2],
  ['active_users', 2],
  ['active_sessions', 2],
  // Failures: four of models, a tool, a retriever; of five model calls three
  ['errors', 6],
  ['error_rate', 0.5],
  ['llm_errors', 3],
  ['llm_error_rate', 0.6],
  ['tool_errors', 1],
  ['tool_error_rate', 0.5],
  ['tool_success_rate', 0.5],
  ['run_errors', 1],
  ['run_successes', 1],
  ['run_error_rate', 0.5],
  ['request_errors', 1],
  ['request_error_rate', 1 / 3],
  ['request_client_errors', 1],
  ['trace_errors', 1],
  ['last_error', 'over the limit'],
  ['last_error_at', '2026-11-20T10:05:00Z'],
  // Money and tokens: 0.5 + 0.25 + 0.01; 100 + 300 + 12 + 8
  ['cost_usd', '0.76'],
  ['estimated_cost_usd', '0.25'],
  ['estimated_calls', 1],
  ['unpriced_calls', 1],
  ['input_tokens', 420],
  ['output_tokens', 80],
  ['total_tokens', 500],
  ['cache_read_tokens', 40],
  ['cache_write_tokens', 10],
  ['reasoning_tokens', 5],
  ['cache_hit_rate', 40 / 400],
  ['tokens_per_second', 80 / 0.6],
  // Speed
  ...distribution('latency_ms', [...LLM_MS, ...EMBEDDING_MS, ...TOOL_MS, 200, 100, 15]),
  ...distribution('llm_latency_ms', LLM_MS),
  ...distribution('embedding_latency_ms', EMBEDDING_MS),
  ...distribution('tool_latency_ms', TOOL_MS),
  ...distribution('run_duration_ms', [1000, 3000]),
  ...distribution('request_latency_ms', [100, 300, 200]),
  ...distribution('ttft_ms', [50, 150], false),
  // Providers: alpha worked at 10:00 and failed at 10:01, :02 and :03; beta worked at 10:00
  ['rate_limited_calls', 1],
  ['provider_availability', 0.4],
  ['provider_uptime', 0.4],
  ['provider_failures_in_a_row', 3],
  ['provider_failures_in_a_row_max', 3],
  ['provider_outages', 1],
  ['providers_down', 1],
  // Embeddings and guardrails
  ['embedding_errors', 1],
  ['embedding_error_rate', 0.5],
  ['embedded_texts', 6],
  ['embedding_batch_size_avg', 3],
  ['embedding_cache_hits', 1],
  ['embedding_cache_hit_rate', 0.5],
  ['guardrail_checks', 2],
  ['guardrail_hits', 1],
  // Searches: one says everything, one is made of its parts
  ['rag_queries', 2],
  ['rag_errors', 1],
  ['rag_error_rate', 0.5],
  ...distribution('rag_total_ms', [120, 100]),
  ...distribution('rag_embedding_ms', [20, 40], false),
  ...distribution('rag_search_ms', [70, 25], false),
  ...distribution('rag_rerank_ms', [30, 15], false),
  ['rag_chunks_retrieved_avg', 6.5],
  ['rag_chunks_used_avg', 3],
  ['rag_top_score_avg', 0.8],
  ['rag_avg_score_avg', 0.55],
  ['rag_threshold_avg', 0.5],
  ['rag_cache_hits', 1],
  ['rag_cache_hit_rate', 1],
  ['rag_embedding_cache_hits', 0],
  ['rag_embedding_cache_hit_rate', 0],
  // Requests and services
  ...distribution('request_size_bytes', [1000, 3000]),
  ...distribution('response_size_bytes', [2000, 4000]),
  ['websocket_messages', 1],
  ['streamed_chunks', 5],
  ['streamed_bytes', 500],
  ['external_calls', 3],
  ['external_errors', 2],
  ['external_error_rate', 2 / 3],
  ['external_availability', 1 / 3],
  ...distribution('external_latency_ms', [20, 40, 60]),
  ['external_last_error', 'connection refused'],
  ['external_last_error_at', '2026-11-20T10:06:00Z'],
  ['db_calls', 3],
  ['db_errors', 1],
  ['db_error_rate', 1 / 3],
  ...distribution('db_latency_ms', [25, 1500, 50]),
  ['slow_queries', 1],
  ['rollbacks', 1],
  ['deadlocks', 1],
  ['cache_calls', 2],
  ['cache_call_errors', 1],
  ['cache_call_error_rate', 0.5],
  ...distribution('cache_latency_ms', [2, 4]),
  // Logs and events
  ['logs', 4],
  ['log_errors', 2],
  ['log_warnings', 1],
  ['events', 3],
  ['event_errors', 2],
  ['heartbeats', 1],
  ['health_score', 80],
  ['health_score_min', 60],
  // Any metric
  ['points', 2, GAUGE],
  ['series', 1, GAUGE],
  ['value_avg', 200, GAUGE],
  ['value_min', 100, GAUGE],
  ['value_max', 300, GAUGE],
  ['value_last', 300, GAUGE],
  ['value_sum', 3, 'process.cpu.time'],
  ['histogram_count', 4, HISTOGRAM],
  ['histogram_sum', 0.02, HISTOGRAM],
  ['histogram_avg', 0.005, HISTOGRAM],
  ['histogram_p50', 0.005, HISTOGRAM],
  ['histogram_p95', 0.0095, HISTOGRAM],
  ['histogram_p99', 0.0099, HISTOGRAM],
  // Caches
  ['cache_hits', 8],
  ['cache_misses', 2],
  ['cache_lookup_hit_rate', 0.8],
  ['cache_reported_hit_rate', 0.6],
  ['cache_memory_bytes', 200],
  ['cache_keys', 20],
  ['cache_evictions', 3],
  ['cache_connection_errors', 1],
  ['cache_availability', 0.5],
  ['caches_unavailable', 1],
  // Systems: (0.2 + 0.1 + 0.4 + 0.1) ÷ 2 exports, and so on
  ['process_cpu_utilization', 0.4],
  ['process_cpu_seconds', 3],
  ['host_cpu_idle', 0.6],
  ['process_memory_bytes', 200],
  ['process_memory_bytes_max', 300],
  ['heap_used_bytes', 50],
  ['heap_limit_bytes', 1000],
  ['host_memory_used_bytes', 500],
  ['host_memory_utilization', 0.25],
  ['event_loop_delay_ms_avg', 20],
  ['event_loop_delay_ms_p99', 50],
  ['event_loop_delay_ms_max', 200],
  ['event_loop_utilization', 0.3],
  ['gc_runs', 4],
  ['gc_ms', 20],
  // Pools and databases
  ['db_connections_used', 3],
  ['db_connections_used_max', 4],
  ['db_connections_idle', 6],
  ['db_connections_limit', 8],
  ['db_pool_utilization', 6 / 16],
  ['db_connections_waiting', 2],
  ['db_connections_waiting_max', 3],
  ['db_connection_timeouts', 5],
  ['db_connection_wait_ms_p95', 20 + 80 * 0.95],
  ['db_connection_use_ms_p95', 20 + 80 * 0.95],
  // Rank 9.5 of 10 is half-way through the bucket above 5 s, which the greatest value ends at 9 s
  ['db_operation_ms_p95', 7000],
  ['db_slow_operations', 3],
  ['db_rollbacks', 2],
  ['db_deadlocks', 1],
  ['db_backends', 7],
  ['db_reported_errors', 6],
  ['websocket_connections', 6],
  ['websocket_connections_max', 7],
  ['websocket_messages_in', 10],
  ['websocket_messages_out', 4],
  // Calls as metrics tell them: three from 0.5 to 1 s, two from 1 to 2 s
  ['reported_llm_calls', 5],
  ['reported_llm_errors', 1],
  ['reported_llm_latency_ms_p50', 500 + 500 * (2.5 / 3)],
  ['reported_llm_latency_ms_p95', 1875],
  ['reported_llm_latency_ms_p99', 1975],
  ['reported_ttft_ms_p50', 50],
  ['reported_ttft_ms_p95', 95],
  ['reported_ttft_ms_p99', 99],
  ['reported_input_tokens', 100],
  ['reported_output_tokens', 30],
  ['reported_requests', 5],
  ['reported_request_errors', 1],
  ['reported_request_latency_ms_p50', 50],
  ['reported_request_latency_ms_p95', 95],
  ['reported_request_latency_ms_p99', 99],
];

/** As many as a question may ask for. */
const MEASURES_AT_ONCE = 20;
const NOW = nsOf('2026-11-20T11:00:00Z');

/** The measures of a question, in as few questions as there may be. */
async function valuesOf(isSampled: boolean, interval?: string): Promise<Map<string, unknown[]>> {
  const reader = createTelemetryReader(store.telemetry, mine, { isSampled });
  const values = new Map<string, unknown[]>();
  for (const [key, rows] of alike(TABLE, ([measure, , metric]) => `${MEASURES.get(measure)?.source} ${metric ?? ''}`)) {
    const [source, metric] = key.split(' ');
    const filters = metric === '' ? [] : [{ field: 'metric_name', op: '=', value: metric }];
    for (let i = 0; i < rows.length; i += MEASURES_AT_ONCE) {
      const measures = rows.slice(i, i + MEASURES_AT_ONCE).map(([measure]) => measure);
      const spec = QuerySpecSchema.parse({ source, measures, from: '2026-11-20T09:00:00Z', to: '2026-11-20T11:00:00Z', filters, interval });
      const answer = await runQuery(reader, spec, NOW);
      if (!answer.ok) throw new Error(JSON.stringify(answer.error));
      for (const measure of measures)
        values.set(
          measure,
          answer.value.rows.map((row) => row[measure]),
        );
    }
  }
  return values;
}

const only = (values: Map<string, unknown[]>) => new Map([...values].map(([measure, rows]) => [measure, rows.length === 1 ? rows[0] : rows]));

function expectValue(value: unknown, expected: Expected): void {
  if (typeof expected === 'number') expect(value).toBeCloseTo(expected, 9);
  else expect(value).toBe(expected);
}

describe('over the small store', () => {
  it('every measure is worked out by hand once', () => {
    expect(TABLE.map(([name]) => name).toSorted()).toEqual([...MEASURES.keys()].toSorted());
  });

  it.each(TABLE)('%s is %s', (measure, expected) => {
    expectValue(plain.get(measure), expected);
  });

  it.each(TABLE)('%s is %s where rows are weighed and each stands for itself', (measure, expected) => {
    expectValue(weighed.get(measure), expected);
  });

  it('every measure can be asked by the hour', async () => {
    const byHour = await valuesOf(false, '1h');
    expect([...byHour.values()].every((values) => values.length === 2)).toBe(true);
    expect(byHour.get('calls')).toEqual([0, 12]);
    expect(byHour.get('cache_hits')).toEqual([8, null]);
    // At the end of the hour in which it last reported the cache had said that it was gone.
    expect(byHour.get('caches_unavailable')).toEqual([1, null]);
  });
});
