import { z } from '@hono/zod-openapi';
import { ListQuerySchema } from '../listQuery.ts';
import { RunDetailSchema, RunSchema } from '../run.ts';
import { SPAN_STATUSES } from '../spanKinds.ts';
import { defineRoute, json, pathParam } from './defineRoute.ts';

const filter = z.string().max(500).optional();
const usd = z
  .string()
  .regex(/^\d+(\.\d{1,12})?$/, 'must be a decimal of dollars')
  .optional();

export const RUN_SORTS = ['started_at', '-started_at', 'duration', '-duration', 'cost', '-cost', 'tokens', '-tokens', 'errors', '-errors'] as const;
export type RunSort = (typeof RUN_SORTS)[number];

/** Values with commas mean any of them. */
export const RunListQuerySchema = ListQuerySchema.extend({
  agent_id: filter,
  run_id: filter,
  status: z
    .string()
    .max(100)
    .transform((words, context) => {
      const statuses = words.split(',').map((word) => SPAN_STATUSES.find((status) => status === word.trim()));
      if (!statuses.includes(undefined)) return statuses.filter((status) => status !== undefined);
      context.addIssue({ code: 'custom', message: `must be one of ${SPAN_STATUSES.join(', ')}` });
      return z.NEVER;
    })
    .optional()
    .openapi({ type: 'string', example: 'error,timeout', description: 'A status, or several with commas' }),
  user_id: filter,
  session_id: filter,
  department: filter,
  flow_id: filter,
  environment: filter,
  min_duration_ms: z.coerce.number().nonnegative().optional().openapi({ description: 'What still runs counts with the time that it has run' }),
  min_cost_usd: usd,
  q: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'Case-insensitive substring of ids, span names, models, errors, inputs or outputs' }),
  sort: z.enum(RUN_SORTS).default('-started_at').openapi({ description: 'A leading minus means descending' }),
});
export type RunListQuery = z.infer<typeof RunListQuerySchema>;

export const listRuns = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/runs',
  operationId: 'listRuns',
  summary: 'List runs, newest first',
  tags: ['runs'],
  request: { query: RunListQuerySchema },
  responses: { 200: json(z.object({ items: z.array(RunSchema), next_cursor: z.string().nullable() }), 'A page of runs') },
});

export const getRun = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/runs/{run_id}',
  operationId: 'getRun',
  summary: 'One run with its steps, failures, models and tools',
  tags: ['runs'],
  request: {
    params: pathParam('run_id', 2_000),
    query: z.object({
      trace_id: z.string().max(64).optional().openapi({ description: 'Of several traces that name the run, this one; without it the newest' }),
    }),
  },
  responses: { 200: json(RunDetailSchema, 'The run') },
});
