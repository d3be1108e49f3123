import { z } from '@hono/zod-openapi';
import { ALERT_STATUSES, AlertDetailSchema, AlertSchema } from '../alert.ts';
import { SEVERITIES } from '../alertRule.ts';
import { ControlListQuerySchema, pageOf } from '../controlList.ts';
import { TimeSchema } from '../listQuery.ts';
import { longText } from '../plainText.ts';
import { TimestampSchema } from '../trace.ts';
import { body, defineRoute, json, pathParam, problem } from './defineRoute.ts';

const PATH = '/api/obs/alerts';
const params = pathParam('id');
const words = <const T extends readonly [string, ...string[]]>(known: T) =>
  z
    .string()
    .max(200)
    .transform((sent) => sent.split(',').map((word) => word.trim()))
    .pipe(z.array(z.enum(known)))
    .optional()
    .openapi({ type: 'string', description: `${known.join(', ')}; several with commas` });

export const AlertListQuerySchema = ControlListQuerySchema.extend({
  status: words(ALERT_STATUSES),
  severity: words(SEVERITIES),
  rule_id: z.string().max(64).optional(),
  agent_id: z.string().max(1_000).optional(),
  q: z.string().max(200).optional().openapi({ description: 'Part of the message or of the rule’s name, in any case' }),
  from: TimeSchema.optional().openapi({ description: 'Triggered then or later; absent: since ever' }),
  to: TimeSchema.optional(),
});
export type AlertListQuery = z.infer<typeof AlertListQuerySchema>;

export const NotesSchema = z.object({ notes: longText(2_000).optional() }).openapi('AlertNotes');
export const SnoozeSchema = z
  .object({ until: TimestampSchema.refine((text) => !Number.isNaN(Date.parse(text)), 'must be RFC 3339, like 2026-11-20T09:00:00Z') })
  .openapi('AlertSnooze');

const ended = problem('The alert is resolved already');

export const listAlerts = defineRoute(['telemetry.read'], {
  method: 'get',
  path: PATH,
  operationId: 'listAlerts',
  summary: 'The alerts of the workspace, newest first',
  description: 'Alerts about agents that are hidden from the caller are left out.',
  tags: ['alerts'],
  request: { query: AlertListQuerySchema },
  responses: { 200: json(pageOf(AlertSchema), 'A page of alerts') },
});

export const getAlert = defineRoute(['telemetry.read'], {
  method: 'get',
  path: `${PATH}/{id}`,
  operationId: 'getAlert',
  summary: 'One alert, with what has happened to it',
  tags: ['alerts'],
  request: { params },
  responses: { 200: json(AlertDetailSchema, 'The alert') },
});

export const acknowledgeAlert = defineRoute(['alerts.write'], {
  method: 'post',
  path: `${PATH}/{id}/acknowledge`,
  operationId: 'acknowledgeAlert',
  summary: 'Say that somebody looks after it: it is not told again; acknowledging twice changes nothing',
  tags: ['alerts'],
  request: { params, body: { ...body(NotesSchema), required: false } },
  responses: { 200: json(AlertDetailSchema, 'The alert'), 409: ended },
});

export const resolveAlert = defineRoute(['alerts.write'], {
  method: 'post',
  path: `${PATH}/{id}/resolve`,
  operationId: 'resolveAlert',
  summary: 'End it; while the condition holds it opens again only after the cooldown',
  tags: ['alerts'],
  request: { params, body: { ...body(NotesSchema), required: false } },
  responses: { 200: json(AlertDetailSchema, 'The alert'), 409: ended },
});

export const snoozeAlert = defineRoute(['alerts.write'], {
  method: 'post',
  path: `${PATH}/{id}/snooze`,
  operationId: 'snoozeAlert',
  summary: 'Tell nobody of it until then',
  tags: ['alerts'],
  request: { params, body: body(SnoozeSchema) },
  responses: { 200: json(AlertDetailSchema, 'The alert'), 409: ended },
});

const linkParams = pathParam('token', 500);
/** What the link in a message shows of an alert to whoever has it. */
export const LinkedAlertSchema = z
  .object({
    rule_name: z.string(),
    severity: z.enum(SEVERITIES),
    status: z.enum(ALERT_STATUSES),
    message: z.string(),
    triggered_at: TimestampSchema,
    acknowledged_at: TimestampSchema.nullable(),
    acknowledged_by: z.string().nullable(),
  })
  .openapi('LinkedAlert');
export type LinkedAlert = z.infer<typeof LinkedAlertSchema>;

export const getLinkedAlert = defineRoute('everyone', {
  method: 'get',
  path: '/api/obs/alert-links/{token}',
  operationId: 'getLinkedAlert',
  summary: 'The alert of a link in a message; nothing is changed by looking, because mail programs look, too',
  tags: ['alerts'],
  request: { params: linkParams },
  responses: { 200: json(LinkedAlertSchema, 'The alert') },
});

export const acknowledgeByLink = defineRoute('everyone', {
  method: 'post',
  path: '/api/obs/alert-links/{token}/acknowledge',
  operationId: 'acknowledgeByLink',
  summary: 'Acknowledge an alert by the link in a message; it works once',
  tags: ['alerts'],
  request: { params: linkParams },
  responses: { 200: json(LinkedAlertSchema, 'The alert'), 409: problem('Somebody has acknowledged or resolved it already') },
});
