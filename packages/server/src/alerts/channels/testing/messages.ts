/** Messages as the outbox has them, for tests of what receivers get. */
import type { AlertMessage, MessageAlert } from '../../alertMessage.ts';
import type { MessageLinks } from '../sender.ts';

const BASE = 'https://obs.example.com';

export const LINKS: MessageLinks = {
  alert: (alertId) => `${BASE}/alerts/${alertId}`,
  acknowledge: (alertId) => `${BASE}/alerts/${alertId}/acknowledge?token=abc.def&x=1`,
  alerts: () => `${BASE}/alerts`,
};

/** Where the address of this instance is not known. */
export const NO_LINKS: MessageLinks = { alert: () => '', acknowledge: () => '/relative', alerts: () => '' };

export function alertOf(changes: Partial<MessageAlert> = {}): MessageAlert {
  return {
    alertId: 'alr_1',
    ruleId: 'rul_1',
    ruleName: 'Error rate',
    severity: 'critical',
    status: 'firing',
    message: '7 % of calls failed',
    description: 'See the runbook.',
    labels: { agent_id: 'planner' },
    tags: { team: 'search' },
    value: 0.07,
    threshold: 0.05,
    details: { window_minutes: 15 },
    startsAt: '2026-11-20T14:03:05.000Z',
    endsAt: null,
    resolvedBy: null,
    fingerprint: '1a30ba71cca2921f',
    ...changes,
  };
}

export const resolvedAlert = (changes: Partial<MessageAlert> = {}): MessageAlert =>
  alertOf({ status: 'resolved', endsAt: '2026-11-20T14:33:05.000Z', ...changes });

export function messageOf(changes: Partial<AlertMessage> = {}): AlertMessage {
  return {
    reason: 'triggered',
    status: 'firing',
    severity: 'critical',
    workspace: { id: 'wsp_1', slug: 'main', name: 'Main' },
    channelName: 'On call',
    groupKey: 'rul_1',
    groupLabels: { alertname: 'Error rate' },
    alerts: [alertOf()],
    at: '2026-11-20T14:03:06.000Z',
    ...changes,
  };
}

export const resolvedMessage = (): AlertMessage => messageOf({ reason: 'resolved', status: 'resolved', alerts: [resolvedAlert()] });

/** So many alerts with labels as long as telemetry may make them. */
export const longMessage = (count: number): AlertMessage =>
  messageOf({
    alerts: Array.from({ length: count }, (_, index) =>
      alertOf({
        alertId: `alr_${index}`,
        ruleName: '&'.repeat(120),
        message: `<&>"'*_[x](y)😀`.repeat(300),
        description: '<>&'.repeat(1_000),
        labels: Object.fromEntries(Array.from({ length: 30 }, (_each, label) => [`label_${label}_${'&'.repeat(200)}`, '<'.repeat(1_000)])),
        details: { text: 'x'.repeat(5_000) },
        fingerprint: `fingerprint-${index}`,
      }),
    ),
  });

/** What telemetry may say to reach people or to look like something else. */
export const HOSTILE =
  '<!channel> <@U123> @everyone <https://evil.example|Sightglass> [open](https://evil.example) <b>x</b> &lt; `x` *x*\r\nBcc: eve@example.com';
