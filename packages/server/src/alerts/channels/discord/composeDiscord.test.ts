import { expect, it } from 'vitest';
import { alertOf, HOSTILE, LINKS, longMessage, messageOf, NO_LINKS, resolvedMessage } from '../testing/messages.ts';
import { composeDiscord, escapeMarkdown } from './composeDiscord.ts';

it('is an embed that says what, since when and how bad', () => {
  expect(composeDiscord(messageOf(), LINKS)).toEqual({
    content: '\\[CRITICAL\\] Error rate: 7 % of calls failed',
    embeds: [
      {
        title: 'Critical: Error rate',
        url: 'https://obs.example.com/alerts/alr_1',
        description:
          '7 % of calls failed\n\nSee the runbook.\n\n[Open](https://obs.example.com/alerts/alr_1) · [Acknowledge](https://obs.example.com/alerts/alr_1/acknowledge?token=abc.def&x=1)',
        color: 0xb42318,
        timestamp: '2026-11-20T14:03:05.000Z',
        fields: [
          { name: 'Severity', value: 'Critical', inline: true },
          { name: 'Since', value: '<t:1795183385:f>', inline: true },
          { name: 'Value', value: '0.07', inline: true },
          { name: 'Threshold', value: '0.05', inline: true },
          { name: 'agent\\_id', value: 'planner', inline: true },
          { name: 'team', value: 'search', inline: true },
        ],
      },
    ],
    allowed_mentions: { parse: [] },
  });
});

it('of what has ended, and of a test, only opens', () => {
  for (const message of [resolvedMessage(), messageOf({ reason: 'test' })]) {
    expect(composeDiscord(message, LINKS).embeds[0]?.description).not.toContain('Acknowledge');
  }
  expect(composeDiscord(resolvedMessage(), LINKS).embeds[0]?.color).toBe(0x067647);
});

it('without an address of this instance has no links', () => {
  const [embed] = composeDiscord(messageOf(), NO_LINKS).embeds;
  expect([embed?.url, embed?.description]).toEqual([undefined, '7 % of calls failed\n\nSee the runbook.']);
});

it.each([
  ['[open](https://evil.example)', String.raw`\[open\]\(https://evil.example\)`],
  ['@everyone <@1> <#2>', String.raw`\@everyone \<\@1\> \<\#2\>`],
  ['**x** __y__ ~~z~~ `c` ||s||', String.raw`\*\*x\*\* \_\_y\_\_ \~\~z\~\~ \`c\` \|\|s\|\|`],
  [String.raw`\[a]`, String.raw`\\\[a\]`],
])('%j is no markup', (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});

it('what telemetry says makes no link', () => {
  const alert = alertOf({ ruleName: HOSTILE, message: HOSTILE, description: HOSTILE, labels: { [HOSTILE]: HOSTILE } });
  const written = JSON.stringify(composeDiscord(messageOf({ alerts: [alert] }), LINKS));
  expect(written).not.toContain('https://evil.example');
  expect(written).not.toMatch(/(?<!\\)@everyone/);
});

it.each([1, 2, 10, 11, 500])('%d alerts with the longest texts are within the limits of Discord', (count) => {
  const { content, embeds } = composeDiscord(longMessage(count), LINKS);
  expect(content.length).toBeLessThanOrEqual(2_000);
  expect(embeds.length).toBeLessThanOrEqual(10);
  let characters = 0;
  for (const { title, description, fields } of embeds) {
    expect(title.length).toBeLessThanOrEqual(256);
    expect(description.length).toBeLessThanOrEqual(4_096);
    expect(fields.length).toBeLessThanOrEqual(25);
    for (const { name, value } of fields) {
      expect(name.length).toBeLessThanOrEqual(256);
      expect(value.length).toBeLessThanOrEqual(1_024);
    }
    characters += [title, description, ...fields.flatMap(({ name, value }) => [name, value])].join('').length;
  }
  expect(characters).toBeLessThanOrEqual(6_000);
  expect(embeds.length + Number(/and (\d+) more/.exec(content)?.[1] ?? 0)).toBe(count);
});
