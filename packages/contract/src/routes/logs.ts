import { z } from '@hono/zod-openapi';
import { ListQuerySchema } from '../listQuery.ts';
import { levelNamed, LOG_LEVELS, LogSchema } from '../log.ts';
import { defineRoute, json } from './defineRoute.ts';

const filter = z.string().max(500).optional();
const WRONG_LEVEL = `must be one of ${LOG_LEVELS.join(', ')}`;

/** A level in any case; `WARN` and `FATAL` stand for `WARNING` and `CRITICAL`. */
const level = z
  .string()
  .max(20)
  .transform((word, context) => {
    const named = levelNamed(word);
    if (named !== undefined) return named;
    context.addIssue({ code: 'custom', message: WRONG_LEVEL });
    return z.NEVER;
  });
const levels = z
  .string()
  .max(200)
  .transform((words, context) => {
    const named = words.split(',').map(levelNamed);
    if (!named.includes(undefined)) return named.filter((each) => each !== undefined);
    context.addIssue({ code: 'custom', message: WRONG_LEVEL });
    return z.NEVER;
  })
  .openapi({ type: 'string', example: 'ERROR,CRITICAL', description: 'A level, or several with commas' });

/**
 * Values with commas mean any of them. What a log does not say itself (agent, run, user, department, session,
 * endpoint, environment) is looked for in its span and its trace, as in the answer.
 */
export const LogListQuerySchema = ListQuerySchema.extend({
  level: levels.optional(),
  min_level: level.optional().openapi({ type: 'string', enum: [...LOG_LEVELS], description: 'This level and those above it' }),
  logger: filter,
  trace_id: z.string().max(64).optional(),
  span_id: z.string().max(64).optional(),
  user_id: filter,
  agent_id: filter,
  run_id: filter,
  department: filter,
  session_id: filter,
  endpoint: filter,
  environment: filter,
  service_name: filter,
  event_name: filter,
  q: z.string().min(1).max(200).optional().openapi({ description: 'Case-insensitive substring of message, logger or exception' }),
});
export type LogListQuery = z.infer<typeof LogListQuerySchema>;

export const listLogs = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/logs',
  operationId: 'listLogs',
  summary: 'List logs, newest first',
  tags: ['logs'],
  request: { query: LogListQuerySchema },
  responses: {
    200: json(
      z.object({
        items: z.array(LogSchema),
        /** Null on the last page. A page may hold fewer items than `limit` where their texts are very long. */
        next_cursor: z.string().nullable(),
      }),
      'A page of logs',
    ),
  },
});
