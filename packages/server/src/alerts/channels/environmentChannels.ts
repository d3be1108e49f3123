/** The channels that the operator sets by variables: made, changed and taken away at each start, in the first workspace. */
import type { ChannelTarget } from '@sightglass/contract/alertChannel';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, eq, isNotNull } from 'drizzle-orm';
import { SYSTEM_ACTOR } from '../../access/caller.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { alertChannels } from '../../control/tables/alerts.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import type { OutboundAllow } from '../../outbound/outboundAllow.ts';
import { readOutboundUrl } from '../../outbound/outboundUrl.ts';
import { createId } from '../../prefixedId.ts';
import { ok, type Result } from '../../result.ts';
import type { SecretBox } from '../../secretBox.ts';
import type { Change } from '../../control/workspaceDb.ts';
import type { EnvironmentChannels } from '../alertEnvironment.ts';
import { auditedChannel, type ChannelRow, openTarget, sealConfig } from './channelRow.ts';
import { columnsOf, removeChannelRow } from './channels.ts';

interface Wanted {
  environment: keyof EnvironmentChannels;
  name: string;
  target: ChannelTarget;
}

function wantedOf(channels: EnvironmentChannels): Wanted[] {
  const { SLACK_WEBHOOK_URL: slack, ALERT_WEBHOOK_URL: webhook, ALERT_EMAIL_ENABLED: email } = channels;
  const wanted: Wanted[] = [];
  if (slack !== undefined) {
    wanted.push({ environment: 'SLACK_WEBHOOK_URL', name: 'Slack (environment)', target: { kind: 'slack', config: slack } });
  }
  if (webhook !== undefined) {
    wanted.push({ environment: 'ALERT_WEBHOOK_URL', name: 'Webhook (environment)', target: { kind: 'webhook', config: webhook } });
  }
  if (email !== undefined) {
    wanted.push({ environment: 'ALERT_EMAIL_ENABLED', name: 'E-mail (environment)', target: { kind: 'email', config: email } });
  }
  return wanted;
}

/**
 * Several instances may do it at the same time, and the same one again: only what differs is written. They are told of every rule. Nothing
 * is asked of the network: an address that may not be called is refused when something is sent there.
 */
export function keepEnvironmentChannels(
  control: Pick<ControlConnection, 'ofWorkspace'>,
  box: SecretBox,
  workspaceId: WorkspaceId,
  channels: EnvironmentChannels,
): Promise<Result<undefined>> {
  return control.ofWorkspace(workspaceId).change(SYSTEM_ACTOR, async (tx, note) => {
    await tx.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for('no key update');
    const rows = await tx
      .select()
      .from(alertChannels)
      .where(and(eq(alertChannels.workspaceId, workspaceId), isNotNull(alertChannels.environment)));
    const wanted = wantedOf(channels);
    for (const row of rows) {
      if (wanted.some(({ environment }) => environment === row.environment)) continue;
      await removeChannelRow(tx, row);
      note({ action: 'alert_channel.delete', target: row.id, before: auditedChannel(row, box), after: null });
    }
    for (const each of wanted) {
      const row = rows.find(({ environment }) => environment === each.environment);
      const change = row === undefined ? await make(tx, box, workspaceId, each) : await mend(tx, box, row, each);
      if (change !== undefined) note(change);
    }
    return ok(undefined);
  });
}

async function make(tx: ControlTx, box: SecretBox, workspaceId: WorkspaceId, { environment, name, target }: Wanted): Promise<Change> {
  const id = createId('alertChannel');
  const settings = { enabled: true, all_rules: true, group_by: [], group_wait_seconds: 0, repeat_minutes: 0 };
  const columns = columnsOf({ name: await freeName(tx, workspaceId, name), kind: target.kind, ...settings });
  const [row] = await tx
    .insert(alertChannels)
    .values({ id, workspaceId, ...columns, ...sealConfig(box, id, target), environment })
    .returning();
  if (row === undefined) throw new Error('An inserted channel was not returned');
  return { action: 'alert_channel.create', target: id, before: null, after: auditedChannel(row, box) };
}

async function mend(tx: ControlTx, box: SecretBox, before: ChannelRow, { target }: Wanted): Promise<Change | undefined> {
  if (JSON.stringify(openTarget(before, box)) === JSON.stringify(target)) return undefined;
  const [row] = await tx
    .update(alertChannels)
    .set({ ...sealConfig(box, before.id, target), updatedAt: new Date() })
    .where(and(eq(alertChannels.workspaceId, before.workspaceId), eq(alertChannels.id, before.id)))
    .returning();
  if (row === undefined) throw new Error('A changed channel was not returned');
  return { action: 'alert_channel.change', target: row.id, before: auditedChannel(before, box), after: auditedChannel(row, box) };
}

/** A person may have taken the name. */
async function freeName(tx: ControlTx, workspaceId: WorkspaceId, name: string): Promise<string> {
  const rows = await tx.select({ name: alertChannels.name }).from(alertChannels).where(eq(alertChannels.workspaceId, workspaceId));
  const taken = new Set(rows.map((row) => row.name));
  let free = name;
  for (let next = 2; taken.has(free); next++) free = `${name} ${next}`;
  return free;
}

/** For the log of the start: what is set and will be refused when something is sent, as far as that is known without asking the network. */
export function refusedVariables(channels: EnvironmentChannels, allow: OutboundAllow): string[] {
  return wantedOf(channels).flatMap(({ environment, target }) => {
    const url = 'url' in target.config ? target.config.url : undefined;
    const read = url == null ? undefined : readOutboundUrl(url, allow);
    return read === undefined || read.ok ? [] : [`${environment}: ${read.error.message}`];
  });
}
