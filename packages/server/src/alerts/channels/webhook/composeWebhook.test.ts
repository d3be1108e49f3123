import { expect, it } from 'vitest';
import { alertOf, LINKS, longMessage, messageOf, NO_LINKS, resolvedAlert, resolvedMessage } from '../testing/messages.ts';
import { composeWebhook } from './composeWebhook.ts';

it('is what Alertmanager sends, with more beside it', () => {
  expect(composeWebhook(messageOf(), LINKS)).toEqual({
    version: '4',
    groupKey: 'rul_1',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'On call',
    groupLabels: { alertname: 'Error rate' },
    commonLabels: { alertname: 'Error rate', severity: 'critical', workspace: 'main', agent_id: 'planner' },
    commonAnnotations: { summary: '7 % of calls failed', description: 'See the runbook.', value: '0.07', threshold: '0.05', team: 'search' },
    externalURL: 'https://obs.example.com',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'Error rate', severity: 'critical', workspace: 'main', agent_id: 'planner' },
        annotations: { summary: '7 % of calls failed', description: 'See the runbook.', value: '0.07', threshold: '0.05', team: 'search' },
        startsAt: '2026-11-20T14:03:05.000Z',
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'https://obs.example.com/alerts/alr_1',
        fingerprint: '1a30ba71cca2921f',
      },
    ],
    severity: 'critical',
    message: '7 % of calls failed',
    timestamp: '2026-11-20T14:03:06.000Z',
    details: { window_minutes: 15 },
  });
});

it('tells the end with its moment', () => {
  const { status, alerts } = composeWebhook(resolvedMessage(), LINKS);
  expect([status, alerts[0]?.status, alerts[0]?.endsAt]).toEqual(['resolved', 'resolved', '2026-11-20T14:33:05.000Z']);
});

it('of several alerts tells what they have alike, and the details of the gravest', () => {
  const mild = alertOf({ severity: 'warning', labels: { agent_id: 'writer', model: 'm' }, details: { mild: true } });
  const body = composeWebhook(messageOf({ alerts: [mild, alertOf({ labels: { agent_id: 'planner', model: 'm' } }), resolvedAlert()] }), LINKS);
  expect(body.commonLabels).toEqual({ alertname: 'Error rate', workspace: 'main' });
  expect(body.message).toBe('Error rate: 2 firing, 1 resolved');
  expect(body.details).toEqual({ window_minutes: 15 });
  expect(body.alerts.map(({ labels }) => labels.severity)).toEqual(['critical', 'warning', 'critical']);
});

it('labels of telemetry never take the place of our own', () => {
  const labels = { alertname: 'none', severity: 'none', workspace: 'other', toString: 'x' };
  expect(composeWebhook(messageOf({ alerts: [alertOf({ labels })] }), LINKS).alerts[0]?.labels).toEqual({
    alertname: 'Error rate',
    severity: 'critical',
    workspace: 'main',
    exported_alertname: 'none',
    exported_severity: 'none',
    exported_workspace: 'other',
    toString: 'x',
  });
});

it('without an address of this instance has no links', () => {
  const { externalURL, alerts } = composeWebhook(messageOf(), NO_LINKS);
  expect([externalURL, alerts[0]?.generatorURL]).toEqual(['', '']);
});

it('stays below a megabyte, and counts what it leaves out', () => {
  const { alerts, truncatedAlerts } = composeWebhook(longMessage(500), LINKS);
  expect(alerts.length + truncatedAlerts).toBe(500);
  expect(truncatedAlerts).toBeGreaterThan(0);
  expect(JSON.stringify(composeWebhook(longMessage(500), LINKS)).length).toBeLessThan(1_000_000);
});
