/** `GET /api/metrics/snapshot`: the last five minutes of a workspace in one answer. */
import type { Snapshot } from '@sightglass/contract/routes/snapshot';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { TelemetryReader } from '../explore/reader.ts';
import type { QueryRow } from '../explore/runQuery.ts';
import { UNIT_NS } from '../explore/timeRange.ts';
import { ok, type Result } from '../result.ts';
import { cacheHitRate, cachesAvailable, sumOf } from './gauges.ts';
import { readGauges } from './readGauges.ts';
import { askWindow, countOf, lastWindow, numberOf, RUN_BEGAN_WITHIN_NS, textOf, WINDOW_SECONDS } from './recentWindow.ts';

const SPAN_MEASURES = [
  'error_rate',
  'latency_ms_p99',
  'requests',
  'request_errors',
  'request_client_errors',
  'request_error_rate',
  'request_latency_ms_p50',
  'request_latency_ms_p95',
  'request_latency_ms_p99',
  'llm_calls',
  'llm_errors',
  'llm_error_rate',
  'rate_limited_calls',
  'llm_latency_ms_p50',
  'llm_latency_ms_p95',
  'llm_latency_ms_p99',
  'ttft_ms_p50',
  'ttft_ms_p95',
  'input_tokens',
  'output_tokens',
  'tokens_per_second',
  'cost_usd',
  'cache_hit_rate',
  'providers_down',
  'retriever_calls',
  'cache_calls',
  'cache_call_errors',
  'active_sessions',
  'active_agents',
];
/** They put the parts of searches together, which costs as much as all the others: asked only where something was searched. */
const RAG_MEASURES = [
  'rag_queries',
  'rag_errors',
  'rag_error_rate',
  'rag_total_ms_p50',
  'rag_total_ms_p95',
  'rag_chunks_retrieved_avg',
  'rag_chunks_used_avg',
  'rag_cache_hit_rate',
  'rag_embedding_cache_hit_rate',
];

export interface SnapshotQuestion {
  nowNs: bigint;
  openAlerts: number;
  activeRuns: number;
}

/** Runs that are stored as begun and not as ended. They lie in a whole day, so this is asked less often than the rest. */
export async function countRunsBegun(reader: TelemetryReader, nowNs: bigint): Promise<Result<number>> {
  const day = { fromNs: nowNs - RUN_BEGAN_WITHIN_NS, toNs: nowNs };
  const filters = [{ field: 'status', op: '=' as const, value: 'running' }];
  const begun = await askWindow(reader, day, { source: 'spans', measures: ['runs'], filters });
  return begun.ok ? ok(countOf(begun.value[0], 'runs')) : begun;
}

export async function readSnapshot(reader: TelemetryReader, { nowNs, openAlerts, activeRuns }: SnapshotQuestion): Promise<Result<Snapshot>> {
  const range = lastWindow(nowNs);
  const [spans, gauges, lastHour] = await Promise.all([
    askWindow(reader, range, { source: 'spans', measures: SPAN_MEASURES }),
    readGauges(reader, range),
    askWindow(reader, { fromNs: nowNs - UNIT_NS.h, toNs: nowNs }, { source: 'spans', measures: ['cost_usd'] }),
  ]);
  for (const read of [spans, gauges, lastHour]) if (!read.ok) return read;
  const rowOf = (read: Result<QueryRow[]>) => (read.ok ? read.value[0] : undefined);
  const anySearch = countOf(rowOf(spans), 'retriever_calls') > 0;
  const searches = anySearch ? await askWindow(reader, range, { source: 'spans', measures: RAG_MEASURES }) : ok([]);
  if (!searches.ok) return searches;
  return ok({
    timestamp: formatTimestamp(nowNs),
    window_seconds: WINDOW_SECONDS,
    ...ofSpans(rowOf(spans)),
    rag: ofSearches(rowOf(searches)),
    ...ofPrograms(rowOf(spans), gauges.ok ? gauges.value : []),
    active_runs: activeRuns,
    open_alerts: openAlerts,
    cost_usd_last_hour: textOf(rowOf(lastHour), 'cost_usd') ?? '0',
  });
}

function ofSpans(row: QueryRow | undefined) {
  const number = (name: string) => numberOf(row, name);
  const count = (name: string) => countOf(row, name);
  return {
    error_rate: number('error_rate'),
    p99_latency_ms: number('latency_ms_p99'),
    requests: {
      count: count('requests'),
      errors: count('request_errors'),
      client_errors: count('request_client_errors'),
      error_rate: number('request_error_rate'),
      latency_ms_p50: number('request_latency_ms_p50'),
      latency_ms_p95: number('request_latency_ms_p95'),
      latency_ms_p99: number('request_latency_ms_p99'),
    },
    llm: {
      calls: count('llm_calls'),
      errors: count('llm_errors'),
      error_rate: number('llm_error_rate'),
      rate_limited: count('rate_limited_calls'),
      latency_ms_p50: number('llm_latency_ms_p50'),
      latency_ms_p95: number('llm_latency_ms_p95'),
      latency_ms_p99: number('llm_latency_ms_p99'),
      ttft_ms_p50: number('ttft_ms_p50'),
      ttft_ms_p95: number('ttft_ms_p95'),
      input_tokens: count('input_tokens'),
      output_tokens: count('output_tokens'),
      tokens_per_second: number('tokens_per_second'),
      cost_usd: textOf(row, 'cost_usd') ?? '0',
      prompt_cache_hit_rate: number('cache_hit_rate'),
      providers_down: number('providers_down'),
    },
    active_sessions: count('active_sessions'),
    active_agents: count('active_agents'),
  };
}

function ofSearches(row: QueryRow | undefined) {
  const number = (name: string) => numberOf(row, name);
  return {
    queries: countOf(row, 'rag_queries'),
    errors: countOf(row, 'rag_errors'),
    error_rate: number('rag_error_rate'),
    total_ms_p50: number('rag_total_ms_p50'),
    total_ms_p95: number('rag_total_ms_p95'),
    chunks_retrieved_avg: number('rag_chunks_retrieved_avg'),
    chunks_used_avg: number('rag_chunks_used_avg'),
    cache_hit_rate: number('rag_cache_hit_rate'),
    embedding_cache_hit_rate: number('rag_embedding_cache_hit_rate'),
  };
}

function ofPrograms(spans: QueryRow | undefined, gauges: readonly QueryRow[]) {
  const cacheCalls = { calls: countOf(spans, 'cache_calls'), errors: countOf(spans, 'cache_call_errors') };
  return {
    cache: {
      hit_rate: cacheHitRate(gauges),
      available: cachesAvailable(gauges, cacheCalls),
      connection_errors: sumOf(gauges, 'cache_connection_errors'),
    },
    websocket: {
      connections: sumOf(gauges, 'websocket_connections'),
      messages_in: sumOf(gauges, 'websocket_messages_in'),
      messages_out: sumOf(gauges, 'websocket_messages_out'),
    },
  };
}
