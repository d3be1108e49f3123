import type { MetricsHealth } from '@sightglass/contract/routes/snapshot';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { TelemetryReader } from '../explore/reader.ts';
import type { QueryRow } from '../explore/runQuery.ts';
import { ok, type Result } from '../result.ts';
import { cachesAvailable, greatestOf, sumOf } from './gauges.ts';
import { judgeHealth, type ProviderFigures } from './judgeHealth.ts';
import { readGauges } from './readGauges.ts';
import { askWindow, countOf, lastWindow, numberOf, textOf, WINDOW_SECONDS } from './recentWindow.ts';

const SPAN_MEASURES = [
  'calls',
  'error_rate',
  'requests',
  'request_error_rate',
  'request_latency_ms_p99',
  'retriever_calls',
  'cache_calls',
  'cache_call_errors',
];
const PROVIDER_MEASURES = ['provider_failures_in_a_row', 'provider_availability', 'rate_limited_calls', 'llm_calls', 'embedding_calls'];

/** Two questions to the spans, one of them by provider, a third where something was searched, and one to the metrics. */
export async function readHealth(reader: TelemetryReader, nowNs: bigint): Promise<Result<MetricsHealth>> {
  const range = lastWindow(nowNs);
  const [spans, providers, gauges] = await Promise.all([
    askWindow(reader, range, { source: 'spans', measures: SPAN_MEASURES }),
    askWindow(reader, range, {
      source: 'spans',
      measures: PROVIDER_MEASURES,
      group_by: ['provider'],
      filters: [
        { field: 'provider', op: 'exists' },
        { field: 'kind', op: 'in', value: ['llm', 'embedding'] },
      ],
    }),
    readGauges(reader, range),
  ]);
  if (!spans.ok) return spans;
  if (!providers.ok) return providers;
  if (!gauges.ok) return gauges;
  const [row] = spans.value;
  // Costs as much as all the others, see `readSnapshot.ts`.
  const searches =
    countOf(row, 'retriever_calls') > 0 ? await askWindow(reader, range, { source: 'spans', measures: ['rag_queries', 'rag_error_rate'] }) : ok([]);
  if (!searches.ok) return searches;
  const [searched] = searches.value;
  const verdict = judgeHealth({
    calls: countOf(row, 'calls'),
    errorRate: numberOf(row, 'error_rate'),
    requests: countOf(row, 'requests'),
    requestErrorRate: numberOf(row, 'request_error_rate'),
    requestLatencyMsP99: numberOf(row, 'request_latency_ms_p99'),
    providers: providers.value.flatMap(providerFigures),
    ragQueries: countOf(searched, 'rag_queries'),
    ragErrorRate: numberOf(searched, 'rag_error_rate'),
    cacheAvailable: cachesAvailable(gauges.value, { calls: countOf(row, 'cache_calls'), errors: countOf(row, 'cache_call_errors') }),
    poolWaiting: greatestOf(gauges.value, 'db_connections_waiting_max'),
    poolTimeouts: sumOf(gauges.value, 'db_connection_timeouts'),
    eventLoopDelayMsP99: greatestOf(gauges.value, 'event_loop_delay_ms_p99'),
    heapUtilization: fullestHeap(gauges.value),
  });
  return ok({ timestamp: formatTimestamp(nowNs), window_seconds: WINDOW_SECONDS, ...verdict });
}

function providerFigures(row: QueryRow): ProviderFigures[] {
  const provider = textOf(row, 'provider');
  const failuresInARow = numberOf(row, 'provider_failures_in_a_row');
  if (provider === null || failuresInARow === null) return [];
  const calls = countOf(row, 'llm_calls') + countOf(row, 'embedding_calls');
  return [{ provider, calls, failuresInARow, rateLimited: countOf(row, 'rate_limited_calls') }];
}

/** Of the processes that tell both. */
function fullestHeap(processes: readonly QueryRow[]): number | null {
  const shares = processes.flatMap((row) => {
    const used = numberOf(row, 'heap_used_bytes');
    const limit = numberOf(row, 'heap_limit_bytes');
    return used === null || limit === null || limit <= 0 ? [] : [used / limit];
  });
  return shares.length === 0 ? null : Math.max(...shares);
}
