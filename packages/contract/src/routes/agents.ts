import { z } from '@hono/zod-openapi';
import { AGENT_STATUSES, AgentChangesSchema, JudgedAgentSchema, NewAgentSchema } from '../agent.ts';
import { ControlListQuerySchema, pageOf } from '../controlList.ts';
import { body, defineRoute, json, pathParam, problem } from './defineRoute.ts';

const PATH = '/api/obs/agents';

/** Longer ones are agents of nobody. */
export const AgentParamsSchema = pathParam('agent_id', 1000);

const filter = z.string().max(500).optional();

export const AgentListQuerySchema = ControlListQuerySchema.extend({
  q: filter.openapi({ description: 'Part of the id, the name or the owner, in any case' }),
  department: filter,
  tag: filter,
  status: z
    .string()
    .max(200)
    .transform((words) => words.split(',').map((word) => word.trim()))
    .pipe(z.array(z.enum(AGENT_STATUSES)))
    .optional()
    .openapi({ type: 'string', example: 'silent', description: `${AGENT_STATUSES.join(', ')}; several with commas` }),
});
export type AgentListQuery = z.infer<typeof AgentListQuerySchema>;

export const listAgents = defineRoute(['telemetry.read'], {
  method: 'get',
  path: PATH,
  operationId: 'listAgents',
  summary: 'The agents of the workspace, newest first',
  description: 'The health in a list is that of the last full hour, or of now where that hour has none.',
  tags: ['agents'],
  request: { query: AgentListQuerySchema },
  responses: { 200: json(pageOf(JudgedAgentSchema), 'A page of agents') },
});

export const createAgent = defineRoute(['agents.write'], {
  method: 'post',
  path: PATH,
  operationId: 'createAgent',
  summary: 'Create an agent, or say who one is that telemetry has named',
  description: 'An agent need not be created: it is there from its first span or event on. What is created before that can send heartbeats.',
  tags: ['agents'],
  request: { body: body(NewAgentSchema) },
  responses: { 201: json(JudgedAgentSchema, 'The agent'), 409: problem('It has been created already, or there are too many') },
});

export const getAgent = defineRoute(['telemetry.read'], {
  method: 'get',
  path: `${PATH}/{agent_id}`,
  operationId: 'getAgent',
  summary: 'One agent, with its health now',
  tags: ['agents'],
  request: { params: AgentParamsSchema },
  responses: { 200: json(JudgedAgentSchema, 'The agent') },
});

export const changeAgent = defineRoute(['agents.write'], {
  method: 'patch',
  path: `${PATH}/{agent_id}`,
  operationId: 'changeAgent',
  summary: 'Change what is said of an agent; what is absent stays, null says nothing',
  tags: ['agents'],
  request: { params: AgentParamsSchema, body: body(AgentChangesSchema) },
  responses: { 200: json(JudgedAgentSchema, 'The changed agent') },
});

export const deleteAgent = defineRoute(['agents.write'], {
  method: 'delete',
  path: `${PATH}/{agent_id}`,
  operationId: 'deleteAgent',
  summary: 'Delete an agent of which no telemetry is stored',
  description: 'Its heartbeats alone do not keep it. While spans or events of it are stored it cannot be deleted: lists and totals name it.',
  tags: ['agents'],
  request: { params: AgentParamsSchema },
  responses: { 204: { description: 'It is gone' }, 409: problem('Telemetry of it is stored') },
});
