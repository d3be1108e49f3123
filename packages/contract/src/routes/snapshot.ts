import { z } from '@hono/zod-openapi';
import { TimestampSchema, UsdSchema } from '../trace.ts';
import { defineRoute, json } from './defineRoute.ts';

const count = z.number().int().nonnegative();
/** Null when there is nothing to tell it from. */
const ms = z.number().nullable();
const ratio = z.number().nullable();
/** Reported in metrics: null when no program reports it. */
const reported = z.number().nullable();

/** The last five minutes of a workspace's programs. Counts of spans are 0 where there were none; ratios, times and what nobody reports are null. */
export const SnapshotSchema = z
  .object({
    timestamp: TimestampSchema,
    window_seconds: z.number().int(),
    error_rate: ratio.openapi({ description: 'Failed calls ÷ calls (llm, embedding, tool, retriever, reranker)' }),
    p99_latency_ms: ms.openapi({ description: 'Of the same calls' }),
    requests: z.object({
      count,
      errors: count,
      client_errors: count,
      error_rate: ratio,
      latency_ms_p50: ms,
      latency_ms_p95: ms,
      latency_ms_p99: ms,
    }),
    llm: z.object({
      calls: count,
      errors: count,
      error_rate: ratio,
      rate_limited: count,
      latency_ms_p50: ms,
      latency_ms_p95: ms,
      latency_ms_p99: ms,
      ttft_ms_p50: ms,
      ttft_ms_p95: ms,
      input_tokens: count,
      output_tokens: count,
      tokens_per_second: z.number().nullable(),
      cost_usd: UsdSchema,
      prompt_cache_hit_rate: ratio,
      providers_down: count.nullable(),
    }),
    rag: z.object({
      queries: count,
      errors: count,
      error_rate: ratio,
      total_ms_p50: ms,
      total_ms_p95: ms,
      chunks_retrieved_avg: z.number().nullable(),
      chunks_used_avg: z.number().nullable(),
      cache_hit_rate: ratio,
      embedding_cache_hit_rate: ratio,
    }),
    cache: z.object({
      hit_rate: ratio,
      available: z
        .boolean()
        .nullable()
        .openapi({ description: 'False when a cache says that it is not there, fell silent, or refuses every command' }),
      connection_errors: reported,
    }),
    websocket: z.object({ connections: reported, messages_in: reported, messages_out: reported }),
    active_runs: count.openapi({ description: 'Runs that began within 24 hours and have not ended' }),
    active_sessions: count,
    active_agents: count,
    open_alerts: count,
    cost_usd_last_hour: UsdSchema,
  })
  .openapi('MetricsSnapshot');
export type Snapshot = z.infer<typeof SnapshotSchema>;

/** `unknown`: nothing was heard that would tell. */
export const CHECK_STATUSES = ['ok', 'degraded', 'down', 'unknown'] as const;
export type CheckStatus = (typeof CHECK_STATUSES)[number];

export const HealthCheckSchema = z
  .object({
    name: z.string().openapi({ example: 'provider:openai' }),
    status: z.enum(CHECK_STATUSES),
    value: z.number().nullable(),
    threshold: z.number().openapi({ description: 'From here on the check is no longer ok' }),
    unit: z.enum(['ratio', 'ms', 'count']),
    detail: z.string(),
  })
  .openapi('HealthCheck');
export type HealthCheck = z.infer<typeof HealthCheckSchema>;

export const MetricsHealthSchema = z
  .object({
    timestamp: TimestampSchema,
    window_seconds: z.number().int(),
    status: z.enum(['ok', 'degraded', 'down']).openapi({ description: 'The worst of the checks; ok while none can tell' }),
    checks: z.array(HealthCheckSchema),
  })
  .openapi('MetricsHealth');
export type MetricsHealth = z.infer<typeof MetricsHealthSchema>;

export const ServiceGaugesSchema = z
  .object({
    service_name: z.string().nullable().openapi({ description: 'Null: programs that do not tell their name' }),
    instances: count.openapi({ description: 'Processes that report metrics' }),
    cpu: z.object({ utilization: ratio, seconds: reported, host_utilization: ratio }),
    memory: z.object({
      process_bytes: reported,
      heap_used_bytes: reported,
      heap_limit_bytes: reported,
      host_used_bytes: reported,
      host_utilization: ratio,
    }),
    event_loop: z.object({ delay_ms_avg: ms, delay_ms_p99: ms, utilization: ratio }),
    garbage_collection_ms: ms,
    pool: z.object({
      used: reported,
      idle: reported,
      limit: reported,
      utilization: ratio,
      waiting: reported,
      timeouts: reported,
    }),
    database: z.object({ calls: count, errors: count, slow_queries: count, rollbacks: count, deadlocks: count }),
    cache: z.object({
      hit_rate: ratio,
      memory_bytes: reported,
      keys: reported,
      evictions: reported,
      connection_errors: reported,
      available: z.boolean().nullable(),
    }),
    requests: z.object({ count, error_rate: ratio, latency_ms_p95: ms }),
    websocket: z.object({ connections: reported, messages_in: reported, messages_out: reported }),
  })
  .openapi('ServiceGauges');
export type ServiceGauges = z.infer<typeof ServiceGaugesSchema>;

export const SystemMetricsSchema = z
  .object({ timestamp: TimestampSchema, window_seconds: z.number().int(), services: z.array(ServiceGaugesSchema) })
  .openapi('SystemMetrics');
export type SystemMetrics = z.infer<typeof SystemMetricsSchema>;

export const getSnapshot = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/metrics/snapshot',
  operationId: 'getMetricsSnapshot',
  summary: 'The last five minutes of the workspace’s programs',
  description: 'What was answered up to two seconds ago may be answered again.',
  tags: ['metrics'],
  responses: { 200: json(SnapshotSchema, 'The snapshot') },
});

export const getMetricsHealth = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/metrics/health',
  operationId: 'getMetricsHealth',
  summary: 'Whether the workspace’s programs are well',
  description: 'By fixed rules over the last five minutes. Sightglass itself: /healthz and /readyz.',
  tags: ['metrics'],
  responses: { 200: json(MetricsHealthSchema, 'The verdict and its checks') },
});

export const getSystemMetrics = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/metrics/system',
  operationId: 'getSystemMetrics',
  summary: 'Gauges of each service over the last five minutes',
  tags: ['metrics'],
  responses: { 200: json(SystemMetricsSchema, 'By service') },
});
