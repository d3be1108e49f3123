import { expect, it } from 'vitest';
import { alertOf, LINKS, messageOf, NO_LINKS, resolvedAlert } from '../testing/messages.ts';
import { composePagerduty } from './composePagerduty.ts';

it('triggers with what the alert is', () => {
  expect(composePagerduty('key', messageOf(), alertOf(), LINKS)).toEqual({
    routing_key: 'key',
    event_action: 'trigger',
    dedup_key: '1a30ba71cca2921f',
    client: 'Sightglass',
    client_url: 'https://obs.example.com/alerts/alr_1',
    links: [
      { href: 'https://obs.example.com/alerts/alr_1', text: 'Open in Sightglass' },
      { href: 'https://obs.example.com/alerts/alr_1/acknowledge?token=abc.def&x=1', text: 'Acknowledge in Sightglass' },
    ],
    payload: {
      summary: 'Error rate: 7 % of calls failed',
      source: 'main',
      severity: 'critical',
      timestamp: '2026-11-20T14:03:05.000Z',
      class: 'Error rate',
      group: 'rul_1',
      component: 'planner',
      custom_details: {
        description: 'See the runbook.',
        value: 0.07,
        threshold: 0.05,
        labels: { agent_id: 'planner' },
        tags: { team: 'search' },
        details: { window_minutes: 15 },
      },
    },
  });
});

it('resolves under the same key', () => {
  const event = composePagerduty('key', messageOf(), resolvedAlert(), LINKS);
  expect([event.event_action, event.dedup_key, event.links.length]).toEqual(['resolve', '1a30ba71cca2921f', 1]);
});

it('without an address of this instance has no links', () => {
  expect(composePagerduty('key', messageOf(), alertOf({ labels: {} }), NO_LINKS)).toMatchObject({ links: [], payload: { severity: 'critical' } });
});

it('stays within the limits of PagerDuty', () => {
  const alert = alertOf({
    message: 'm'.repeat(5_000),
    fingerprint: 'f'.repeat(500),
    description: 'd'.repeat(9_000),
    details: { x: 'x'.repeat(600_000) },
  });
  const event = composePagerduty('key', messageOf(), alert, LINKS);
  expect(event.payload.summary.length).toBe(1_024);
  expect(event.dedup_key.length).toBe(255);
  expect(JSON.stringify(event).length).toBeLessThan(512_000);
  expect(event.payload.custom_details).toMatchObject({ value: 0.07, left_out: expect.stringContaining('details') });
});
