import { ALERT_EVENT_KINDS, ALERT_STATUSES } from '@sightglass/contract/alert';
import { CHANNEL_KINDS } from '@sightglass/contract/alertChannel';
import { GROUP_STATES, type NewAlertRule, RULE_KINDS, SEVERITIES } from '@sightglass/contract/alertRule';
import { SILENCE_REPEATS } from '@sightglass/contract/alertSilence';
import { NOTIFICATION_KINDS } from '@sightglass/contract/notification';
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { AlertMessage } from '../../alerts/alertMessage.ts';
import { bytea, createdAt, moment, oneOf } from './columns.ts';
import { workspaces } from './workspaces.ts';

const workspaceId = () =>
  text('workspace_id')
    .notNull()
    .references(() => workspaces.id, { onDelete: 'cascade' });

/**
 * Rules of alerts. `rule` is what people set (`NewAlertRule`), read by its schema; the columns beside it are what the schedule looks for
 * and what it has found. `revision` counts changes of the condition: what was evaluated of an older one is not written.
 */
export const alertRules = pgTable(
  'alert_rules',
  {
    id: text('id').primaryKey(),
    workspaceId: workspaceId(),
    name: text('name').notNull(),
    kind: text('kind', { enum: RULE_KINDS }).notNull(),
    severity: text('severity', { enum: SEVERITIES }).notNull(),
    enabled: boolean('enabled').notNull(),
    rule: jsonb('rule').$type<NewAlertRule>().notNull(),
    /** Name of the built-in rule that it began as. */
    builtin: text('builtin'),
    revision: integer('revision').notNull().default(1),
    createdAt: createdAt(),
    createdBy: text('created_by'),
    updatedAt: moment('updated_at').notNull().defaultNow(),
    /** When it is due; null while it is not enabled. */
    nextEvaluationAt: moment('next_evaluation_at'),
    lastEvaluatedAt: moment('last_evaluated_at'),
    lastError: text('last_error'),
    /** Evaluations in a row that failed. */
    failures: integer('failures').notNull().default(0),
  },
  (table) => [
    uniqueIndex('alert_rules_name').on(table.workspaceId, table.name),
    uniqueIndex('alert_rules_builtin').on(table.workspaceId, table.builtin),
    index('alert_rules_workspace').on(table.workspaceId, table.createdAt, table.id),
    index('alert_rules_due').on(table.nextEvaluationAt),
    check('alert_rules_kind', oneOf('kind', RULE_KINDS)),
    check('alert_rules_severity', oneOf('severity', SEVERITIES)),
  ],
);

/** How far each group of a rule has got; a group without a row is inactive. `fingerprint`: of its labels. */
export const alertGroups = pgTable(
  'alert_groups',
  {
    workspaceId: workspaceId(),
    ruleId: text('rule_id')
      .notNull()
      .references(() => alertRules.id, { onDelete: 'cascade' }),
    fingerprint: text('fingerprint').notNull(),
    labels: jsonb('labels').$type<Record<string, string>>().notNull(),
    state: text('state', { enum: ['inactive', ...GROUP_STATES] }).notNull(),
    /** When it came into this state. */
    since: moment('since').notNull(),
    /** When an alert of it opened last: the cooldown counts from there, so an inactive group is kept that long. */
    triggeredAt: moment('triggered_at'),
    /** The open alert. */
    alertId: text('alert_id'),
  },
  (table) => [primaryKey({ columns: [table.ruleId, table.fingerprint] }), index('alert_groups_workspace').on(table.workspaceId)],
);

