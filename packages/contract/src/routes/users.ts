import { z } from '@hono/zod-openapi';
import { ListQuerySchema, TimeSchema } from '../listQuery.ts';
import { UserDetailSchema, UserSchema } from '../user.ts';
import { defineRoute, json, pathParam } from './defineRoute.ts';

const filter = z.string().max(500).optional();
const usd = z
  .string()
  .regex(/^\d+(\.\d{1,12})?$/, 'must be a decimal of dollars')
  .optional();

const KEYS = ['last_at', 'cost', 'tokens', 'runs', 'sessions', 'calls', 'errors'] as const;
export const USER_SORTS = KEYS.flatMap((key) => [key, `-${key}`] as const);
export type UserSort = (typeof KEYS)[number] | `-${(typeof KEYS)[number]}`;

/** A filter matches a user when any of the user's spans matches; values with commas mean any of them. */
export const UserListQuerySchema = ListQuerySchema.extend({
  user_id: filter,
  agent_id: filter,
  department: filter,
  environment: filter,
  model: filter,
  min_cost_usd: usd,
  min_errors: z.coerce.number().int().nonnegative().optional(),
  q: z.string().min(1).max(200).optional().openapi({ description: 'Case-insensitive substring of user id, e-mail address or department' }),
  sort: z.enum(USER_SORTS).default('-last_at').openapi({ description: 'A leading minus means descending' }),
});
export type UserListQuery = z.infer<typeof UserListQuerySchema>;

export const listUsers = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/users',
  operationId: 'listUsers',
  summary: 'List users that telemetry names in the range, the one heard of last first',
  tags: ['users'],
  request: { query: UserListQuerySchema },
  responses: { 200: json(z.object({ items: z.array(UserSchema), next_cursor: z.string().nullable() }), 'A page of users') },
});

export const getUser = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/users/{user_id}',
  operationId: 'getUser',
  summary: 'One user with the agents and models that worked for them',
  tags: ['users'],
  request: {
    params: pathParam('user_id', 2_000),
    query: z.object({ from: TimeSchema.default('now-30d'), to: TimeSchema.default('now') }),
  },
  responses: { 200: json(UserDetailSchema, 'The user') },
});
