import { z } from '@hono/zod-openapi';
import { HealthSchema } from '../health.ts';
import { ListQuerySchema } from '../listQuery.ts';
import { AgentParamsSchema } from './agents.ts';
import { defineRoute, json } from './defineRoute.ts';

export const listHealth = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/agents/{agent_id}/health',
  feature: 'health',
  operationId: 'listHealth',
  summary: 'The health of an agent, hour by hour, newest first',
  description: 'Computed once an hour, and kept. `current` is the health now, also when no hour has ended yet.',
  tags: ['agents'],
  request: { params: AgentParamsSchema, query: ListQuerySchema },
  responses: {
    200: json(z.object({ current: HealthSchema, items: z.array(HealthSchema), next_cursor: z.string().nullable() }), 'A page of the history'),
  },
});