/** Alerts stay when their rule is gone. At most one is open for a group, whatever instances do. */
export const alerts = pgTable(
  'alerts',
  {
    id: text('id').primaryKey(),
    workspaceId: workspaceId(),
    ruleId: text('rule_id').notNull(),
    ruleName: text('rule_name').notNull(),
    ruleKind: text('rule_kind').notNull(),
    fingerprint: text('fingerprint').notNull(),
    status: text('status', { enum: ALERT_STATUSES }).notNull(),
    severity: text('severity', { enum: SEVERITIES }).notNull(),
    message: text('message').notNull(),
    value: doublePrecision('value'),
    threshold: doublePrecision('threshold'),
    labels: jsonb('labels').$type<Record<string, string>>().notNull(),
    details: jsonb('details').$type<Record<string, unknown>>().notNull(),
    /** When it was triggered; lists go by it. */
    createdAt: moment('created_at').notNull(),
    acknowledgedAt: moment('acknowledged_at'),
    acknowledgedBy: text('acknowledged_by'),
    snoozedUntil: moment('snoozed_until'),
    resolvedAt: moment('resolved_at'),
    resolvedBy: text('resolved_by'),
    resolutionNotes: text('resolution_notes'),
    /** When the channels were first told; null while nobody was, because it was silenced or snoozed. */
    notifiedAt: moment('notified_at'),
    /** Whether channels that were told that it began have been told that it ended. Null while it is open. */
    endNotified: boolean('end_notified'),
  },
  (table) => [
    uniqueIndex('alerts_open').on(table.ruleId, table.fingerprint).where(sql`status <> 'resolved'`),
    index('alerts_workspace').on(table.workspaceId, table.createdAt, table.id),
    index('alerts_to_tell').on(table.workspaceId).where(sql`status = 'active' OR end_notified = false`),
    check('alerts_status', oneOf('status', ALERT_STATUSES)),
    check('alerts_severity', oneOf('severity', SEVERITIES)),
  ],
);

/** What has happened to an alert. */
export const alertEvents = pgTable(
  'alert_events',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    workspaceId: workspaceId(),
    alertId: text('alert_id')
      .notNull()
      .references(() => alerts.id, { onDelete: 'cascade' }),
    at: moment('at').notNull(),
    kind: text('kind', { enum: ALERT_EVENT_KINDS }).notNull(),
    by: text('by'),
    notes: text('notes'),
  },
  (table) => [index('alert_events_alert').on(table.alertId, table.id), index('alert_events_workspace').on(table.workspaceId)],
);

export const alertSilences = pgTable(
  'alert_silences',
  {
    id: text('id').primaryKey(),
    workspaceId: workspaceId(),
    matchers: jsonb('matchers').$type<Record<string, string>>().notNull(),
    startsAt: moment('starts_at').notNull(),
    endsAt: moment('ends_at').notNull(),
    comment: text('comment').notNull(),
    repeat: text('repeat', { enum: SILENCE_REPEATS }),
    createdAt: createdAt(),
    createdBy: text('created_by'),
  },
  (table) => [index('alert_silences_workspace').on(table.workspaceId, table.createdAt, table.id)],
);

/** Where alerts are sent. `config` without its secrets; these are sealed (`secretBox.ts`, purpose `alert-channels`). */
export const alertChannels = pgTable(
  'alert_channels',
  {
    id: text('id').primaryKey(),
    workspaceId: workspaceId(),
    name: text('name').notNull(),
    kind: text('kind', { enum: CHANNEL_KINDS }).notNull(),
    enabled: boolean('enabled').notNull(),
    allRules: boolean('all_rules').notNull(),
    config: jsonb('config').$type<Record<string, unknown>>().notNull(),
    /** JSON of the secret keys of the config, sealed for `alert_channels/<id>`. */
    secrets: bytea('secrets').notNull(),
    groupBy: jsonb('group_by').$type<string[]>().notNull(),
    groupWaitSeconds: integer('group_wait_seconds').notNull(),
    repeatMinutes: integer('repeat_minutes').notNull(),
    /** Set by the environment of this name at each start, not by people. */
    environment: text('environment'),
    createdAt: createdAt(),
    createdBy: text('created_by'),
    updatedAt: moment('updated_at').notNull().defaultNow(),
    lastSuccessAt: moment('last_success_at'),
    lastFailureAt: moment('last_failure_at'),
    lastError: text('last_error'),
  },
  (table) => [
    uniqueIndex('alert_channels_name').on(table.workspaceId, table.name),
    index('alert_channels_workspace').on(table.workspaceId, table.createdAt, table.id),
    check('alert_channels_kind', oneOf('kind', CHANNEL_KINDS)),
  ],
);

