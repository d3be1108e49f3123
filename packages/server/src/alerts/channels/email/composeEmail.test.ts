import { expect, it } from 'vitest';
import { alertOf, HOSTILE, LINKS, longMessage, messageOf, NO_LINKS, resolvedAlert, resolvedMessage } from '../testing/messages.ts';
import { composeEmail } from './composeEmail.ts';

it('says in its text what, since when and how bad, with links on lines of their own', () => {
  const { subject, text } = composeEmail(messageOf(), LINKS);
  expect(subject).toBe('[CRITICAL] Error rate: 7 % of calls failed');
  expect(text.split('\n')).toEqual([
    'Critical: Error rate',
    '7 % of calls failed',
    '',
    'See the runbook.',
    '',
    'Severity: Critical',
    'Since: 20 Nov 2026, 14:03 UTC',
    'Value: 0.07',
    'Threshold: 0.05',
    'agent_id: planner',
    'team: search',
    '',
    'Open the alert:',
    'https://obs.example.com/alerts/alr_1',
    '',
    'Acknowledge:',
    'https://obs.example.com/alerts/alr_1/acknowledge?token=abc.def&x=1',
    '',
    '----------------------------------------',
    '',
    'Sightglass, workspace Main, channel On call',
  ]);
});

const linksOf = (html: string) => [...html.matchAll(/<a href="([^"]*)"[^>]*>([^<]*)<\/a>/g)].map(([, href, label]) => [label, href]);

it('has buttons in its HTML', () => {
  expect(linksOf(composeEmail(messageOf(), LINKS).html)).toEqual([
    ['Open the alert', 'https://obs.example.com/alerts/alr_1'],
    ['Acknowledge', 'https://obs.example.com/alerts/alr_1/acknowledge?token=abc.def&amp;x=1'],
  ]);
});

it('tells the end, with how long it lasted and nothing to acknowledge', () => {
  const { subject, text, html } = composeEmail(resolvedMessage(), LINKS);
  expect(subject).toBe('[Resolved] Error rate: 7 % of calls failed');
  expect(text).toContain('Lasted: 30 min');
  expect(linksOf(html).map(([label]) => label)).toEqual(['Open the alert']);
});

it('belongs to the same thread from the beginning to the end, apart from other workspaces', () => {
  const [begun, ended] = [messageOf(), resolvedMessage()].map((message) => composeEmail(message, LINKS).thread);
  expect(ended).toBe(begun);
  expect(composeEmail(messageOf({ workspace: { id: 'wsp_2', slug: 'b', name: 'B' } }), LINKS).thread).not.toBe(begun);
});

it('without an address of this instance has no links', () => {
  const { html, text } = composeEmail(messageOf(), NO_LINKS);
  expect([linksOf(html), text.includes('http')]).toEqual([[], false]);
});

it('what telemetry says is no markup, no link, and stays in its line', () => {
  const alert = alertOf({ ruleName: HOSTILE, message: HOSTILE, description: HOSTILE, labels: { [HOSTILE]: HOSTILE } });
  const { subject, html } = composeEmail(messageOf({ alerts: [alert], workspace: { id: 'w', slug: 'w', name: HOSTILE } }), LINKS);
  expect(subject).not.toMatch(/[\r\n]/);
  expect(html.replace(/<\/?(?:html|body|div|p|table|tr|td|a|br)\b[^<>]*>|<!doctype html>/g, '')).not.toMatch(/[<>]/);
  expect(linksOf(html).every(([, href]) => href?.startsWith('https://obs.example.com/'))).toBe(true);
});

it('of hundreds shows the gravest and says how many more there are', () => {
  const alerts = [resolvedAlert({ ruleName: 'mild' }), ...longMessage(99).alerts];
  const { subject, text, html } = composeEmail(messageOf({ alerts }), LINKS);
  expect(subject.length).toBeLessThanOrEqual(200);
  expect(text).toContain('and 75 more alerts\nhttps://obs.example.com/alerts');
  expect(text).not.toContain('Resolved: mild');
  expect(linksOf(html)).toHaveLength(25 * 2 + 1);
});
