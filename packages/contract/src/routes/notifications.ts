import { z } from '@hono/zod-openapi';
import { ControlListQuerySchema, pageOf } from '../controlList.ts';
import { NotificationSchema } from '../notification.ts';
import { defineRoute, json } from './defineRoute.ts';

const PATH = '/api/obs/notifications';

export const NotificationListQuerySchema = ControlListQuerySchema.extend({ unread: z.enum(['true']).optional() });
export type NotificationListQuery = z.infer<typeof NotificationListQuerySchema>;

export const NotificationPageSchema = pageOf(NotificationSchema).extend({ unread: z.number().int() }).openapi('NotificationPage');
export type NotificationPage = z.infer<typeof NotificationPageSchema>;

export const listNotifications = defineRoute(['telemetry.read'], {
  method: 'get',
  path: PATH,
  operationId: 'listNotifications',
  summary: 'What there is to know, newest first, and how much of it the caller has not read',
  description: 'Kept for 90 days. What is read is remembered for each person, and for each key by itself.',
  tags: ['alerts'],
  request: { query: NotificationListQuerySchema },
  responses: { 200: json(NotificationPageSchema, 'A page of notifications') },
});

export const ReadNotificationsSchema = z
  .object({ ids: z.array(z.string().max(64)).max(500).optional().openapi({ description: 'Absent: all of them' }) })
  .openapi('ReadNotifications');

export const readNotifications = defineRoute(['telemetry.read'], {
  method: 'post',
  path: `${PATH}/read`,
  operationId: 'readNotifications',
  summary: 'Mark notifications as read by the caller',
  tags: ['alerts'],
  request: { body: { required: false, content: { 'application/json': { schema: ReadNotificationsSchema } } } },
  responses: { 200: json(z.object({ unread: z.number().int() }), 'How many are unread now') },
});
