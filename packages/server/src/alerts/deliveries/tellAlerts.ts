/**
 * Turns alerts that nobody was told of, or of whose end nobody was told, into messages that are owed to channels, in the transaction that
 * notes that they were: each is owed exactly once, whatever dies when. What is silenced or snoozed waits here and is told when that ends.
 */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, arrayOverlaps, asc, eq, gt, gte, inArray, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import { SYSTEM_ACTOR } from '../../access/caller.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { alertChannels, alertDeliveries, alertEvents, alertRules, alerts } from '../../control/tables/alerts.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import { notify } from '../../notifications/notifications.ts';
import { createId } from '../../prefixedId.ts';
import { ok } from '../../result.ts';
import type { AlertMessage, MessageAlert } from '../alertMessage.ts';
import { findSilence } from '../silences/silenceHolds.ts';
import { openSilences } from '../silences/silences.ts';
import { type AlertToTell, composeMessage, planDeliveries, type PlannedDelivery, type TellingChannel, withAlerts } from './planDeliveries.ts';

const ALERTS_AT_ONCE = 1_000;
const MINUTE_MS = 60_000;
/** A channel may wait for so long (`group_wait_seconds`). */
const GROUP_WAIT_MS_MAX = 3_600_000;

type AlertRow = typeof alerts.$inferSelect;
type ChannelRow = typeof alertChannels.$inferSelect;
type Control = Pick<ControlConnection, 'ofWorkspace' | 'instanceDb'>;

const TO_TELL = or(and(eq(alerts.status, 'active'), isNull(alerts.notifiedAt)), eq(alerts.endNotified, false));

/** Of every workspace; answers how many messages are owed now that were not before. */
export async function tellAlerts(control: Control, nowMs: number): Promise<number> {
  const rows = await control.instanceDb.selectDistinct({ workspaceId: alerts.workspaceId }).from(alerts).where(TO_TELL);
  const repeating = await control.instanceDb
    .selectDistinct({ workspaceId: alertChannels.workspaceId })
    .from(alertChannels)
    .innerJoin(alerts, and(eq(alerts.workspaceId, alertChannels.workspaceId), eq(alerts.status, 'active'), isNotNull(alerts.notifiedAt)))
    .where(and(eq(alertChannels.enabled, true), gt(alertChannels.repeatMinutes, 0)));
  let owed = 0;
  for (const { workspaceId } of rows) owed += await tellOfWorkspace(control, workspaceId as WorkspaceId, nowMs);
  for (const { workspaceId } of repeating) owed += await repeatOfWorkspace(control, workspaceId as WorkspaceId, nowMs);
  return owed;
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

interface Telling {
  workspaceId: WorkspaceId;
  workspace: AlertMessage['workspace'];
  timeZone: string;
  /** All of the workspace, disabled ones too. */
  channels: (TellingChannel & Pick<ChannelRow, 'enabled' | 'repeatMinutes'>)[];
  toTell(row: AlertRow): AlertToTell;
}

async function readTelling(tx: ControlTx, workspaceId: WorkspaceId, rows: readonly AlertRow[], nowMs: number): Promise<Telling> {
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
async function tellable(tx: ControlTx, { workspaceId, timeZone }: Telling, rows: readonly AlertRow[], nowMs: number): Promise<AlertRow[]> {
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

async function owe(tx: ControlTx, telling: Telling, reason: AlertMessage['reason'], delivery: PlannedDelivery, nowMs: number): Promise<void> {
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

/** Open alerts that nobody has acknowledged are told again by channels that are set to. */
async function repeatOfWorkspace(control: Control, workspaceId: WorkspaceId, nowMs: number): Promise<number> {
  const repeated = await control.ofWorkspace(workspaceId).change(SYSTEM_ACTOR, async (tx) => {
    // Two instances would both find that it is time.
    await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtext('alert repeats'), hashtext(${workspaceId}))`);
    const rows = await tx
      .select()
      .from(alerts)
      .where(and(eq(alerts.workspaceId, workspaceId), eq(alerts.status, 'active'), isNotNull(alerts.notifiedAt)))
      .orderBy(asc(alerts.createdAt), asc(alerts.id))
      .limit(ALERTS_AT_ONCE);
    if (rows.length === 0) return ok(0);
    const telling = await readTelling(tx, workspaceId, rows, nowMs);
    const open = await tellable(tx, telling, rows, nowMs);
    const channels = telling.channels.filter(({ enabled, repeatMinutes }) => enabled && repeatMinutes > 0);
    const lastByGroup = await lastTold(
      tx,
      workspaceId,
      channels.map(({ id }) => id),
    );
    let owed = 0;
    for (const channel of channels) {
      for (const delivery of planDeliveries([channel], open.map(telling.toTell))) {
        const lastMs = lastByGroup.get(`${channel.id} ${delivery.groupKey}`);
        // A channel that was never told of the group (it is newer than the alerts) is not told of old ones.
        if (lastMs === undefined || nowMs - lastMs < channel.repeatMinutes * MINUTE_MS) continue;
        await owe(tx, telling, 'repeated', delivery, nowMs);
        owed++;
      }
    }
    return ok(owed);
  });
  if (!repeated.ok) throw new Error(repeated.error.detail);
  return repeated.value;
}

async function lastTold(tx: ControlTx, workspaceId: WorkspaceId, channelIds: readonly string[]): Promise<Map<string, number>> {
  if (channelIds.length === 0) return new Map();
  const rows = await tx
    .select({
      channelId: alertDeliveries.channelId,
      groupKey: alertDeliveries.groupKey,
      lastMs: sql<number>`(extract(epoch FROM max(${alertDeliveries.createdAt})) * 1000)::double precision`,
    })
    .from(alertDeliveries)
    .where(and(eq(alertDeliveries.workspaceId, workspaceId), inArray(alertDeliveries.channelId, [...channelIds])))
    .groupBy(alertDeliveries.channelId, alertDeliveries.groupKey);
  return new Map(rows.map(({ channelId, groupKey, lastMs }) => [`${channelId} ${groupKey}`, Number(lastMs)]));
}
