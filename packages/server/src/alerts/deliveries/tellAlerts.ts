/**
 * Turns alerts that nobody was told of, or of whose end nobody was told, into messages that are owed to channels, in the transaction that
 * notes that they were: each is owed exactly once, whatever dies when. What is silenced or snoozed waits here and is told when that ends.
 */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, arrayOverlaps, asc, eq, gt, gte, inArray, isNull, or, type SQL } from 'drizzle-orm';
import { SYSTEM_ACTOR } from '../../access/caller.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { alertDeliveries, alerts } from '../../control/tables/alerts.ts';
import { notify } from '../../notifications/notifications.ts';
import { ok } from '../../result.ts';
import { planDeliveries, type PlannedDelivery, withAlerts } from './planDeliveries.ts';
import { repeatAlerts } from './repeatAlerts.ts';
import { type AlertRow, owe, readTelling, type Telling, tellable } from './telling.ts';

const ALERTS_AT_ONCE = 1_000;
/** A channel may wait for so long (`group_wait_seconds`). */
const GROUP_WAIT_MS_MAX = 3_600_000;

type Control = Pick<ControlConnection, 'ofWorkspace' | 'instanceDb'>;

const TO_TELL = or(and(eq(alerts.status, 'active'), isNull(alerts.notifiedAt)), eq(alerts.endNotified, false));

/** Of every workspace; answers how many messages are owed now that were not before. */
export async function tellAlerts(control: Control, nowMs: number): Promise<number> {
  const rows = await control.instanceDb.selectDistinct({ workspaceId: alerts.workspaceId }).from(alerts).where(TO_TELL);
  let owed = 0;
  for (const { workspaceId } of rows) owed += await tellOfWorkspace(control, workspaceId as WorkspaceId, nowMs);
  return owed + (await repeatAlerts(control, nowMs));
}

async function tellOfWorkspace(control: Control, workspaceId: WorkspaceId, nowMs: number): Promise<number> {
  const told = await control.ofWorkspace(workspaceId).change(SYSTEM_ACTOR, async (tx) => {
    const rows = await tx
      .select()
      .from(alerts)
      .where(and(eq(alerts.workspaceId, workspaceId), TO_TELL))
      .orderBy(asc(alerts.createdAt), asc(alerts.id))
      .limit(ALERTS_AT_ONCE)
      .for('update', { skipLocked: true });
    if (rows.length === 0) return ok(0);
    const telling = await readTelling(tx, workspaceId, rows, nowMs);
    const begun = await tellable(
      tx,
      telling,
      rows.filter(({ status }) => status === 'active'),
      nowMs,
    );
    const ended = rows.filter(({ status }) => status === 'resolved');
    const owed = (await oweBegun(tx, telling, begun, nowMs)) + (await oweEnded(tx, telling, ended, nowMs));
    await notify(
      tx,
      workspaceId,
      [...begun, ...ended].map((row) => ({
        kind: row.status === 'resolved' ? ('alert_resolved' as const) : ('alert_triggered' as const),
        severity: row.severity,
        title: row.ruleName,
        message: row.message,
        agentId: row.labels.agent_id ?? null,
        alertId: row.id,
        ruleId: row.ruleId,
        channelId: null,
        at: new Date(nowMs),
      })),
    );
    if (begun.length > 0)
      await tx
        .update(alerts)
        .set({ notifiedAt: new Date(nowMs) })
        .where(isOneOf(workspaceId, begun));
    if (ended.length > 0) await tx.update(alerts).set({ endNotified: true }).where(isOneOf(workspaceId, ended));
    return ok(owed);
  });
  if (!told.ok) throw new Error(told.error.detail);
  return told.value;
}

const isOneOf = (workspaceId: WorkspaceId, rows: readonly AlertRow[]) =>
  and(
    eq(alerts.workspaceId, workspaceId),
    inArray(
      alerts.id,
      rows.map(({ id }) => id),
    ),
  );

async function oweBegun(tx: ControlTx, telling: Telling, rows: readonly AlertRow[], nowMs: number): Promise<number> {
  const channels = telling.channels.filter(({ enabled }) => enabled);
  const planned = planDeliveries(channels, rows.map(telling.toTell));
  let owed = 0;
  for (const delivery of planned) {
    if (await joinWaiting(tx, telling.workspaceId, delivery, nowMs)) continue;
    await owe(tx, telling, 'triggered', delivery, nowMs);
    owed++;
  }
  return owed;
}

