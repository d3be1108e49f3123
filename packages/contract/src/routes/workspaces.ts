import { z } from '@hono/zod-openapi';
import { ControlListQuerySchema, pageOf } from '../controlList.ts';
import { TimestampSchema } from '../trace.ts';
import { CreatedApiKeySchema, NewApiKeySchema } from './apiKeys.ts';
import { defineRoute, json, problem } from './defineRoute.ts';

export const PLANS = ['free', 'pro', 'team', 'business', 'enterprise'] as const;

/** What a plan may do without, once the instance owner says so. */
export const PLAN_FEATURES = ['health', 'forecast', 'recommendations', 'anomalies', 'sql', 'governance', 'single_sign_on', 'audit_export'] as const;
export type PlanFeature = (typeof PLAN_FEATURES)[number];

/** What a plan gives. Whatever is absent is not limited. */
export const PlanLimitsSchema = z
  .object({
    retention_days: z.number().int().min(1).max(3_650).optional().openapi({ description: 'Of telemetry; absent: as the plan has it by default' }),
    requests_per_minute: z.number().int().min(1).max(10_000_000).optional().openapi({ description: 'Of all keys of the workspace together' }),
    items_per_second: z.number().int().min(1).max(1_000_000_000).optional().openapi({ description: 'Spans, log records, data points and events' }),
    bytes_per_second: z.number().int().min(1).max(100_000_000_000).optional(),
    features_off: z.array(z.enum(PLAN_FEATURES)).max(PLAN_FEATURES.length).default([]),
  })
  .openapi('PlanLimits');
export type PlanLimits = z.infer<typeof PlanLimitsSchema>;

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

const conflict = problem('The slug is taken');

export const listWorkspaces = defineRoute(['configuration.read', 'workspace.write', 'instance.manage'], {
  method: 'get',
  path: '/api/obs/workspaces',
  operationId: 'listWorkspaces',
  summary: 'The workspaces that the caller may see, newest first',
  tags: ['identity'],
  request: { query: ControlListQuerySchema },
  responses: { 200: json(pageOf(WorkspaceSchema), 'A page of workspaces') },
});

export const createWorkspace = defineRoute(['instance.manage'], {
  method: 'post',
  path: '/api/obs/workspaces',
  operationId: 'createWorkspace',
  summary: 'Create a workspace',
  tags: ['identity'],
  request: { body: { required: true, content: { 'application/json': { schema: NewWorkspaceSchema } } } },
  responses: { 201: json(WorkspaceSchema, 'The workspace'), 409: conflict },
});

export const createWorkspaceApiKey = defineRoute(['keys.manage', 'instance.manage'], {
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
