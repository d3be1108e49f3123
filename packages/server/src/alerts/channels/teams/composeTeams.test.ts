import { expect, it } from 'vitest';
import { alertOf, HOSTILE, LINKS, longMessage, messageOf, NO_LINKS, resolvedMessage } from '../testing/messages.ts';
import { composeTeams, type TeamsBody } from './composeTeams.ts';

const bodyOf = (message: TeamsBody) => message.attachments[0].content.body;
const flat = (message: TeamsBody) => bodyOf(message).flatMap((each) => (each.type === 'Container' ? each.items : [each]));
const textsOf = (message: TeamsBody) =>
  flat(message).flatMap((each) => (each.type === 'RichTextBlock' ? [each.inlines.map(({ text }) => text).join('')] : []));
const actionsOf = (message: TeamsBody) => flat(message).flatMap((each) => (each.type === 'ActionSet' ? each.actions : []));

it('is a card in the message that workflows take', () => {
  const message = composeTeams(messageOf(), LINKS);
  expect(message).toMatchObject({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: { type: 'AdaptiveCard', version: '1.4', fallbackText: '[CRITICAL] Error rate: 7 % of calls failed' },
      },
    ],
  });
  expect(textsOf(message)).toEqual([
    '[CRITICAL] Error rate: 7 % of calls failed',
    'Main · On call',
    'See the runbook.',
    'Severity: Critical',
    'Since: 20 Nov 2026, 14:03 UTC',
    'Value: 0.07',
    'Threshold: 0.05',
    'agent_id: planner',
    'team: search',
  ]);
  expect(actionsOf(message)).toEqual([
    { type: 'Action.OpenUrl', title: 'Open', url: 'https://obs.example.com/alerts/alr_1' },
    { type: 'Action.OpenUrl', title: 'Acknowledge', url: 'https://obs.example.com/alerts/alr_1/acknowledge?token=abc.def&x=1' },
  ]);
});

it.each([
  [messageOf(), 'Attention'],
  [messageOf({ severity: 'warning' }), 'Warning'],
  [messageOf({ severity: 'info' }), 'Accent'],
  [resolvedMessage(), 'Good'],
])('its headline has the colour of how grave it is', (message, color) => {
  expect(bodyOf(composeTeams(message, LINKS))[0]).toMatchObject({ inlines: [{ color }] });
});

it('of what has ended, and of a test, only opens; without an address of this instance not even that', () => {
  for (const message of [resolvedMessage(), messageOf({ reason: 'test' })]) {
    expect(actionsOf(composeTeams(message, LINKS)).map(({ title }) => title)).toEqual(['Open']);
  }
  expect(actionsOf(composeTeams(messageOf(), NO_LINKS))).toEqual([]);
});

it('what telemetry says stands where there is no Markdown', () => {
  const alert = alertOf({ ruleName: HOSTILE, message: HOSTILE, description: HOSTILE, labels: { [HOSTILE]: HOSTILE } });
  const message = composeTeams(messageOf({ alerts: [alert, alert] }), LINKS);
  expect(new Set(flat(message).map(({ type }) => type))).toEqual(new Set(['RichTextBlock', 'ActionSet']));
  expect(actionsOf(message).every(({ url }) => url.startsWith('https://obs.example.com/'))).toBe(true);
});

it.each([1, 2, 20, 21, 500])('%d alerts with the longest texts are below 28 KB', (count) => {
  const message = composeTeams(longMessage(count), LINKS);
  expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(28_000);
  const shown = bodyOf(message).filter(({ type }) => type === 'Container').length;
  const more = textsOf(message).find((text) => /^and \d+ more/.test(text)) ?? 'and 0';
  expect(shown + Number(/\d+/.exec(more)?.[0])).toBe(count);
});
