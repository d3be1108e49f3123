import { expect, it } from 'vitest';
import { alertOf, HOSTILE, LINKS, longMessage, messageOf, NO_LINKS, resolvedMessage } from '../testing/messages.ts';
import { composeTelegram } from './composeTelegram.ts';

it('says what, since when and how bad, with links', () => {
  expect(composeTelegram('-100', messageOf(), LINKS)).toEqual({
    chat_id: '-100',
    text: [
      '<b>[CRITICAL] Error rate: 7 % of calls failed</b>',
      'Main',
      '',
      'See the runbook.',
      'Severity: <code>Critical</code>',
      'Since: <code>20 Nov 2026, 14:03 UTC</code>',
      'Value: <code>0.07</code>',
      'Threshold: <code>0.05</code>',
      'agent_id: <code>planner</code>',
      'team: <code>search</code>',
      '<a href="https://obs.example.com/alerts/alr_1">Open</a> · <a href="https://obs.example.com/alerts/alr_1/acknowledge?token=abc.def&amp;x=1">Acknowledge</a>',
    ].join('\n'),
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
    disable_notification: false,
  });
});

it('of what has ended makes no sound and offers nothing to acknowledge', () => {
  const body = composeTelegram('1', resolvedMessage(), LINKS);
  expect(body.disable_notification).toBe(true);
  expect(body.text).not.toContain('Acknowledge');
});

it('without an address of this instance has no links', () => {
  expect(composeTelegram('1', messageOf(), NO_LINKS).text).not.toContain('<a ');
});

it('what telemetry says is no markup, calls nobody and is no link', () => {
  const alert = alertOf({ ruleName: HOSTILE, message: HOSTILE, description: HOSTILE, labels: { [HOSTILE]: HOSTILE } });
  const { text } = composeTelegram('1', messageOf({ alerts: [alert, alert] }), LINKS);
  const ownTags = text.replace(/<\/?(?:b|code)>|<a href="https:\/\/obs\.example\.com\/[^"<>]*">|<\/a>/g, '');
  expect(ownTags).not.toMatch(/[<>]/);
  const outsideCode = text.replace(/<code>.*?<\/code>/g, '');
  expect(outsideCode).not.toContain('@everyone');
  expect(outsideCode).not.toContain('https://evil.example');
});

it.each([1, 2, 20, 21, 500])('%d alerts with the longest texts are within 4096 characters, and no tag is cut', (count) => {
  const { text } = composeTelegram('1', longMessage(count), LINKS);
  expect(text.length).toBeLessThanOrEqual(4_096);
  for (const tag of ['b', 'code', 'a']) {
    expect(text.split(new RegExp(`<${tag}[ >]`)).length).toBe(text.split(`</${tag}>`).length);
  }
  const shown = text.split('>Open</a>').length - 1;
  expect(shown + Number(/and (\d+) more/.exec(text)?.[1] ?? 0)).toBe(count);
});
