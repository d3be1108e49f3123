/** The channels of a workspace, as people keep them. */
import { type AlertChannel, CHANNELS_MAX, type ChannelTest, type NewAlertChannel, SECRET_CONFIG_KEYS } from '@sightglass/contract/alertChannel';
import type { ControlListQuery } from '@sightglass/contract/controlList';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, count, eq, inArray, sql } from 'drizzle-orm';
import type { Actor } from '../../access/caller.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { type Page, pageAfter, toPage } from '../../control/page.ts';
import { alertChannels, alertDeliveries, alertRules } from '../../control/tables/alerts.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import type { OutboundClient } from '../../outbound/outboundClient.ts';
import { createId } from '../../prefixedId.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { SecretBox } from '../../secretBox.ts';
import { refuseTakenName } from '../../workspaces/refuseTakenName.ts';
import { auditedChannel, type ChannelRow, openConfig, openTarget, sealConfig, shownChannel } from './channelRow.ts';
import { checkTarget } from './checkTarget.ts';
import { checkNewChannel, type KeptChannel, mergeChannel } from './mergeChannel.ts';
import type { MessageLinks } from './sender.ts';
import type { Senders } from './senders.ts';
import { testMessage } from './testMessage.ts';

export interface ChannelStore {
  /** Newest first. */
  list(workspaceId: WorkspaceId, query: ControlListQuery): Promise<Result<Page<AlertChannel>>>;
  get(workspaceId: WorkspaceId, id: string): Promise<Result<AlertChannel>>;
  create(workspaceId: WorkspaceId, by: Actor, channel: NewAlertChannel): Promise<Result<AlertChannel>>;
  /** `changes`: of NewAlertChannel, see `mergeChannel.ts`. */
  change(workspaceId: WorkspaceId, by: Actor, id: string, changes: Readonly<Record<string, unknown>>): Promise<Result<AlertChannel>>;
  /** What waits for it is dropped; rules forget it. */
  remove(workspaceId: WorkspaceId, by: Actor, id: string): Promise<Result<undefined>>;
  /** Sends a test message, once. That it did not arrive is no failure of this. */
  test(workspaceId: WorkspaceId, by: Actor, id: string, links: MessageLinks): Promise<Result<ChannelTest>>;
}

const UNKNOWN = fail('not-found', 'There is no such channel in this workspace.');
const CANNOT_BE_OPENED =
  'The secrets of this channel cannot be opened, because the secret of this instance is another than before. Enter them again.';

