import { z } from '@hono/zod-openapi';
import { ControlListQuerySchema, pageOf } from '../controlList.ts';
import { TimestampSchema } from '../trace.ts';
import { body, defineRoute, json, pathParam, problem } from './defineRoute.ts';
import { RoleIdSchema } from './roles.ts';

export const MemberSchema = z
  .object({
    user_id: z.string().openapi({ example: 'usr_0k3v…' }),
    name: z.string(),
    email: z.string(),
    role: z.string().openapi({ description: 'The name of a built-in role, else the id of a custom one' }),
    role_name: z.string(),
    teams: z.array(z.object({ id: z.string(), name: z.string() })).openapi({ description: 'By name' }),
    joined_at: TimestampSchema,
    last_session_at: TimestampSchema.nullable().openapi({
      description:
        'When they were last seen in a session that is not over; null without one, and for callers with neither members.manage nor audit.read',
    }),
  })
  .openapi('Member');
export type Member = z.infer<typeof MemberSchema>;

export const MemberChangesSchema = z.object({ role: RoleIdSchema }).openapi('MemberChanges');
export type MemberChanges = z.infer<typeof MemberChangesSchema>;

const PATH = '/api/obs/members';
const params = pathParam('user_id');
const lastOwner = problem('The workspace would have no owner');

export const listMembers = defineRoute(['configuration.read', 'members.manage', 'audit.read'], {
  method: 'get',
  path: PATH,
  operationId: 'listMembers',
  summary: 'Who is in the workspace, newest first',
  tags: ['members'],
  request: { query: ControlListQuerySchema },
  responses: { 200: json(pageOf(MemberSchema), 'A page of members') },
});

export const changeMember = defineRoute(['members.manage'], {
  method: 'patch',
  path: `${PATH}/{user_id}`,
  operationId: 'changeMember',
  summary: 'Give a member another role; it holds within a second',
  description: 'Nobody gives what they may not do themselves, or changes somebody who may do more; owners are made and changed by owners only.',
  tags: ['members'],
  request: { params, body: body(MemberChangesSchema) },
  responses: { 200: json(MemberSchema, 'The changed member'), 409: lastOwner },
});

/** Stands before `removeMember`, whose path it would match. */
export const leaveWorkspace = defineRoute('person', {
  method: 'delete',
  path: `${PATH}/me`,
  operationId: 'leaveWorkspace',
  summary: 'Leave the workspace',
  tags: ['members'],
  responses: { 204: { description: 'You are no member any more' }, 409: lastOwner },
});

export const removeMember = defineRoute(['members.manage'], {
  method: 'delete',
  path: `${PATH}/{user_id}`,
  operationId: 'removeMember',
  summary: 'Remove a member; their access ends within a second',
  description: 'What was removed with them stands in the audit log. Keys that they made belong to the workspace and stay.',
  tags: ['members'],
  request: { params },
  responses: { 204: { description: 'They are no member any more' }, 409: lastOwner },
});
