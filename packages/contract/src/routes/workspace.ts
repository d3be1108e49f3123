import { z } from '@hono/zod-openapi';
import { TimestampSchema } from '../trace.ts';
import { PERMISSION_NAMES, SCOPES } from '../permissions.ts';
import { defineRoute, json } from './defineRoute.ts';

export const MeSchema = z
  .object({
    /** Null for an API key. */
    user: z.object({ id: z.string(), email: z.string(), name: z.string() }).nullable(),
    workspace: z.object({ id: z.string(), slug: z.string(), name: z.string(), time_zone: z.string() }),
    workspaces: z.array(z.object({ id: z.string(), slug: z.string(), name: z.string() })),
    scopes: z.array(z.enum(SCOPES)).openapi({ description: 'Those all of whose permissions the caller has' }),
    permissions: z.array(z.enum(PERMISSION_NAMES)),
    auth_mode: z.enum(['local', 'required']),
    version: z.string(),
  })
  .openapi('Me');
export type Me = z.infer<typeof MeSchema>;

export const getMe = defineRoute('caller', {
  method: 'get',
  path: '/api/obs/me',
  operationId: 'getMe',
  summary: 'Who is asking, and in which workspace',
  tags: ['identity'],
  responses: { 200: json(MeSchema, 'The caller') },
});

/** What the first-run page waits for. Keyed on the stored time of the first trace, not on a row count. */
export const FirstTraceSchema = z
  .object({
    /** When the workspace's first span was received; null while it waits. */
    first_trace_at: TimestampSchema.nullable(),
    /** The newest trace received since the program started: lets a check ask for one newer than its own start. */
    last_trace: z.object({ trace_id: z.string(), received_at: TimestampSchema }).nullable(),
    /** Requests of the last hour that were refused, newest first, so that the page can say why nothing arrives. */
    refusals: z.array(
      z.object({ at: TimestampSchema, path: z.string(), status: z.number().int(), code: z.string(), message: z.string(), count: z.number().int() }),
    ),
    endpoint: z.object({ http: z.string(), grpc: z.string().nullable(), key_needed: z.boolean() }),
  })
  .openapi('FirstTrace');
export type FirstTrace = z.infer<typeof FirstTraceSchema>;

export const getFirstTrace = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/first-trace',
  operationId: 'getFirstTrace',
  summary: 'Whether telemetry has arrived, and why it was refused if it was',
  tags: ['ingest'],
  responses: { 200: json(FirstTraceSchema, 'The state of the first run') },
});
