import { describe, expect, it } from 'vitest';
import { alertOf, HOSTILE, LINKS, longMessage, messageOf, NO_LINKS, resolvedMessage } from '../testing/messages.ts';
import { composeSlack, type SlackBody } from './composeSlack.ts';

const blocksOf = ({ blocks, attachments }: SlackBody) => [...blocks, ...attachments.flatMap((each) => each.blocks)];
const buttonsOf = (body: SlackBody) => blocksOf(body).flatMap((block) => (block.type === 'actions' ? block.elements : []));
const textsOf = (body: SlackBody) =>
  blocksOf(body).flatMap((block) => {
    if (block.type === 'section') return [...(block.text === undefined ? [] : [block.text]), ...(block.fields ?? [])];
    return block.type === 'context' ? block.elements : [];
  });

it('says what, since when and how bad, and leads on', () => {
  expect(composeSlack(messageOf(), LINKS)).toEqual({
    text: '[CRITICAL] Error rate: 7 % of calls failed',
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: '*[CRITICAL] Error rate: 7 % of calls failed*', verbatim: true } },
      { type: 'context', elements: [{ type: 'mrkdwn', text: 'Main · On call', verbatim: true }] },
    ],
    attachments: [
      {
        color: '#b42318',
        fallback: 'Error rate: 7 % of calls failed',
        blocks: [
          { type: 'section', text: { type: 'mrkdwn', text: 'See the runbook.', verbatim: true } },
          {
            type: 'section',
            fields: [
              '*Severity*\nCritical',
              '*Since*\n<!date^1795183385^{date_short_pretty}, {time}|20 Nov 2026, 14:03 UTC>',
              '*Value*\n0.07',
              '*Threshold*\n0.05',
              '*agent_id*\nplanner',
              '*team*\nsearch',
            ].map((text) => ({ type: 'mrkdwn', text, verbatim: true })),
          },
          {
            type: 'actions',
            elements: [
              { type: 'button', text: { type: 'plain_text', text: 'Open' }, url: 'https://obs.example.com/alerts/alr_1', action_id: 'open' },
              {
                type: 'button',
                text: { type: 'plain_text', text: 'Acknowledge' },
                url: 'https://obs.example.com/alerts/alr_1/acknowledge?token=abc.def&x=1',
                action_id: 'acknowledge',
                style: 'primary',
              },
            ],
          },
        ],
      },
    ],
    unfurl_links: false,
    unfurl_media: false,
  });
});

describe('the buttons', () => {
  it('of what has ended, and of a test, only open', () => {
    for (const message of [resolvedMessage(), messageOf({ reason: 'test' })]) {
      expect(buttonsOf(composeSlack(message, LINKS)).map(({ text }) => text.text)).toEqual(['Open']);
    }
  });

  it('without an address of this instance are not there', () => {
    expect(buttonsOf(composeSlack(messageOf(), NO_LINKS))).toEqual([]);
  });
});

it('the end is green', () => {
  expect(composeSlack(resolvedMessage(), LINKS).attachments[0]?.color).toBe('#067647');
});

it('what telemetry says makes no link and calls nobody', () => {
  const alert = alertOf({ ruleName: HOSTILE, message: HOSTILE, description: HOSTILE, labels: { [HOSTILE]: HOSTILE } });
  const body = composeSlack(messageOf({ alerts: [alert, alert], workspace: { id: 'w', slug: 'w', name: HOSTILE } }), LINKS);
  for (const { text } of textsOf(body)) expect(text.replace(/<!date\^\d+\^\{date_short_pretty\}, \{time\}\|[^<>]*>/g, '')).not.toMatch(/[<>]/);
  expect(textsOf(body).every(({ verbatim }) => verbatim)).toBe(true);
  expect(body.text).not.toMatch(/[<>]/);
});

it.each([1, 2, 10, 11, 500])('%d alerts with the longest texts are within the limits of Slack', (count) => {
  const body = composeSlack(longMessage(count), LINKS);
  expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(13_200);
  expect(blocksOf(body).length).toBeLessThanOrEqual(50);
  for (const block of blocksOf(body)) {
    if (block.type !== 'section') continue;
    expect((block.text?.text ?? '').length).toBeLessThanOrEqual(3_000);
    expect(block.fields?.length ?? 0).toBeLessThanOrEqual(10);
    for (const { text } of block.fields ?? []) expect(text.length).toBeLessThanOrEqual(2_000);
  }
  const shown = buttonsOf(body).filter(({ text }) => text.text === 'Open').length;
  expect(shown).toBeGreaterThan(0);
  const told = textsOf(body).find(({ text }) => text.startsWith('and ') && text.includes('all alerts'))?.text ?? 'and 0 more';
  expect(shown + Number(/^and (\d+) more/.exec(told)?.[1])).toBe(count);
});
