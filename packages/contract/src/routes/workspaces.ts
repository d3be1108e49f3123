import { z } from '@hono/zod-openapi';
import { ControlListQuerySchema, pageOf } from '../controlList.ts';
import { TimestampSchema } from '../trace.ts';
import { CreatedApiKeySchema, NewApiKeySchema } from './apiKeys.ts';
import { defineRoute, json, ProblemSchema } from './defineRoute.ts';

export const PLANS = ['free', 'pro', 'team', 'business', 'enterprise'] as const;

/** A workspace's name in URLs and headers. */
export const SlugSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be 1–63 of a-z, 0-9 and -, and neither begin nor end with -')
  .openapi({ example: 'acme' });

/** True for a zone that this program can reckon in: an IANA name such as `Europe/Vienna`, or `UTC`. */
function isTimeZone(name: string): boolean {
  try {
    const { timeZone } = Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return !/^[+-]/.test(timeZone);
  } catch {
    return false;
  }
}
export const TimeZoneSchema = z.string().max(64).refine(isTimeZone, 'must be an IANA time zone such as Europe/Vienna').openapi({ example: 'UTC' });

export const NewWorkspaceSchema = z
  .object({
    slug: SlugSchema,
    name: z.string().trim().min(1).max(100),
    plan: z.enum(PLANS).default('free'),
    time_zone: TimeZoneSchema.default('UTC').openapi({ description: 'In which its days begin' }),
  })
  .openapi('NewWorkspace');
export type NewWorkspace = z.infer<typeof NewWorkspaceSchema>;

export const WorkspaceSchema = z
  .object({
    id: z.string().openapi({ example: 'wsp_0k3v…' }),
    slug: z.string(),
    name: z.string(),
    plan: z.enum(PLANS),
    time_zone: z.string(),
    created_at: TimestampSchema,
  })
  .openapi('Workspace');
export type Workspace = z.infer<typeof WorkspaceSchema>;

const conflict = { description: 'The slug is taken', content: { 'application/problem+json': { schema: ProblemSchema } } };

export const listWorkspaces = defineRoute(['read', 'admin', 'instance'], {
  method: 'get',
  path: '/api/obs/workspaces',
  operationId: 'listWorkspaces',
  summary: 'The workspaces that the caller may see, newest first',
  tags: ['identity'],
  request: { query: ControlListQuerySchema },
  responses: { 200: json(pageOf(WorkspaceSchema), 'A page of workspaces') },
});

export const createWorkspace = defineRoute(['instance'], {
  method: 'post',
  path: '/api/obs/workspaces',
  operationId: 'createWorkspace',
  summary: 'Create a workspace',
  tags: ['identity'],
  request: { body: { required: true, content: { 'application/json': { schema: NewWorkspaceSchema } } } },
  responses: { 201: json(WorkspaceSchema, 'The workspace'), 409: conflict },
});

export const createWorkspaceApiKey = defineRoute(['admin', 'instance'], {
  method: 'post',
  path: '/api/obs/workspaces/{slug}/api-keys',
  operationId: 'createWorkspaceApiKey',
  summary: 'Create an API key in a workspace; it is shown once',
  tags: ['identity'],
  request: {
    params: z.object({
      slug: z
        .string()
        .max(64)
        .openapi({ param: { name: 'slug', in: 'path' } }),
    }),
    body: { required: true, content: { 'application/json': { schema: NewApiKeySchema } } },
  },
  responses: { 201: json(CreatedApiKeySchema, 'The key, shown this once') },
});
