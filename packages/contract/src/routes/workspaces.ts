import { z } from '@hono/zod-openapi';
import { ControlListQuerySchema, pageOf } from '../controlList.ts';
import { PLANS } from '../plan.ts';
import { TimestampSchema } from '../trace.ts';
import { CreatedApiKeySchema, NewApiKeySchema } from './apiKeys.ts';
import { body, defineRoute, json, pathParam, problem } from './defineRoute.ts';

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

const SlugParamSchema = pathParam('slug');

export const WorkspaceChangesSchema = z
  .strictObject({
    slug: SlugSchema.optional().openapi({ description: 'Links and the header X-Workspace name the workspace by it' }),
    name: z.string().trim().min(1).max(100).optional(),
    time_zone: TimeZoneSchema.optional(),
    plan: z.enum(PLANS).optional().openapi({ description: 'Needs instance.manage' }),
  })
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), 'must change something')
  .openapi('WorkspaceChanges');
export type WorkspaceChanges = z.infer<typeof WorkspaceChangesSchema>;

const RowCountsSchema = z.array(z.object({ table: z.string(), rows: z.number().int() }));

/** The end of a workspace: under way, or what became of everything. */
export const WorkspaceDeletionSchema = z
  .object({
    workspace_id: z.string(),
    slug: z.string(),
    name: z.string(),
    state: z.enum(['running', 'done']),
    started_at: TimestampSchema,
    finished_at: TimestampSchema.nullable(),
    requested_by: z.string().nullable().openapi({ description: 'The e-mail of a person or the name of a key' }),
    telemetry_rows: RowCountsSchema.nullable().openapi({ description: 'Rows found in the telemetry store; null until they are counted' }),
    control_rows: RowCountsSchema.nullable().openapi({
      description: 'Rows that went with the workspace in the control database; null until it is done',
    }),
  })
  .openapi('WorkspaceDeletion');
export type WorkspaceDeletion = z.infer<typeof WorkspaceDeletionSchema>;

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
  request: { body: body(NewWorkspaceSchema) },
  responses: { 201: json(WorkspaceSchema, 'The workspace'), 409: conflict },
});

export const getWorkspace = defineRoute(['configuration.read', 'workspace.write', 'instance.manage'], {
  method: 'get',
  path: '/api/obs/workspaces/{slug}',
  operationId: 'getWorkspace',
  summary: 'A workspace that the caller may see',
  tags: ['identity'],
  request: { params: SlugParamSchema },
  responses: { 200: json(WorkspaceSchema, 'The workspace') },
});

export const changeWorkspace = defineRoute(['workspace.write', 'instance.manage'], {
  method: 'patch',
  path: '/api/obs/workspaces/{slug}',
  operationId: 'changeWorkspace',
  summary: 'Rename a workspace, set its time zone or its plan',
  description: 'The plan is set by who manages the instance. It holds within a second on every instance.',
  tags: ['identity'],
  request: { params: SlugParamSchema, body: body(WorkspaceChangesSchema) },
  responses: { 200: json(WorkspaceSchema, 'The workspace as it is now'), 409: conflict },
});

export const deleteWorkspace = defineRoute(['workspace.delete', 'instance.manage'], {
  method: 'delete',
  path: '/api/obs/workspaces/{slug}',
  operationId: 'deleteWorkspace',
  summary: 'Delete a workspace with all that it holds',
  description:
    'From then on nobody can use it: its keys are refused within a second on every instance. Its telemetry is deleted from every table, then its rows of the control database. It goes on after a restart. What was deleted stands in the audit log of the instance.',
  tags: ['identity'],
  request: {
    params: SlugParamSchema,
    query: z.object({ confirm: z.string().max(64).optional().openapi({ description: 'The slug once more; without it nothing is deleted' }) }),
  },
  responses: {
    202: json(WorkspaceDeletionSchema, 'It takes longer than 20 s and goes on: ask /api/obs/workspace-deletions/{workspace_id}'),
    204: { description: 'It is gone' },
    409: problem('It is the last workspace'),
  },
});

export const getWorkspaceDeletion = defineRoute('caller', {
  method: 'get',
  path: '/api/obs/workspace-deletions/{workspace_id}',
  operationId: 'getWorkspaceDeletion',
  summary: 'How far the deletion of a workspace is, and what went',
  description: 'For who asked for it, and for who manages the instance.',
  tags: ['identity'],
  request: {
    params: pathParam('workspace_id'),
  },
  responses: { 200: json(WorkspaceDeletionSchema, 'The deletion') },
});

export const createWorkspaceApiKey = defineRoute(['keys.manage', 'instance.manage'], {
  method: 'post',
  path: '/api/obs/workspaces/{slug}/api-keys',
  operationId: 'createWorkspaceApiKey',
  summary: 'Create an API key in a workspace; it is shown once',
  tags: ['identity'],
  request: {
    params: SlugParamSchema,
    body: body(NewApiKeySchema),
  },
  responses: { 201: json(CreatedApiKeySchema, 'The key, shown this once') },
});
