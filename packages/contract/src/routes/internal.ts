import { z } from '@hono/zod-openapi';
import { TimeSchema } from '../listQuery.ts';
import { defineRoute, json } from './defineRoute.ts';

/** What periodic work that is driven from outside answers. */
export const WorkDoneSchema = z
  .object({
    done: z.number().int().openapi({ description: 'Pieces of work done by this request' }),
    remaining: z.number().int().openapi({ description: 'Pieces that are left; ask again' }),
  })
  .openapi('WorkDone');
export type WorkDone = z.infer<typeof WorkDoneSchema>;

export const AggregateSchema = z
  .object({
    from: TimeSchema.optional().openapi({ description: 'Absent: the beginning of yesterday (UTC)' }),
    to: TimeSchema.optional().openapi({ description: 'Absent: now' }),
    force: z.boolean().default(false).openapi({ description: 'Computes also what holds already' }),
  })
  .openapi('Aggregate');
export type Aggregate = z.infer<typeof AggregateSchema>;

const words = {
  summary: 'Compute hours and days of spans',
  description:
    'For a cron of your own; the program does it every minute by itself. Idempotent, of all workspaces, at most 25 seconds: ask again while something remains. Answers 404 while CRON_SECRET is not set.',
  tags: ['internal'],
};
const responses = { 200: json(WorkDoneSchema, 'What was done') };
const PATH = '/api/obs/internal/aggregate';

export const aggregate = defineRoute('cron', {
  ...words,
  method: 'post',
  path: PATH,
  operationId: 'aggregate',
  request: { body: { required: false, content: { 'application/json': { schema: AggregateSchema } } } },
  responses,
});

export const aggregateByGet = defineRoute('cron', {
  ...words,
  method: 'get',
  path: PATH,
  operationId: 'aggregateByGet',
  request: { query: AggregateSchema.extend({ force: z.stringbool().default(false) }) },
  responses,
});

const evaluation = {
  summary: 'Evaluate every enabled rule of alerts now, due or not',
  description:
    'For a cron of your own; the program evaluates each rule when it is due by itself. Of all workspaces, at most 25 seconds: ask again while something remains. Answers 404 while CRON_SECRET is not set.',
  tags: ['internal'],
  path: '/api/obs/internal/evaluate-alerts',
  responses,
};

export const evaluateAlerts = defineRoute('cron', { ...evaluation, method: 'post', operationId: 'evaluateAlerts' });
export const evaluateAlertsByGet = defineRoute('cron', { ...evaluation, method: 'get', operationId: 'evaluateAlertsByGet' });
