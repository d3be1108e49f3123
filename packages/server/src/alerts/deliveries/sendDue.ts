/**
 * Sends what is owed to channels. Every instance may do it at the same time: whoever sends a message holds it for a while, and one whose
 * holder has died is sent by the next. A message is at its receiver at least once, and twice only when the program dies between the
 * receiver's answer and its note of it.
 */
import type { ChannelTarget } from '@sightglass/contract/alertChannel';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import { z } from 'zod';
import { SYSTEM_ACTOR } from '../../access/caller.ts';
import type { ControlConnection } from '../../control/connect.ts';
import { queryRows } from '../../control/rows.ts';
import { alertAttempts, alertChannels, alertDeliveries } from '../../control/tables/alerts.ts';
import { notify } from '../../notifications/notifications.ts';
import { ok } from '../../result.ts';
import type { AlertMessage } from '../alertMessage.ts';
import { noteAttempt } from '../channels/channels.ts';
import type { SendResult } from '../channels/sender.ts';
import { isGivenUp, pauseMs } from './retry.ts';

/** Longer than any attempt takes. */
const HELD_MS = 60_000;
const MESSAGES_AT_ONCE = 16;
/** After so many attempts in a row people are told that a channel does not work. */
const TROUBLE_AFTER = 3;
const ERROR_CHARS_MAX = 500;

type ChannelRow = typeof alertChannels.$inferSelect;
type DeliveryRow = typeof alertDeliveries.$inferSelect;

export interface SendDue {
  control: Pick<ControlConnection, 'ofWorkspace' | 'instanceDb'>;
  /** Undefined when its secrets do not open: the instance's secret has changed. */
  targetOf(row: ChannelRow): ChannelTarget | undefined;
  /** One attempt; never throws. */
  send(target: ChannelTarget, message: AlertMessage, workspaceId: WorkspaceId): Promise<SendResult>;
  nowMs(): number;
  /** 0 to 1. */
  random(): number;
  log: Pick<Logger, 'warn'>;
}

/** Sends what is due now; answers how many attempts that were, of which more may be due when it is `MESSAGES_AT_ONCE`. */
export async function sendDue(deps: SendDue): Promise<number> {
  const claimed = await claim(deps);
  if (claimed.length === 0) return 0;
  const { instanceDb } = deps.control;
  const channels = await instanceDb
    .select()
    .from(alertChannels)
    .where(inArray(alertChannels.id, [...new Set(claimed.map(({ channelId }) => channelId))]));
  const channelById = new Map(channels.map((channel) => [channel.id, channel]));
  await Promise.all(
    claimed.map(async (delivery) => {
      const channel = channelById.get(delivery.channelId);
      if (channel === undefined || !channel.enabled) return finish(deps, delivery, 'dropped');
      const result = await attempt(deps, delivery, channel);
      return record(deps, delivery, channel, result);
    }),
  );
  return claimed.length;
}

/** Of each channel and group only the oldest that waits, so that an end never arrives before its beginning. */
async function claim({ control, nowMs }: SendDue): Promise<DeliveryRow[]> {
  const now = new Date(nowMs());
  const held = new Date(now.getTime() + HELD_MS);
  const rows = await queryRows(
    control.instanceDb,
    sql`UPDATE alert_deliveries SET held_until = ${iso(held)} WHERE id IN (
      SELECT id FROM alert_deliveries AS due
      WHERE state = 'waiting' AND due_at <= ${iso(now)} AND (held_until IS NULL OR held_until < ${iso(now)})
        AND NOT EXISTS (SELECT FROM alert_deliveries AS before WHERE before.channel_id = due.channel_id AND before.group_key = due.group_key
          AND before.state = 'waiting' AND before.seq < due.seq)
      ORDER BY due_at, seq LIMIT ${MESSAGES_AT_ONCE} FOR UPDATE SKIP LOCKED
    ) RETURNING id`,
    z.object({ id: z.string() }),
  );
  if (rows.length === 0) return [];
  return control.instanceDb
    .select()
    .from(alertDeliveries)
    .where(
      inArray(
        alertDeliveries.id,
        rows.map(({ id }) => id),
      ),
    );
}

const iso = (moment: Date): SQL => sql`${moment.toISOString()}::timestamptz`;

