/** What a person is told inside Sightglass: a list that is kept, with what they have not read. */
import { z } from '@hono/zod-openapi';
import { SEVERITIES } from './alertRule.ts';
import { TimestampSchema } from './trace.ts';

export const NOTIFICATION_KINDS = ['alert_triggered', 'alert_resolved', 'evaluation_failed', 'evaluation_stalled', 'channel_failed'] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

export const NotificationSchema = z
  .object({
    id: z.string().openapi({ example: 'ntf_0k3v…' }),
    kind: z.enum(NOTIFICATION_KINDS),
    severity: z.enum(SEVERITIES),
    title: z.string(),
    message: z.string(),
    alert_id: z.string().nullable(),
    rule_id: z.string().nullable(),
    channel_id: z.string().nullable(),
    created_at: TimestampSchema,
    read_at: TimestampSchema.nullable(),
  })
  .openapi('Notification');
export type Notification = z.infer<typeof NotificationSchema>;
