/** `GET /api/metrics/system`: what each service tells of itself, in metrics and in spans. */
import type { ServiceGauges, SystemMetrics } from '@sightglass/contract/routes/snapshot';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { TelemetryReader } from '../explore/reader.ts';
import type { QueryRow } from '../explore/runQuery.ts';
import { ok, type Result } from '../result.ts';
import { cacheHitRate, cachesAvailable, greatestOf, meanOf, sumOf } from './gauges.ts';
import { readGauges } from './readGauges.ts';
import { askWindow, countOf, lastWindow, numberOf, textOf, WINDOW_SECONDS } from './recentWindow.ts';

const SPAN_MEASURES = [
  'spans',
  'requests',
  'request_error_rate',
  'request_latency_ms_p95',
  'db_calls',
  'db_errors',
  'slow_queries',
  'rollbacks',
  'deadlocks',
  'cache_calls',
  'cache_call_errors',
];

export async function readSystem(reader: TelemetryReader, nowNs: bigint): Promise<Result<SystemMetrics>> {
  const range = lastWindow(nowNs);
  const [gauges, spans] = await Promise.all([
    readGauges(reader, range),
    askWindow(reader, range, { source: 'spans', measures: SPAN_MEASURES, group_by: ['service_name'] }),
  ]);
  if (!gauges.ok) return gauges;
  if (!spans.ok) return spans;
  return ok({ timestamp: formatTimestamp(nowNs), window_seconds: WINDOW_SECONDS, services: servicesOf(gauges.value, spans.value) });
}

/** By name, those without one last. */
function servicesOf(gauges: readonly QueryRow[], spans: readonly QueryRow[]): ServiceGauges[] {
  const nameOf = (row: QueryRow) => textOf(row, 'service_name');
  const names = [...new Set([...gauges, ...spans].map(nameOf))];
  names.sort((a, b) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1));
  return names.map((name) =>
    serviceGauges(
      name,
      gauges.filter((row) => nameOf(row) === name),
      spans.find((row) => nameOf(row) === name),
    ),
  );
}

function serviceGauges(name: string | null, processes: readonly QueryRow[], spans: QueryRow | undefined): ServiceGauges {
  const sum = (gauge: Parameters<typeof sumOf>[1]) => sumOf(processes, gauge);
  const mean = (gauge: Parameters<typeof meanOf>[1]) => meanOf(processes, gauge);
  const greatest = (gauge: Parameters<typeof greatestOf>[1]) => greatestOf(processes, gauge);
  const idle = mean('host_cpu_idle');
  const cacheCalls = { calls: countOf(spans, 'cache_calls'), errors: countOf(spans, 'cache_call_errors') };
  return {
    service_name: name,
    instances: processes.length,
    cpu: { utilization: mean('process_cpu_utilization'), seconds: sum('process_cpu_seconds'), host_utilization: idle === null ? null : 1 - idle },
    memory: {
      process_bytes: sum('process_memory_bytes'),
      heap_used_bytes: sum('heap_used_bytes'),
      heap_limit_bytes: sum('heap_limit_bytes'),
      host_used_bytes: mean('host_memory_used_bytes'),
      host_utilization: mean('host_memory_utilization'),
    },
    event_loop: {
      delay_ms_avg: mean('event_loop_delay_ms_avg'),
      delay_ms_p99: greatest('event_loop_delay_ms_p99'),
      utilization: greatest('event_loop_utilization'),
    },
    garbage_collection_ms: sum('gc_ms'),
    pool: {
      used: sum('db_connections_used'),
      idle: sum('db_connections_idle'),
      limit: sum('db_connections_limit'),
      utilization: greatest('db_pool_utilization'),
      waiting: greatest('db_connections_waiting_max'),
      timeouts: sum('db_connection_timeouts'),
    },
    database: {
      calls: countOf(spans, 'db_calls'),
      errors: countOf(spans, 'db_errors'),
      slow_queries: countOf(spans, 'slow_queries'),
      rollbacks: countOf(spans, 'rollbacks'),
      deadlocks: countOf(spans, 'deadlocks'),
    },
    cache: {
      hit_rate: cacheHitRate(processes),
      memory_bytes: sum('cache_memory_bytes'),
      keys: sum('cache_keys'),
      evictions: sum('cache_evictions'),
      connection_errors: sum('cache_connection_errors'),
      available: cachesAvailable(processes, cacheCalls),
    },
    requests: {
      count: countOf(spans, 'requests'),
      error_rate: numberOf(spans, 'request_error_rate'),
      latency_ms_p95: numberOf(spans, 'request_latency_ms_p95'),
    },
    websocket: {
      connections: sum('websocket_connections'),
      messages_in: sum('websocket_messages_in'),
      messages_out: sum('websocket_messages_out'),
    },
  };
}