async function attempt({ targetOf, send, log }: SendDue, delivery: DeliveryRow, channel: ChannelRow): Promise<SendResult> {
  const target = targetOf(channel);
  if (target === undefined) {
    return { ok: false, error: 'The secrets of the channel do not open: SIGHTGLASS_SECRET is not the one they were stored with. Enter them again.' };
  }
  try {
    return await send(target, delivery.message, delivery.workspaceId as WorkspaceId);
  } catch (error) {
    log.warn({ err: error, channelId: channel.id }, 'a message could not be sent');
    return { ok: false, error: 'The message could not be made.' };
  }
}

async function record(deps: SendDue, delivery: DeliveryRow, channel: ChannelRow, result: SendResult): Promise<void> {
  const workspaceId = delivery.workspaceId as WorkspaceId;
  const now = new Date(deps.nowMs());
  const attempts = delivery.attempts + 1;
  const error = result.ok ? null : result.error.slice(0, ERROR_CHARS_MAX);
  const isLast = !result.ok && isGivenUp(delivery.createdAt.getTime(), now.getTime());
  await change(deps, workspaceId, async (tx) => {
    await tx.insert(alertAttempts).values({
      workspaceId,
      deliveryId: delivery.id,
      alertIds: delivery.alertIds,
      channelId: channel.id,
      channelName: channel.name,
      kind: channel.kind,
      attempt: attempts,
      sentAt: now,
      success: result.ok,
      error,
    });
    await noteAttempt(tx, workspaceId, channel.id, { at: now, error });
    const next = result.ok
      ? { state: 'sent' as const, finishedAt: now }
      : isLast
        ? { state: 'failed' as const, finishedAt: now }
        : { dueAt: new Date(now.getTime() + pauseMs(attempts, deps.random(), result.retryAfterSeconds)) };
    await tx
      .update(alertDeliveries)
      .set({ attempts, heldUntil: null, ...next })
      .where(and(eq(alertDeliveries.workspaceId, workspaceId), eq(alertDeliveries.id, delivery.id)));
    if (result.ok) {
      await tx.execute(sql`INSERT INTO alert_events (workspace_id, alert_id, at, kind, notes)
        SELECT workspace_id, id, ${iso(now)}, 'notified', ${channel.name} FROM alerts WHERE workspace_id = ${workspaceId} AND id = ANY(${sql.param(delivery.alertIds)}::text[])`);
    } else if (attempts === TROUBLE_AFTER || isLast) {
      await notify(tx, workspaceId, [
        {
          kind: 'channel_failed',
          severity: 'warning',
          title: channel.name,
          message: isLast
            ? `A message could not be delivered within 24 hours and was given up: ${error}`
            : `Messages do not arrive; they are tried again for 24 hours: ${error}`,
          channelId: channel.id,
          at: now,
        },
      ]);
    }
  });
}

const finish = (deps: SendDue, delivery: DeliveryRow, state: 'dropped') =>
  change(deps, delivery.workspaceId as WorkspaceId, async (tx) => {
    await tx
      .update(alertDeliveries)
      .set({ state, heldUntil: null, finishedAt: new Date(deps.nowMs()) })
      .where(and(eq(alertDeliveries.workspaceId, delivery.workspaceId), eq(alertDeliveries.id, delivery.id)));
  });

type Work = Parameters<ReturnType<ControlConnection['ofWorkspace']>['change']>[1];

async function change({ control }: SendDue, workspaceId: WorkspaceId, work: (tx: Parameters<Work>[0]) => Promise<void>): Promise<void> {
  const result = await control.ofWorkspace(workspaceId).change(SYSTEM_ACTOR, async (tx) => {
    await work(tx);
    return ok(undefined);
  });
  if (!result.ok) throw new Error(result.error.detail);
}

/** Messages that were sent, given up or dropped, and attempts, are kept for so long. */
const KEPT_MS = 90 * 86_400_000;
const ROWS_AT_ONCE = 5_000;

/** Deletes what is older, a bounded piece at a time. */
export async function forgetOldDeliveries({ instanceDb }: Pick<ControlConnection, 'instanceDb'>, nowMs: number): Promise<void> {
  const before = iso(new Date(nowMs - KEPT_MS));
  await instanceDb.execute(
    sql`DELETE FROM alert_deliveries WHERE id IN (SELECT id FROM alert_deliveries WHERE state <> 'waiting' AND created_at < ${before} LIMIT ${ROWS_AT_ONCE})`,
  );
  await instanceDb.execute(
    sql`DELETE FROM alert_attempts WHERE id IN (SELECT id FROM alert_attempts WHERE sent_at < ${before} LIMIT ${ROWS_AT_ONCE})`,
  );
}
