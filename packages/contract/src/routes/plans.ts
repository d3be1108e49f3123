import { z } from '@hono/zod-openapi';
import { PlanLimitsSchema, PLANS } from '../plan.ts';
import { TimestampSchema } from '../trace.ts';
import { body, defineRoute, json } from './defineRoute.ts';

export const PlanSchema = z
  .object({
    plan: z.enum(PLANS),
    limits: PlanLimitsSchema,
    retention_days_default: z.number().int().openapi({ description: 'Holds where limits has no retention_days' }),
    workspaces: z.number().int().openapi({ description: 'How many have it' }),
    updated_at: TimestampSchema.nullable().openapi({ description: 'Null while the owner of the instance has set nothing' }),
  })
  .openapi('Plan');
export type Plan = z.infer<typeof PlanSchema>;

export const listPlans = defineRoute(['instance.manage'], {
  method: 'get',
  path: '/api/obs/plans',
  operationId: 'listPlans',
  summary: 'The plans, and what each gives',
  tags: ['identity'],
  responses: { 200: json(z.object({ items: z.array(PlanSchema) }), 'All plans, the smallest first') },
});

export const putPlan = defineRoute(['instance.manage'], {
  method: 'put',
  path: '/api/obs/plans/{plan}',
  operationId: 'putPlan',
  summary: 'Set what a plan gives',
  description: 'What is left out is not limited. It holds within a second on every instance, for every workspace that has the plan.',
  tags: ['identity'],
  request: {
    params: z.object({ plan: z.enum(PLANS).openapi({ param: { name: 'plan', in: 'path' } }) }),
    body: body(PlanLimitsSchema),
  },
  responses: { 200: json(PlanSchema, 'The plan as it is now') },
});
