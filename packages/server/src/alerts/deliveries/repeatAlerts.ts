/** Open alerts that nobody has acknowledged are told again, by channels that are set to. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, asc, eq, gt, inArray, isNotNull, sql } from 'drizzle-orm';
import { SYSTEM_ACTOR } from '../../access/caller.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { alertChannels, alertDeliveries, alerts } from '../../control/tables/alerts.ts';
import { ok } from '../../result.ts';
import { planDeliveries } from './planDeliveries.ts';
import { owe, readTelling, tellable } from './telling.ts';

const ALERTS_AT_ONCE = 1_000;
const MINUTE_MS = 60_000;

type Control = Pick<ControlConnection, 'ofWorkspace' | 'instanceDb'>;

/** Of every workspace; answers how many messages are owed now that were not before. */
export async function repeatAlerts(control: Control, nowMs: number): Promise<number> {
  const repeating = await control.instanceDb
    .selectDistinct({ workspaceId: alertChannels.workspaceId })
    .from(alertChannels)
    .innerJoin(alerts, and(eq(alerts.workspaceId, alertChannels.workspaceId), eq(alerts.status, 'active'), isNotNull(alerts.notifiedAt)))
    .where(and(eq(alertChannels.enabled, true), gt(alertChannels.repeatMinutes, 0)));
  let owed = 0;
  for (const { workspaceId } of repeating) owed += await repeatOfWorkspace(control, workspaceId as WorkspaceId, nowMs);
  return owed;
}

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
