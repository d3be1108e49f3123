import { z } from '@hono/zod-openapi';
import { ControlListQuerySchema, pageOf } from '../controlList.ts';
import { EVENT_NAME_CHARS_MAX } from '../event.ts';
import { plainText } from '../plainText.ts';
import { TimestampSchema } from '../trace.ts';
import { body, defineRoute, json, pathParam, problem } from './defineRoute.ts';

export const TEAMS_MAX = 200;
/** Of one team. */
export const TEAM_MEMBERS_MAX = 500;
/** Of all teams of a workspace together: hidden agents are named in every query of those who may not see them. */
export const TEAM_AGENTS_MAX = 1_000;

const unique = (items: readonly string[]) => new Set(items).size === items.length;
const name = plainText(60).min(1, 'is needed');
const teamMembers = z.array(z.string().max(64)).max(TEAM_MEMBERS_MAX).refine(unique, 'names somebody twice');
const teamAgents = z
  .array(
    z
      .string()
      .min(1)
      .max(EVENT_NAME_CHARS_MAX)
      .refine((id) => !/[\0\p{Cs}]/u.test(id), 'is no text'),
  )
  .max(TEAM_AGENTS_MAX)
  .refine(unique, 'names an agent twice');

export const NewTeamSchema = z
  .object({
    name: name.openapi({ example: 'Support', description: 'Unique in the workspace' }),
    members: teamMembers.default([]).openapi({ description: 'Ids of users' }),
    agents: teamAgents.default([]).openapi({ description: 'By the sender’s own name; they need not have been seen yet', example: ['support-bot'] }),
  })
  .openapi('NewTeam');
export type NewTeam = z.infer<typeof NewTeamSchema>;

/** What is absent stays; a list replaces the one that is there. */
export const TeamChangesSchema = z
  .object({ name: name.optional(), members: teamMembers.optional(), agents: teamAgents.optional() })
  .openapi('TeamChanges');
export type TeamChanges = z.infer<typeof TeamChangesSchema>;

export const TeamSchema = z
  .object({
    id: z.string().openapi({ example: 'tea_0k3v…' }),
    name: z.string(),
    members: z.array(z.string()),
    agents: z.array(z.string()),
    created_at: TimestampSchema,
  })
  .openapi('Team');
export type Team = z.infer<typeof TeamSchema>;

const PATH = '/api/obs/teams';
const params = pathParam('id');
const taken = problem('A team of the workspace has this name, or it has as many teams as it may');

export const listTeams = defineRoute(['configuration.read', 'members.manage', 'audit.read'], {
  method: 'get',
  path: PATH,
  operationId: 'listTeams',
  summary: 'The teams of the workspace, newest first',
  description: 'To callers from whom agents are hidden, a team shows none of those.',
  tags: ['members'],
  request: { query: ControlListQuerySchema },
  responses: { 200: json(pageOf(TeamSchema), 'A page of teams') },
});

export const createTeam = defineRoute(['members.manage'], {
  method: 'post',
  path: PATH,
  operationId: 'createTeam',
  summary: 'Create a team',
  description:
    'An agent that belongs to a team is seen by the members of its teams, by whoever manages members or keys, and by whoever reads the audit log; by nobody else.',
  tags: ['members'],
  request: { body: body(NewTeamSchema) },
  responses: { 201: json(TeamSchema, 'The team'), 409: taken },
});

export const changeTeam = defineRoute(['members.manage'], {
  method: 'patch',
  path: `${PATH}/{id}`,
  operationId: 'changeTeam',
  summary: 'Change a team; who sees what follows within a second',
  tags: ['members'],
  request: { params, body: body(TeamChangesSchema) },
  responses: { 200: json(TeamSchema, 'The changed team'), 409: taken },
});

export const deleteTeam = defineRoute(['members.manage'], {
  method: 'delete',
  path: `${PATH}/{id}`,
  operationId: 'deleteTeam',
  summary: 'Delete a team; agents that belong to no other are seen by everyone again',
  tags: ['members'],
  request: { params },
  responses: { 204: { description: 'It is gone' } },
});
