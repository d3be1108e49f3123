import { z } from '@hono/zod-openapi';
import { ListQuerySchema } from '../listQuery.ts';
import { SPAN_STATUSES, TRACE_TYPES } from '../spanKinds.ts';
import { SpanDetailSchema, SpanSchema, TraceSummarySchema } from '../trace.ts';
import { defineRoute, json } from './defineRoute.ts';

const filter = z.string().max(500).optional();

export const TRACE_SORTS = ['start_time', '-start_time', 'duration', '-duration', 'cost', '-cost', 'tokens', '-tokens', 'errors', '-errors'] as const;

/** A filter matches a trace when any span of it matches; repeated with commas it means any of the values. */
export const TraceListQuerySchema = ListQuerySchema.extend({
  agent_id: filter,
  model: filter,
  provider: filter,
  status: z.enum(SPAN_STATUSES).optional(),
  user_id: filter,
  session_id: filter,
  department: filter,
  endpoint: filter,
  environment: filter,
  trace_type: z.enum(TRACE_TYPES).optional(),
  min_duration_ms: z.coerce.number().nonnegative().optional(),
  min_cost_usd: z
    .string()
    .regex(/^\d+(\.\d{1,12})?$/, 'must be a decimal of dollars')
    .optional(),
  q: z.string().min(1).max(200).optional().openapi({ description: 'Case-insensitive substring of span names, models, errors, inputs or outputs' }),
  sort: z.enum(TRACE_SORTS).default('-start_time').openapi({ description: 'A leading minus means descending' }),
});
export type TraceListQuery = z.infer<typeof TraceListQuerySchema>;

export const listTraces = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/traces',
  operationId: 'listTraces',
  summary: 'List traces, newest first',
  tags: ['traces'],
  request: { query: TraceListQuerySchema },
  responses: { 200: json(z.object({ items: z.array(TraceSummarySchema), next_cursor: z.string().nullable() }), 'A page of traces') },
});

const TraceIdParam = z
  .string()
  .max(64)
  .openapi({ param: { name: 'trace_id', in: 'path' } });

export const getTrace = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/traces/{trace_id}',
  operationId: 'getTrace',
  summary: 'One trace with its spans, ordered by start',
  tags: ['traces'],
  request: {
    params: z.object({ trace_id: TraceIdParam }),
    query: z.object({
      detail: z
        .enum(['full', 'summary'])
        .default('full')
        .openapi({ description: 'summary leaves input, output, attributes, events and links empty' }),
    }),
  },
  responses: { 200: json(z.object({ trace: TraceSummarySchema, spans: z.array(SpanSchema) }), 'The trace') },
});

export const getSpan = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/traces/{trace_id}/spans/{span_id}',
  operationId: 'getSpan',
  summary: 'One span with its messages, documents and the sum behind its cost',
  tags: ['traces'],
  request: {
    params: z.object({
      trace_id: TraceIdParam,
      span_id: z
        .string()
        .max(64)
        .openapi({ param: { name: 'span_id', in: 'path' } }),
    }),
  },
  responses: { 200: json(SpanDetailSchema, 'The span') },
});
