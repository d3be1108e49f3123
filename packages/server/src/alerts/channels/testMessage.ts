import type { AlertMessage } from '../alertMessage.ts';
import type { MessageLinks } from './sender.ts';
import type { ChannelRow } from './channelRow.ts';

/** What a channel gets when somebody tries it. */
export function testMessage(channel: Pick<ChannelRow, 'id' | 'name'>, workspace: AlertMessage['workspace'], nowMs: number): AlertMessage {
  const at = new Date(nowMs).toISOString();
  const fingerprint = `test-${channel.id}-${nowMs}`;
  return {
    reason: 'test',
    status: 'firing',
    severity: 'info',
    workspace,
    channelName: channel.name,
    groupKey: fingerprint,
    groupLabels: { alertname: 'Test' },
    alerts: [
      {
        alertId: '',
        ruleId: '',
        ruleName: 'Test',
        severity: 'info',
        status: 'firing',
        message: `Messages of Sightglass arrive in the channel ${channel.name}.`,
        description: 'Somebody has tried this channel. There is nothing to do.',
        labels: {},
        tags: {},
        value: null,
        threshold: null,
        details: {},
        startsAt: at,
        endsAt: null,
        resolvedBy: null,
        fingerprint,
      },
    ],
    at,
  };
}

/** There is no alert to open: the buttons lead to the list. `base`: undefined when the address of this instance is not known. */
export function testLinks(base: string | undefined): MessageLinks {
  const alerts = () => (base === undefined ? '' : `${base}/alerts`);
  return { alert: alerts, acknowledge: () => '', alerts };
}
