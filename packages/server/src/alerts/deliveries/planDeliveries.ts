/** Which channel is told what, out of alerts that are to be told. Pure. */
import { SEVERITIES, type Severity } from '@sightglass/contract/alertRule';
import type { AlertMessage, MessageAlert } from '../alertMessage.ts';

export interface TellingChannel {
  id: string;
  name: string;
  allRules: boolean;
  groupBy: readonly string[];
  groupWaitSeconds: number;
}

export interface AlertToTell extends MessageAlert {
  /** Channels that its rule names. */
  channelIds: readonly string[];
}

export interface PlannedDelivery {
  channelId: string;
  groupKey: string;
  groupLabels: Readonly<Record<string, string>>;
  /** In the order given. */
  alerts: MessageAlert[];
}

/** One delivery for each channel and group, as Alertmanager groups: a rule's alerts together, or those that agree in the channel's labels. */
export function planDeliveries(channels: readonly TellingChannel[], alerts: readonly AlertToTell[]): PlannedDelivery[] {
  return channels.flatMap((channel) => {
    const groups = new Map<string, PlannedDelivery>();
    for (const { channelIds, ...alert } of alerts) {
      if (!channel.allRules && !channelIds.includes(channel.id)) continue;
      const { groupKey, groupLabels } = groupOf(channel, alert);
      const group = groups.get(groupKey);
      if (group === undefined) groups.set(groupKey, { channelId: channel.id, groupKey, groupLabels, alerts: [alert] });
      else group.alerts.push(alert);
    }
    return [...groups.values()];
  });
}

export function groupOf(
  { groupBy }: Pick<TellingChannel, 'groupBy'>,
  alert: MessageAlert,
): { groupKey: string; groupLabels: Record<string, string> } {
  if (groupBy.length === 0) return { groupKey: `rule:${alert.ruleId}`, groupLabels: { alertname: alert.ruleName } };
  const groupLabels = Object.fromEntries(groupBy.map((name) => [name, labelOf(alert, name)]));
  return { groupKey: `labels:${JSON.stringify(groupBy.map((name) => [name, groupLabels[name]]))}`, groupLabels };
}

function labelOf(alert: MessageAlert, name: string): string {
  if (name === 'severity') return alert.severity;
  if (name === 'alertname' || name === 'rule_name') return alert.ruleName;
  if (name === 'rule_id') return alert.ruleId;
  return alert.labels[name] ?? alert.tags[name] ?? '';
}

export function composeMessage(
  reason: AlertMessage['reason'],
  { groupKey, groupLabels, alerts }: PlannedDelivery,
  { channelName, workspace, at }: Pick<AlertMessage, 'channelName' | 'workspace' | 'at'>,
): AlertMessage {
  return { reason, status: statusOf(alerts), severity: gravest(alerts), workspace, channelName, groupKey, groupLabels, alerts, at };
}

/** The same message without some of its alerts, or with more; undefined when none is left. */
export function withAlerts(message: AlertMessage, alerts: readonly MessageAlert[]): AlertMessage | undefined {
  return alerts.length === 0 ? undefined : { ...message, alerts, status: statusOf(alerts), severity: gravest(alerts) };
}

const statusOf = (alerts: readonly MessageAlert[]) => (alerts.every(({ status }) => status === 'resolved') ? 'resolved' : 'firing');
const gravest = (alerts: readonly MessageAlert[]): Severity =>
  SEVERITIES[Math.max(0, ...alerts.map(({ severity }) => SEVERITIES.indexOf(severity)))] ?? 'info';