export function createChannelStore(options: {
  control: Pick<ControlConnection, 'ofWorkspace'>;
  box: SecretBox;
  outbound: Pick<OutboundClient, 'checkUrl'>;
  senders: Senders;
  clock: () => number;
}): ChannelStore {
  const { control, box, outbound, senders, clock } = options;

  const find = (workspaceId: WorkspaceId, id: string): Promise<ChannelRow | undefined> =>
    control.ofWorkspace(workspaceId).read(async (tx) => (await tx.select().from(alertChannels).where(isChannel(workspaceId, id)))[0]);

  const shown = async (tx: ControlTx, row: ChannelRow): Promise<AlertChannel> =>
    shownChannel(row, box, (await waitingOf(tx, row.workspaceId, [row.id])).get(row.id) ?? 0);

  async function create(workspaceId: WorkspaceId, by: Actor, wanted: NewAlertChannel): Promise<Result<AlertChannel>> {
    const whole = checkNewChannel(wanted);
    if (!whole.ok) return whole;
    const target = await checkTarget(whole.value, outbound);
    if (!target.ok) return target;
    const channel = target.value;
    return refuseTakenName('alert_channels_name', `a channel “${channel.name}”`, () =>
      control.ofWorkspace(workspaceId).change<AlertChannel>(by, async (tx, note) => {
        // Channels of one workspace are made one after the other, so that there are never too many.
        await tx.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for('no key update');
        const [there] = await tx.select({ channels: count() }).from(alertChannels).where(eq(alertChannels.workspaceId, workspaceId));
        if ((there?.channels ?? 0) >= CHANNELS_MAX) return fail('conflict', `A workspace has at most ${CHANNELS_MAX} channels.`);
        const id = createId('alertChannel');
        const now = new Date(clock());
        const [row] = await tx
          .insert(alertChannels)
          .values({ id, workspaceId, ...columnsOf(channel), ...sealConfig(box, id, channel), createdAt: now, createdBy: by.id, updatedAt: now })
          .returning();
        if (row === undefined) throw new Error('An inserted channel was not returned');
        note({ action: 'alert_channel.create', target: id, before: null, after: auditedChannel(row, box) });
        return ok(shownChannel(row, box, 0));
      }),
    );
  }

  async function change(workspaceId: WorkspaceId, by: Actor, id: string, changes: Readonly<Record<string, unknown>>): Promise<Result<AlertChannel>> {
    const found = await find(workspaceId, id);
    if (found === undefined) return UNKNOWN;
    if (found.environment !== null) return setByEnvironment(found.environment);
    const merged = mergeChannel(keptOf(found, box), changes);
    if (!merged.ok) return merged;
    const target = await checkTarget(merged.value, outbound);
    if (!target.ok) return target;
    const channel = target.value;
    return refuseTakenName('alert_channels_name', `a channel “${channel.name}”`, () =>
      control.ofWorkspace(workspaceId).change<AlertChannel>(by, async (tx, note) => {
        const [before] = await tx.select().from(alertChannels).where(isChannel(workspaceId, id)).for('update');
        if (before === undefined) return UNKNOWN;
        // What was merged and checked is only true of the row that it was read from.
        if (before.updatedAt.getTime() !== found.updatedAt.getTime()) {
          return fail('conflict', 'Somebody has changed this channel in the meantime. Load it again.');
        }
        const [row] = await tx
          .update(alertChannels)
          .set({ ...columnsOf(channel), ...sealConfig(box, id, channel), updatedAt: new Date(Math.max(clock(), before.updatedAt.getTime() + 1)) })
          .where(isChannel(workspaceId, id))
          .returning();
        if (row === undefined) return UNKNOWN;
        const secrets = secretsDiffer(before, row, box) ? { secrets_changed: true } : {};
        note({ action: 'alert_channel.change', target: id, before: auditedChannel(before, box), after: { ...auditedChannel(row, box), ...secrets } });
        return ok(await shown(tx, row));
      }),
    );
  }

  const remove: ChannelStore['remove'] = (workspaceId, by, id) =>
    control.ofWorkspace(workspaceId).change<undefined>(by, async (tx, note) => {
      const [row] = await tx.select().from(alertChannels).where(isChannel(workspaceId, id)).for('update');
      if (row === undefined) return UNKNOWN;
      if (row.environment !== null) return setByEnvironment(row.environment);
      await removeChannelRow(tx, row);
      note({ action: 'alert_channel.delete', target: id, before: auditedChannel(row, box), after: null });
      return ok(undefined);
    });

  async function test(workspaceId: WorkspaceId, by: Actor, id: string, links: MessageLinks): Promise<Result<ChannelTest>> {
    const found = await control.ofWorkspace(workspaceId).read(async (tx) => {
      const [row] = await tx.select().from(alertChannels).where(isChannel(workspaceId, id));
      const [workspace] = await tx
        .select({ id: workspaces.id, slug: workspaces.slug, name: workspaces.name })
        .from(workspaces)
        .where(eq(workspaces.id, workspaceId));
      return row === undefined || workspace === undefined ? undefined : { row, workspace };
    });
    if (found === undefined) return UNKNOWN;
    const { row, workspace } = found;
    const beganMs = clock();
    const target = openTarget(row, box);
    const sent =
      target === undefined
        ? { ok: false as const, error: CANNOT_BE_OPENED }
        : await senders.send(target, testMessage(row, workspace, beganMs), links);
    const endedMs = clock();
    const error = sent.ok ? null : sent.error;
    return control.ofWorkspace(workspaceId).change<ChannelTest>(by, async (tx, note) => {
      await noteAttempt(tx, workspaceId, id, { at: new Date(endedMs), error });
      note({ action: 'alert_channel.test', target: id, before: null, after: { success: sent.ok, error } });
      return ok({ success: sent.ok, error, took_ms: Math.max(0, Math.round(endedMs - beganMs)) });
    });
  }

  return {
    list: async (workspaceId, { limit, cursor }) => {
      const after = pageAfter(cursor, alertChannels);
      if (!after.ok) return after;
      const { where, order } = after.value;
      return control.ofWorkspace(workspaceId).read(async (tx) => {
        const rows = await tx
          .select()
          .from(alertChannels)
          .where(and(eq(alertChannels.workspaceId, workspaceId), where))
          .orderBy(...order)
          .limit(limit + 1);
        const waiting = await waitingOf(
          tx,
          workspaceId,
          rows.map(({ id }) => id),
        );
        return ok(toPage(rows, limit, (row) => shownChannel(row, box, waiting.get(row.id) ?? 0)));
      });
    },
    get: (workspaceId, id) =>
      control.ofWorkspace(workspaceId).read(async (tx) => {
        const [row] = await tx.select().from(alertChannels).where(isChannel(workspaceId, id));
        return row === undefined ? UNKNOWN : ok(await shown(tx, row));
      }),
    create,
    change,
    remove,
    test,
  };
}

