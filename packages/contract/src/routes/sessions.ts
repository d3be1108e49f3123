import { z } from '@hono/zod-openapi';
import { ListQuerySchema, TimeSchema } from '../listQuery.ts';
import { SESSION_STATUSES, SessionSchema, SessionWithRunsSchema } from '../session.ts';
import { defineRoute, json, pathParam } from './defineRoute.ts';

const filter = z.string().max(500).optional();
const usd = z
  .string()
  .regex(/^\d+(\.\d{1,12})?$/, 'must be a decimal of dollars')
  .optional();

const KEYS = ['last_at', 'started_at', 'duration', 'cost', 'tokens', 'errors', 'runs'] as const;
export const SESSION_SORTS = KEYS.flatMap((key) => [key, `-${key}`] as const);
export type SessionSort = (typeof KEYS)[number] | `-${(typeof KEYS)[number]}`;

/** A filter matches a session when any span of it matches; values with commas mean any of them. */
export const SessionListQuerySchema = ListQuerySchema.extend({
  session_id: filter,
  agent_id: filter,
  user_id: filter,
  department: filter,
  environment: filter,
  model: filter,
  status: z.enum(SESSION_STATUSES).optional(),
  min_duration_ms: z.coerce.number().nonnegative().optional(),
  min_cost_usd: usd,
  min_runs: z.coerce.number().int().nonnegative().optional(),
  min_errors: z.coerce.number().int().nonnegative().optional(),
  q: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'Case-insensitive substring of ids, span names, models, errors, inputs or outputs' }),
  sort: z.enum(SESSION_SORTS).default('-last_at').openapi({ description: 'A leading minus means descending' }),
});
export type SessionListQuery = z.infer<typeof SessionListQuerySchema>;

export const listSessions = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/sessions',
  operationId: 'listSessions',
  summary: 'List sessions with a span in the range, the one heard of last first',
  tags: ['sessions'],
  request: { query: SessionListQuerySchema },
  responses: { 200: json(z.object({ items: z.array(SessionSchema), next_cursor: z.string().nullable() }), 'A page of sessions') },
});

export const getSession = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/sessions/{session_id}',
  operationId: 'getSession',
  summary: 'One session with its runs in order',
  tags: ['sessions'],
  request: {
    params: pathParam('session_id', 2_000),
    query: z.object({
      from: TimeSchema.optional().openapi({ description: 'Without it the session is told from its beginning' }),
      to: TimeSchema.optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100).openapi({ description: 'Of the runs' }),
    }),
  },
  responses: { 200: json(SessionWithRunsSchema, 'The session') },
});
