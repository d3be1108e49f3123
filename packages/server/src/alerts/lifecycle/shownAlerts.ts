/** Rows of alerts as the API shows them: with the attempts to tell somebody, and whether a silence holds now. */
import { type Alert, type AlertEvent, type AlertNotification, AlertNotificationSchema } from '@sightglass/contract/alert';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import { and, desc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ControlTx } from '../../control/connect.ts';
import { queryRows } from '../../control/rows.ts';
import { alertEvents, type alerts } from '../../control/tables/alerts.ts';
import { findSilence } from '../silences/silenceHolds.ts';
import { openSilences, silenceTimeZone } from '../silences/silences.ts';

export type AlertRow = typeof alerts.$inferSelect;

/** The last of them: a receiver that was away for a day was tried about 300 times. */
export const ATTEMPTS_SHOWN_MAX = 50;
const EVENTS_SHOWN_MAX = 1_000;
/** Messages are tried for a day, after those before them. */
const TOLD_AFTER_MS_MAX = 3 * 86_400_000;
/** Instances that evaluate and send may have clocks that differ. */
const CLOCKS_APART_MS = 600_000;

export async function shownAlerts(tx: ControlTx, workspaceId: WorkspaceId, rows: readonly AlertRow[], nowMs: number): Promise<Alert[]> {
  if (rows.length === 0) return [];
  const attempts = await readAttempts(tx, workspaceId, rows);
  const silences = await openSilences(tx, workspaceId, nowMs);
  const timeZone = silences.length === 0 ? 'UTC' : await silenceTimeZone(tx, workspaceId);
  return rows.map((row) => ({
    id: row.id,
    rule_id: row.ruleId,
    rule_name: row.ruleName,
    rule_kind: row.ruleKind,
    status: row.status,
    severity: row.severity,
    message: row.message,
    value: row.value,
    threshold: row.threshold,
    labels: row.labels,
    details: row.details,
    triggered_at: row.createdAt.toISOString(),
    acknowledged_at: row.acknowledgedAt?.toISOString() ?? null,
    acknowledged_by: row.acknowledgedBy,
    snoozed_until: row.snoozedUntil?.toISOString() ?? null,
    // Of what has ended nobody would be told anyway.
    silenced: row.status !== 'resolved' && findSilence(silences, row, nowMs, timeZone) !== undefined,
    resolved_at: row.resolvedAt?.toISOString() ?? null,
    resolved_by: row.resolvedBy,
    resolution_notes: row.resolutionNotes,
    notifications: attempts.get(row.id) ?? [],
  }));
}

const AttemptRowSchema = AlertNotificationSchema.omit({ sent_at: true }).extend({ alert_id: z.string(), sent_ms: z.coerce.number() });

/**
 * The last attempts for each alert, oldest first. Found by when they can have been: row-level security keeps PostgreSQL from an index of
 * `alert_ids`, because comparing arrays is not known to keep secrets.
 */
async function readAttempts(tx: ControlTx, workspaceId: WorkspaceId, alerts: readonly AlertRow[]): Promise<Map<string, AlertNotification[]>> {
  const { from, to } = attemptTimes(alerts);
  const ids = alerts.map(({ id }) => id);
  const rows = await queryRows(
    tx,
    sql`SELECT alert_id, channel_id, channel_name, kind, attempt, sent_ms, success, error FROM (
      SELECT told.alert_id, id, channel_id, channel_name, kind, attempt, floor(extract(epoch FROM sent_at) * 1000) AS sent_ms, success, error,
        row_number() OVER (PARTITION BY told.alert_id ORDER BY id DESC) AS place
      FROM alert_attempts CROSS JOIN LATERAL unnest(alert_ids) AS told(alert_id)
      WHERE workspace_id = ${workspaceId} AND sent_at >= ${from}::timestamptz AND sent_at <= ${to}::timestamptz
        AND told.alert_id = ANY(${sql.param(ids)}::text[])
    ) AS attempts WHERE place <= ${ATTEMPTS_SHOWN_MAX} ORDER BY id`,
    AttemptRowSchema,
  );
  const byAlert = new Map<string, AlertNotification[]>();
  for (const { alert_id, sent_ms, ...attempt } of rows) {
    const told = byAlert.get(alert_id) ?? [];
    told.push({ ...attempt, sent_at: formatTimestamp(BigInt(sent_ms) * 1_000_000n) });
    byAlert.set(alert_id, told);
  }
  return byAlert;
}

/** From when the first of them was triggered until nobody tries any more to tell that the last one has ended. */
function attemptTimes(alerts: readonly AlertRow[]): { from: string; to: string } {
  const fromMs = Math.min(...alerts.map(({ createdAt }) => createdAt.getTime())) - CLOCKS_APART_MS;
  const toMs = alerts.map(({ resolvedAt }) => (resolvedAt === null ? Number.POSITIVE_INFINITY : resolvedAt.getTime() + TOLD_AFTER_MS_MAX));
  const lastMs = Math.max(...toMs);
  return { from: new Date(fromMs).toISOString(), to: lastMs === Number.POSITIVE_INFINITY ? 'infinity' : new Date(lastMs).toISOString() };
}

/** What has happened to an alert, oldest first; of very many the last ones. */
export async function readTimeline(tx: ControlTx, workspaceId: WorkspaceId, alertId: string): Promise<AlertEvent[]> {
  const rows = await tx
    .select()
    .from(alertEvents)
    .where(and(eq(alertEvents.workspaceId, workspaceId), eq(alertEvents.alertId, alertId)))
    .orderBy(desc(alertEvents.id))
    .limit(EVENTS_SHOWN_MAX);
  return rows.reverse().map(({ at, kind, by, notes }) => ({ at: at.toISOString(), kind, by, notes }));
}