/**
 * One message to one channel, from when it is owed until it has arrived or is given up. Those of one `groupKey` are sent in the order
 * in which they were made. Whoever sends one holds it until `heldUntil`.
 */
export const alertDeliveries = pgTable(
  'alert_deliveries',
  {
    id: text('id').primaryKey(),
    workspaceId: workspaceId(),
    channelId: text('channel_id').notNull(),
    groupKey: text('group_key').notNull(),
    /** Ascending: the order of sending. */
    seq: bigint('seq', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    message: jsonb('message').$type<AlertMessage>().notNull(),
    alertIds: text('alert_ids').array().notNull(),
    state: text('state', { enum: ['waiting', 'sent', 'failed', 'dropped'] })
      .notNull()
      .default('waiting'),
    attempts: integer('attempts').notNull().default(0),
    createdAt: moment('created_at').notNull(),
    dueAt: moment('due_at').notNull(),
    heldUntil: moment('held_until'),
    finishedAt: moment('finished_at'),
  },
  (table) => [
    foreignKey({ columns: [table.channelId], foreignColumns: [alertChannels.id], name: 'alert_deliveries_channel' }).onDelete('cascade'),
    index('alert_deliveries_due').on(table.dueAt).where(sql`state = 'waiting'`),
    index('alert_deliveries_order').on(table.channelId, table.groupKey, table.seq).where(sql`state = 'waiting'`),
    index('alert_deliveries_workspace').on(table.workspaceId, table.createdAt),
  ],
);

/** Every attempt to send a message, kept with what the channel was called when it was made. */
export const alertAttempts = pgTable(
  'alert_attempts',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    workspaceId: workspaceId(),
    deliveryId: text('delivery_id').notNull(),
    alertIds: text('alert_ids').array().notNull(),
    channelId: text('channel_id').notNull(),
    channelName: text('channel_name').notNull(),
    kind: text('kind', { enum: CHANNEL_KINDS }).notNull(),
    attempt: integer('attempt').notNull(),
    sentAt: moment('sent_at').notNull(),
    success: boolean('success').notNull(),
    error: text('error'),
  },
  (table) => [index('alert_attempts_alerts').using('gin', table.alertIds), index('alert_attempts_workspace').on(table.workspaceId, table.sentAt)],
);

/** The list inside Sightglass: the same for everybody in the workspace who may see it. */
export const notifications = pgTable(
  'notifications',
  {
    id: text('id').primaryKey(),
    workspaceId: workspaceId(),
    kind: text('kind', { enum: NOTIFICATION_KINDS }).notNull(),
    severity: text('severity', { enum: SEVERITIES }).notNull(),
    title: text('title').notNull(),
    message: text('message').notNull(),
    /** Whom it is about, so that it is kept from those who may not see the agent. */
    agentId: text('agent_id'),
    alertId: text('alert_id'),
    ruleId: text('rule_id'),
    channelId: text('channel_id'),
    createdAt: createdAt(),
  },
  (table) => [index('notifications_workspace').on(table.workspaceId, table.createdAt, table.id)],
);

/** What somebody has read: single ones, and everything up to a moment. `readerId`: of a user or a key. */
export const notificationReads = pgTable(
  'notification_reads',
  {
    workspaceId: workspaceId(),
    readerId: text('reader_id').notNull(),
    notificationId: text('notification_id')
      .notNull()
      .references(() => notifications.id, { onDelete: 'cascade' }),
    readAt: moment('read_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.readerId, table.notificationId] }),
    index('notification_reads_of').on(table.notificationId),
  ],
);

export const notificationMarks = pgTable(
  'notification_marks',
  {
    workspaceId: workspaceId(),
    readerId: text('reader_id').notNull(),
    /** Everything that was made until then is read. */
    readUntil: moment('read_until').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.readerId] })],
);
