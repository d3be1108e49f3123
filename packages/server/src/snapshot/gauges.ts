/** What programs report of themselves in metrics, by process; put together for a service or a whole workspace. */
import type { QueryRow } from '../explore/runQuery.ts';
import { numberOf } from './recentWindow.ts';

/** By which processes are told apart: instances of one service report the same names. */
export const PROCESS_FIELDS = ['service_name', 'service_instance_id', 'host_name'];

/** Each names its metrics, so no others are read. The first one decides the order. */
export const GAUGE_MEASURES = [
  'process_memory_bytes',
  'process_cpu_utilization',
  'process_cpu_seconds',
  'host_cpu_idle',
  'heap_used_bytes',
  'heap_limit_bytes',
  'host_memory_used_bytes',
  'host_memory_utilization',
  'event_loop_delay_ms_avg',
  'event_loop_delay_ms_p99',
  'event_loop_utilization',
  'gc_ms',
  'db_connections_used',
  'db_connections_idle',
  'db_connections_limit',
  'db_pool_utilization',
  'db_connections_waiting_max',
  'db_connection_timeouts',
  'cache_hits',
  'cache_misses',
  'cache_reported_hit_rate',
  'cache_memory_bytes',
  'cache_keys',
  'cache_evictions',
  'cache_connection_errors',
  'caches_unavailable',
  'websocket_connections',
  'websocket_messages_in',
  'websocket_messages_out',
] as const;
type Gauge = (typeof GAUGE_MEASURES)[number];

const told = (rows: readonly QueryRow[], gauge: Gauge): number[] => rows.flatMap((row) => numberOf(row, gauge) ?? []);

/** Null when no process tells. */
export function sumOf(rows: readonly QueryRow[], gauge: Gauge): number | null {
  const values = told(rows, gauge);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}
export function meanOf(rows: readonly QueryRow[], gauge: Gauge): number | null {
  const sum = sumOf(rows, gauge);
  return sum === null ? null : sum / told(rows, gauge).length;
}
export function greatestOf(rows: readonly QueryRow[], gauge: Gauge): number | null {
  const values = told(rows, gauge);
  return values.length === 0 ? null : Math.max(...values);
}

/** From hits and misses where they are counted, else the mean of what is reported. Null where nothing was looked up. */
export function cacheHitRate(rows: readonly QueryRow[]): number | null {
  const hits = sumOf(rows, 'cache_hits') ?? 0;
  const lookups = hits + (sumOf(rows, 'cache_misses') ?? 0);
  return lookups > 0 ? hits / lookups : meanOf(rows, 'cache_reported_hit_rate');
}

export interface CacheCalls {
  calls: number;
  errors: number;
}

/** What caches say of themselves, and whether any command to them was answered. Null when nothing is known of a cache. */
export function cachesAvailable(rows: readonly QueryRow[], { calls, errors }: CacheCalls): boolean | null {
  const unavailable = sumOf(rows, 'caches_unavailable');
  if (unavailable === null && calls === 0) return null;
  return (unavailable ?? 0) === 0 && !(calls > 0 && errors === calls);
}
