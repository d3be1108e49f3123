import { z } from '@hono/zod-openapi';
import { TimeSchema } from './listQuery.ts';

export const QUERY_SOURCES = ['spans', 'logs', 'metric_points', 'events', 'agent_health'] as const;
export type QuerySource = (typeof QUERY_SOURCES)[number];

export const FILTER_OPERATORS = ['=', '!=', '>', '>=', '<', '<=', 'in', 'not_in', 'contains', 'exists'] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

const scalar = z.union([z.string().max(2000), z.number(), z.boolean()]);

export const QueryFilterSchema = z
  .object({
    /** A dimension of the source, or `attributes.<key>` for a span attribute. */
    field: z.string().min(1).max(300),
    op: z.enum(FILTER_OPERATORS),
    /** A list for `in` and `not_in`; absent or a boolean for `exists`. */
    value: z.union([scalar, z.array(scalar).max(500)]).optional(),
  })
  .openapi('QueryFilter');
export type QueryFilter = z.infer<typeof QueryFilterSchema>;

/** A question to the telemetry. One row when nothing is grouped; with `interval` each row has `time`. */
export const QuerySpecSchema = z
  .object({
    source: z.enum(QUERY_SOURCES).default('spans'),
    measures: z.array(z.string().max(100)).min(1).max(20),
    group_by: z.array(z.string().max(300)).max(4).default([]),
    filters: z.array(QueryFilterSchema).max(50).default([]),
    from: TimeSchema.default('now-24h'),
    to: TimeSchema.default('now'),
    /** `1m`, `15m`, `1h`, `1d` …; days follow `time_zone`. */
    interval: z
      .string()
      .regex(/^[1-9]\d{0,3}[smhdw]$/, 'must be like 5m, 1h or 1d')
      .optional(),
    time_zone: z.string().max(64).default('UTC'),
    order_by: z.object({ field: z.string().max(300), direction: z.enum(['asc', 'desc']).default('desc') }).optional(),
    limit: z.number().int().min(1).max(10_000).default(1000),
    exact: z
      .boolean()
      .optional()
      .openapi({ description: 'True: every row is read. Otherwise long ranges are answered from hours and days that were computed before' }),
  })
  .openapi('QuerySpec');
export type QuerySpec = z.infer<typeof QuerySpecSchema>;
export type QuerySpecInput = z.input<typeof QuerySpecSchema>;

export const QUERY_UNITS = ['usd', 'tokens', 'ms', 'count', 'ratio', 'score', 'bytes', 'none'] as const;
export const QueryColumnSchema = z.object({
  name: z.string(),
  type: z.enum(['string', 'number', 'integer', 'decimal', 'time', 'boolean']),
  unit: z.enum(QUERY_UNITS),
});
export type QueryColumn = z.infer<typeof QueryColumnSchema>;

export const QueryResultSchema = z
  .object({
    columns: z.array(QueryColumnSchema),
    rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
    answered_from: z
      .enum(['rows', 'rollups', 'rollups_and_rows'])
      .openapi({ description: 'Whether the rows themselves were read, or hours and days that were computed before; sums and counts are the same' }),
    percentile_error: z.number().openapi({ description: 'The greatest relative error of a percentile in the answer; 0: they are exact' }),
  })
  .openapi('QueryResult');
export type QueryResult = z.infer<typeof QueryResultSchema>;

/**
 * How the values of adjoining windows become the value of both: their `sum`, `min` or `max`; a `ratio` of two sums; a
 * `quantile` or the number of `distinct` values, from mergeable states; or `none`, when only the rows themselves tell.
 */
export const ROLLUP_KINDS = ['sum', 'min', 'max', 'ratio', 'quantile', 'distinct', 'none'] as const;
export type RollupKind = (typeof ROLLUP_KINDS)[number];

export const MeasureSchema = z
  .object({
    name: z.string(),
    title: z.string(),
    description: z.string(),
    unit: z.enum(QUERY_UNITS),
    type: z.enum(['number', 'integer', 'decimal', 'string', 'time']),
    source: z.enum(QUERY_SOURCES),
    dimensions: z.array(z.string()),
    rollup: z.enum(ROLLUP_KINDS),
    /** Names of the OpenTelemetry metrics that it is made of; empty for other sources, and for measures of any metric. */
    metrics: z.array(z.string()),
    /** Whether a rise is good, bad, or neither: the UI colours changes by it. */
    better: z.enum(['higher', 'lower', 'neither']),
  })
  .openapi('Measure');
export type Measure = z.infer<typeof MeasureSchema>;
