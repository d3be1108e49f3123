/** An alert: that the condition of a rule held for one group, from when to when, and who has done what about it. */
import { z } from '@hono/zod-openapi';
import { SEVERITIES } from './alertRule.ts';
import { CHANNEL_KINDS } from './alertChannel.ts';
import { TimestampSchema } from './trace.ts';

export const ALERT_STATUSES = ['active', 'acknowledged', 'resolved'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

/** What can happen to an alert, oldest to newest in its timeline. */
export const ALERT_EVENT_KINDS = [
  'triggered',
  'severity_changed',
  'acknowledged',
  'snoozed',
  'silenced',
  'keep_firing',
  'no_data',
  'notified',
  'resolved',
] as const;
export type AlertEventKind = (typeof ALERT_EVENT_KINDS)[number];

export const AlertEventSchema = z
  .object({
    at: TimestampSchema,
    kind: z.enum(ALERT_EVENT_KINDS),
    by: z.string().nullable().openapi({ description: 'Who did it, as they were called then; null: the program' }),
    notes: z.string().nullable(),
  })
  .openapi('AlertEvent');
export type AlertEvent = z.infer<typeof AlertEventSchema>;

/** One attempt to tell a channel. */
export const AlertNotificationSchema = z
  .object({
    channel_id: z.string(),
    channel_name: z.string(),
    kind: z.enum(CHANNEL_KINDS),
    attempt: z.number().int(),
    sent_at: TimestampSchema,
    success: z.boolean(),
    error: z.string().nullable(),
  })
  .openapi('AlertNotification');
export type AlertNotification = z.infer<typeof AlertNotificationSchema>;

export const AlertSchema = z
  .object({
    id: z.string().openapi({ example: 'alr_0k3v…' }),
    rule_id: z.string(),
    rule_name: z.string(),
    rule_kind: z.string(),
    status: z.enum(ALERT_STATUSES),
    severity: z.enum(SEVERITIES),
    message: z.string(),
    value: z.number().nullable().openapi({ description: 'As last evaluated' }),
    threshold: z.number().nullable(),
    labels: z.record(z.string(), z.string()),
    details: z.record(z.string(), z.unknown()),
    triggered_at: TimestampSchema,
    acknowledged_at: TimestampSchema.nullable(),
    acknowledged_by: z.string().nullable(),
    snoozed_until: TimestampSchema.nullable(),
    silenced: z.boolean().openapi({ description: 'Whether a silence or maintenance window holds for it now' }),
    resolved_at: TimestampSchema.nullable(),
    resolved_by: z.string().nullable().openapi({ description: 'Null while open, and when it ended by itself' }),
    resolution_notes: z.string().nullable(),
    notifications: z.array(AlertNotificationSchema),
  })
  .openapi('Alert');
export type Alert = z.infer<typeof AlertSchema>;

/** With what has happened to it. */
export const AlertDetailSchema = AlertSchema.extend({ timeline: z.array(AlertEventSchema) }).openapi('AlertDetail');
export type AlertDetail = z.infer<typeof AlertDetailSchema>;
