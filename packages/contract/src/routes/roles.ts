import { z } from '@hono/zod-openapi';
import { BUILT_IN_ROLES, GRANTABLE_PERMISSIONS, PERMISSION_NAMES } from '../permissions.ts';
import { plainText } from '../plainText.ts';
import { TimestampSchema } from '../trace.ts';
import { body, defineRoute, json, pathParam, problem } from './defineRoute.ts';

/** A workspace may have as many roles of its own; more could not be told apart. */
export const CUSTOM_ROLES_MAX = 50;

/** A built-in role by its name, a custom one by its id. */
export const RoleIdSchema = z
  .union([z.enum(BUILT_IN_ROLES), z.string().regex(/^rol_[0-9a-z]{1,60}$/)], {
    error: `must be ${BUILT_IN_ROLES.join(', ')} or the id of a custom role`,
  })
  .openapi('RoleId', { type: 'string', example: 'editor' });
export type RoleId = z.infer<typeof RoleIdSchema>;

const name = plainText(60)
  .min(1, 'is needed')
  .refine((text) => !(BUILT_IN_ROLES as readonly string[]).includes(text.toLowerCase()), 'is the name of a built-in role');

export const NewRoleSchema = z
  .object({
    name: name.openapi({ example: 'Cost controller', description: 'Unique in the workspace' }),
    description: plainText(300).default(''),
    permissions: z
      .array(z.enum(GRANTABLE_PERMISSIONS))
      .min(1, 'must have at least one')
      .max(GRANTABLE_PERMISSIONS.length)
      .openapi({ description: 'Whoever makes the role must have all of them' }),
  })
  .openapi('NewRole');
export type NewRole = z.infer<typeof NewRoleSchema>;

export const RoleSchema = z
  .object({
    id: z.string().openapi({ description: 'The name of a built-in role, else `rol_…`' }),
    name: z.string(),
    description: z.string(),
    built_in: z.boolean(),
    permissions: z.array(z.enum(PERMISSION_NAMES)),
    members: z.number().int().openapi({ description: 'How many hold it' }),
    /** Null for built-in roles. */
    created_at: TimestampSchema.nullable(),
  })
  .openapi('Role');
export type Role = z.infer<typeof RoleSchema>;

/** What is absent stays. */
export const RoleChangesSchema = z
  .object({
    name: name.optional(),
    description: plainText(300).optional(),
    permissions: NewRoleSchema.shape.permissions.optional(),
  })
  .openapi('RoleChanges');
export type RoleChanges = z.infer<typeof RoleChangesSchema>;

const PATH = '/api/obs/roles';
const params = pathParam('id');
const taken = problem('A role of the workspace has this name, or it has as many roles as it may');

export const listRoles = defineRoute(['configuration.read', 'members.manage', 'audit.read'], {
  method: 'get',
  path: PATH,
  operationId: 'listRoles',
  summary: 'The built-in roles, then those of the workspace by name, each with its permissions',
  tags: ['members'],
  responses: { 200: json(z.object({ items: z.array(RoleSchema), next_cursor: z.null() }), 'All roles') },
});

export const createRole = defineRoute(['members.manage'], {
  method: 'post',
  path: PATH,
  operationId: 'createRole',
  summary: 'Create a role of the workspace’s own',
  tags: ['members'],
  request: { body: body(NewRoleSchema) },
  responses: { 201: json(RoleSchema, 'The role'), 409: taken },
});

export const changeRole = defineRoute(['members.manage'], {
  method: 'patch',
  path: `${PATH}/{id}`,
  operationId: 'changeRole',
  summary: 'Change a custom role; its holders have what it says within a second',
  tags: ['members'],
  request: { params, body: body(RoleChangesSchema) },
  responses: { 200: json(RoleSchema, 'The changed role'), 409: problem('The name is taken, or the role is a built-in one') },
});

export const deleteRole = defineRoute(['members.manage'], {
  method: 'delete',
  path: `${PATH}/{id}`,
  operationId: 'deleteRole',
  summary: 'Delete a custom role that nobody holds',
  tags: ['members'],
  request: { params },
  responses: { 204: { description: 'It is gone' }, 409: problem('Members or open invitations hold it, or the role is a built-in one') },
});