/** Whether a message of the group still waits for more to come: then these alerts go with it. */
async function joinWaiting(
  tx: ControlTx,
  workspaceId: WorkspaceId,
  { channelId, groupKey, alerts: more }: PlannedDelivery,
  nowMs: number,
): Promise<boolean> {
  const [waiting] = await tx
    .select()
    .from(alertDeliveries)
    .where(
      and(
        eq(alertDeliveries.workspaceId, workspaceId),
        eq(alertDeliveries.channelId, channelId),
        eq(alertDeliveries.groupKey, groupKey),
        stillWaits(nowMs),
      ),
    )
    .orderBy(asc(alertDeliveries.seq))
    .limit(1)
    .for('update', { skipLocked: true });
  if (waiting === undefined || waiting.message.reason !== 'triggered') return false;
  const message = withAlerts(waiting.message, [...waiting.message.alerts, ...more]);
  if (message === undefined) return false;
  await tx
    .update(alertDeliveries)
    .set({ message, alertIds: message.alerts.map(({ alertId }) => alertId) })
    .where(eq(alertDeliveries.id, waiting.id));
  return true;
}

/** Within the time that its channel gives a group to come together. One that is due is owed as it is, also while its receiver is down. */
const stillWaits = (nowMs: number): SQL | undefined =>
  and(eq(alertDeliveries.state, 'waiting'), gt(alertDeliveries.dueAt, new Date(nowMs)), eq(alertDeliveries.attempts, 0));

/** Channels that are told that they began are told that they ended; what ended before its group was together is not told at all. */
async function oweEnded(tx: ControlTx, telling: Telling, rows: readonly AlertRow[], nowMs: number): Promise<number> {
  if (rows.length === 0) return 0;
  const { workspaceId } = telling;
  const ids = rows.map(({ id }) => id);
  // An index over the ids is of no use behind row-level security, whose condition comes first. An alert may join an older message.
  const firstMs = rows.reduce((first, { createdAt }) => Math.min(first, createdAt.getTime()), nowMs) - GROUP_WAIT_MS_MAX;
  const deliveries = await tx
    .select()
    .from(alertDeliveries)
    .where(
      and(
        eq(alertDeliveries.workspaceId, workspaceId),
        gte(alertDeliveries.createdAt, new Date(firstMs)),
        arrayOverlaps(alertDeliveries.alertIds, ids),
      ),
    )
    .orderBy(asc(alertDeliveries.seq))
    .for('update');
  const ended = new Set(ids);
  /** Channel → alerts of which it has been told, or may have been. */
  const toldBy = new Map<string, Set<string>>();
  for (const delivery of deliveries) {
    const isEarly = delivery.state === 'waiting' && delivery.attempts === 0 && delivery.dueAt.getTime() > nowMs;
    if (isEarly) await drop(tx, delivery, ended, nowMs);
    else if (delivery.state !== 'dropped') {
      const told = toldBy.get(delivery.channelId) ?? new Set<string>();
      for (const id of delivery.alertIds) told.add(id);
      toldBy.set(delivery.channelId, told);
    }
  }
  let owed = 0;
  for (const channel of telling.channels) {
    const told = toldBy.get(channel.id);
    if (told === undefined || !channel.enabled) continue;
    const toTell = rows.filter(({ id }) => told.has(id)).map((row) => ({ ...telling.toTell(row), channelIds: [channel.id] }));
    for (const delivery of planDeliveries([channel], toTell)) {
      await owe(tx, telling, 'resolved', delivery, nowMs);
      owed++;
    }
  }
  return owed;
}

async function drop(tx: ControlTx, delivery: typeof alertDeliveries.$inferSelect, ended: ReadonlySet<string>, nowMs: number): Promise<void> {
  const message = withAlerts(
    delivery.message,
    delivery.message.alerts.filter(({ alertId }) => !ended.has(alertId)),
  );
  await tx
    .update(alertDeliveries)
    .set(
      message === undefined ? { state: 'dropped', finishedAt: new Date(nowMs) } : { message, alertIds: message.alerts.map(({ alertId }) => alertId) },
    )
    .where(eq(alertDeliveries.id, delivery.id));
}