/** With what waits for it; rules of the workspace forget its id. The caller writes it into the audit log. */
export async function removeChannelRow(tx: ControlTx, { workspaceId, id }: Pick<ChannelRow, 'workspaceId' | 'id'>): Promise<void> {
  await tx
    .update(alertRules)
    .set({ rule: sql`jsonb_set(${alertRules.rule}, '{channel_ids}', (${alertRules.rule} -> 'channel_ids') - ${id}::text)` })
    .where(and(eq(alertRules.workspaceId, workspaceId), sql`(${alertRules.rule} -> 'channel_ids') @> jsonb_build_array(${id}::text)`));
  await tx.delete(alertChannels).where(and(eq(alertChannels.workspaceId, workspaceId), eq(alertChannels.id, id)));
}

/** What came of an attempt to send, on the channel itself. `error` null: it arrived. */
export async function noteAttempt(
  tx: ControlTx,
  workspaceId: string,
  channelId: string,
  { at, error }: { at: Date; error: string | null },
): Promise<void> {
  await tx
    .update(alertChannels)
    .set(error === null ? { lastSuccessAt: at, lastError: null } : { lastFailureAt: at, lastError: error })
    .where(and(eq(alertChannels.workspaceId, workspaceId), eq(alertChannels.id, channelId)));
}

const isChannel = (workspaceId: WorkspaceId, id: string) => and(eq(alertChannels.workspaceId, workspaceId), eq(alertChannels.id, id));

const setByEnvironment = (variable: string) =>
  fail('conflict', `This channel is set by ${variable}. Change or unset the variable and start Sightglass again.`);

export const columnsOf = (channel: Omit<NewAlertChannel, 'config'>) => ({
  name: channel.name,
  kind: channel.kind,
  enabled: channel.enabled,
  allRules: channel.all_rules,
  groupBy: channel.group_by,
  groupWaitSeconds: channel.group_wait_seconds,
  repeatMinutes: channel.repeat_minutes,
});

const keptOf = (row: ChannelRow, box: SecretBox): KeptChannel => ({
  name: row.name,
  kind: row.kind,
  enabled: row.enabled,
  all_rules: row.allRules,
  group_by: row.groupBy,
  group_wait_seconds: row.groupWaitSeconds,
  repeat_minutes: row.repeatMinutes,
  config: openConfig(row, box) ?? row.config,
});

function secretsDiffer(before: ChannelRow, after: ChannelRow, box: SecretBox): boolean {
  const [was, is] = [openConfig(before, box), openConfig(after, box)];
  return SECRET_CONFIG_KEYS[after.kind].some((name) => was?.[name] !== is?.[name]);
}

async function waitingOf(tx: ControlTx, workspaceId: string, channelIds: readonly string[]): Promise<Map<string, number>> {
  if (channelIds.length === 0) return new Map();
  const rows = await tx
    .select({ channelId: alertDeliveries.channelId, waiting: count() })
    .from(alertDeliveries)
    .where(
      and(eq(alertDeliveries.workspaceId, workspaceId), eq(alertDeliveries.state, 'waiting'), inArray(alertDeliveries.channelId, [...channelIds])),
    )
    .groupBy(alertDeliveries.channelId);
  return new Map(rows.map(({ channelId, waiting }) => [channelId, waiting]));
}
