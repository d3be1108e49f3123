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

export async function shownAlerts(tx: ControlTx, workspaceId: WorkspaceId, rows: readonly AlertRow[], nowMs: number): Promise<Alert[]> {
  if (rows.length === 0) return [];
  const attempts = await readAttempts(
    tx,
    workspaceId,
    rows.map(({ id }) => id),
  );
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

/** The last attempts for each alert, oldest first. */
async function readAttempts(tx: ControlTx, workspaceId: WorkspaceId, alertIds: readonly string[]): Promise<Map<string, AlertNotification[]>> {
  const rows = await queryRows(
    tx,
    sql`SELECT told.id AS alert_id, attempts.* FROM unnest(${sql.param([...alertIds])}::text[]) AS told(id) CROSS JOIN LATERAL (
      SELECT channel_id, channel_name, kind, attempt, floor(extract(epoch FROM sent_at) * 1000) AS sent_ms, success, error
      FROM alert_attempts WHERE workspace_id = ${workspaceId} AND alert_ids @> ARRAY[told.id] ORDER BY id DESC LIMIT ${ATTEMPTS_SHOWN_MAX}
    ) AS attempts`,
    AttemptRowSchema,
  );
  const byAlert = new Map<string, AlertNotification[]>();
  for (const { alert_id, sent_ms, ...attempt } of rows) {
    const told = byAlert.get(alert_id) ?? [];
    told.unshift({ ...attempt, sent_at: formatTimestamp(BigInt(sent_ms) * 1_000_000n) });
    byAlert.set(alert_id, told);
  }
  return byAlert;
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
