/** What is needed to tell channels of some alerts of a workspace, and the message that is then owed. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, asc, eq, inArray } from 'drizzle-orm';
import type { ControlTx } from '../../control/connect.ts';
import { alertChannels, alertDeliveries, alertEvents, alertRules, alerts } from '../../control/tables/alerts.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import { createId } from '../../prefixedId.ts';
import type { AlertMessage, MessageAlert } from '../alertMessage.ts';
import { findSilence } from '../silences/silenceHolds.ts';
import { openSilences } from '../silences/silences.ts';
import { type AlertToTell, composeMessage, type PlannedDelivery, type TellingChannel } from './planDeliveries.ts';

export type AlertRow = typeof alerts.$inferSelect;
type ChannelRow = typeof alertChannels.$inferSelect;

export interface Telling {
  workspaceId: WorkspaceId;
  workspace: AlertMessage['workspace'];
  timeZone: string;
  /** All of the workspace, disabled ones too. */
  channels: (TellingChannel & Pick<ChannelRow, 'enabled' | 'repeatMinutes'>)[];
  toTell(row: AlertRow): AlertToTell;
}

export async function readTelling(tx: ControlTx, workspaceId: WorkspaceId, rows: readonly AlertRow[], nowMs: number): Promise<Telling> {
  const [workspace] = await tx.select().from(workspaces).where(eq(workspaces.id, workspaceId));
  const channels = await tx
    .select()
    .from(alertChannels)
    .where(eq(alertChannels.workspaceId, workspaceId))
    .orderBy(asc(alertChannels.createdAt), asc(alertChannels.id));
  const ruleIds = [...new Set(rows.map(({ ruleId }) => ruleId))];
  const rules = await tx
    .select({ id: alertRules.id, rule: alertRules.rule })
    .from(alertRules)
    .where(and(eq(alertRules.workspaceId, workspaceId), inArray(alertRules.id, ruleIds)));
  const ruleById = new Map(rules.map(({ id, rule }) => [id, rule]));
  return {
    workspaceId,
    workspace: { id: workspaceId, slug: workspace?.slug ?? '', name: workspace?.name ?? '' },
    timeZone: workspace?.timeZone ?? 'UTC',
    channels,
    toTell: (row) => {
      const rule = ruleById.get(row.ruleId);
      return { ...messageAlert(row, nowMs), description: rule?.description ?? '', tags: rule?.tags ?? {}, channelIds: rule?.channel_ids ?? [] };
    },
  };
}

function messageAlert(row: AlertRow, nowMs: number): Omit<MessageAlert, 'description' | 'tags'> {
  const isResolved = row.status === 'resolved';
  return {
    alertId: row.id,
    ruleId: row.ruleId,
    ruleName: row.ruleName,
    severity: row.severity,
    status: isResolved ? 'resolved' : 'firing',
    message: row.message,
    labels: row.labels,
    value: row.value,
    threshold: row.threshold,
    details: row.details,
    startsAt: row.createdAt.toISOString(),
    endsAt: isResolved ? (row.resolvedAt ?? new Date(nowMs)).toISOString() : null,
    resolvedBy: row.resolvedBy,
    fingerprint: `${row.ruleId}-${row.fingerprint}`,
  };
}

/** Without those that are snoozed or silenced; the first time that a silence holds one back is noted on it. */
export async function tellable(tx: ControlTx, { workspaceId, timeZone }: Telling, rows: readonly AlertRow[], nowMs: number): Promise<AlertRow[]> {
  if (rows.length === 0) return [];
  const silences = await openSilences(tx, workspaceId, nowMs);
  const told: AlertRow[] = [];
  const heldBack: { row: AlertRow; comment: string }[] = [];
  for (const row of rows) {
    if (row.snoozedUntil !== null && row.snoozedUntil.getTime() > nowMs) continue;
    const silence = findSilence(silences, row, nowMs, timeZone);
    if (silence === undefined) told.push(row);
    else heldBack.push({ row, comment: silence.comment });
  }
  if (heldBack.length > 0) {
    const noted = await tx
      .select({ alertId: alertEvents.alertId })
      .from(alertEvents)
      .where(
        and(
          eq(alertEvents.kind, 'silenced'),
          inArray(
            alertEvents.alertId,
            heldBack.map(({ row }) => row.id),
          ),
        ),
      );
    const known = new Set(noted.map(({ alertId }) => alertId));
    const events = heldBack
      .filter(({ row }) => !known.has(row.id))
      .map(({ row, comment }) => ({
        workspaceId,
        alertId: row.id,
        at: new Date(nowMs),
        kind: 'silenced' as const,
        notes: comment === '' ? null : comment,
      }));
    if (events.length > 0) await tx.insert(alertEvents).values(events);
  }
  return told;
}

export async function owe(tx: ControlTx, telling: Telling, reason: AlertMessage['reason'], delivery: PlannedDelivery, nowMs: number): Promise<void> {
  const channel = telling.channels.find(({ id }) => id === delivery.channelId);
  const at = new Date(nowMs);
  const waitMs = reason === 'triggered' ? (channel?.groupWaitSeconds ?? 0) * 1_000 : 0;
  await tx.insert(alertDeliveries).values({
    id: createId('delivery'),
    workspaceId: telling.workspaceId,
    channelId: delivery.channelId,
    groupKey: delivery.groupKey,
    message: composeMessage(reason, delivery, { channelName: channel?.name ?? '', workspace: telling.workspace, at: at.toISOString() }),
    alertIds: delivery.alerts.map(({ alertId }) => alertId),
    createdAt: at,
    dueAt: new Date(nowMs + waitMs),
  });
}
