import { z } from '@hono/zod-openapi';
import { MeasureSchema, QueryResultSchema, QuerySpecSchema } from '../querySpec.ts';
import { UsdSchema } from '../trace.ts';
import { body, defineRoute, json } from './defineRoute.ts';

/** The forms in which a question is answered. `csv` holds the same rows (RFC 4180, UTF-8); decimals keep every digit. */
export const QUERY_FORMATS = ['json', 'csv'] as const;

export const runQuery = defineRoute(['telemetry.read'], {
  method: 'post',
  path: '/api/obs/query',
  operationId: 'runQuery',
  summary: 'Ask the measure catalogue',
  description:
    'Answers JSON, or CSV with `?format=csv` or `Accept: text/csv`. In CSV an empty cell is null, and a text that a spreadsheet would take for a formula begins with an apostrophe.',
  tags: ['explore'],
  request: {
    /** Absent: what the Accept header prefers, JSON where it prefers none. */
    query: z.object({ format: z.enum(QUERY_FORMATS).optional() }),
    body: body(QuerySpecSchema),
  },
  responses: {
    200: {
      description: 'Columns and rows',
      content: { 'application/json': { schema: QueryResultSchema }, 'text/csv': { schema: z.string() } },
    },
  },
});

export const listMeasures = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/measures',
  operationId: 'listMeasures',
  summary: 'The measure catalogue',
  tags: ['explore'],
  responses: { 200: json(z.object({ items: z.array(MeasureSchema) }), 'Every measure') },
});

/** A ratio or percentile of nothing is null, a count or sum of nothing is 0. */
const DayMetricsSchema = z.object({
  cost_usd: UsdSchema,
  llm_calls: z.number().int(),
  runs: z.number().int(),
  errors: z.number().int(),
  error_rate: z.number().nullable(),
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  active_agents: z.number().int(),
  latency_ms_p50: z.number().nullable(),
  latency_ms_p95: z.number().nullable(),
  latency_ms_p99: z.number().nullable(),
  cache_hit_rate: z.number().nullable(),
});
export const OverviewSchema = z
  .object({
    today: DayMetricsSchema,
    /** Seven calendar days of the workspace's time zone, oldest first, today the last. */
    last_7_days: z.array(DayMetricsSchema.extend({ date: z.string() })),
    open_alerts: z.number().int(),
  })
  .openapi('Overview');
export type Overview = z.infer<typeof OverviewSchema>;

export const getOverview = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/metrics/overview',
  operationId: 'getOverview',
  summary: 'Today and the last seven days',
  tags: ['explore'],
  responses: { 200: json(OverviewSchema, 'The overview') },
});
