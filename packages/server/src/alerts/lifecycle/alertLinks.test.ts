import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAlertLinks, LINK_MS } from './alertLinks.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const links = createAlertLinks('the secret of a test, thirty-two chars');
const LINK = { workspaceId: 'wsp_0123456789abcdefghjkmnpq', alertId: 'alr_0123456789abcdefghjkmnpq', channelName: 'On call' };
const tokenOf = (expiresMs = NOW + LINK_MS, { workspaceId, alertId, channelName } = LINK) =>
  links.tokenOf(workspaceId, alertId, channelName, expiresMs);

describe('the link in a message', () => {
  test('names the alert and the channel that it was sent to, for seven days', () => {
    expect(links.read(tokenOf(), NOW)).toEqual(LINK);
    expect(links.read(tokenOf(), NOW + 7 * 86_400_000 - 1)).toEqual(LINK);
    expect(links.read(tokenOf(), NOW + 7 * 86_400_000)).toBeUndefined();
  });

  test('is read by the instance that made it alone', () => {
    expect(createAlertLinks('the secret of another, thirty-two chars').read(tokenOf(), NOW)).toBeUndefined();
  });

  test('fits into a path, whatever the channel is called', () => {
    for (const channelName of ['"'.repeat(80), '漢'.repeat(80), '🛎️'.repeat(40), 'x'.repeat(500)]) {
      const token = tokenOf(NOW + LINK_MS, { ...LINK, channelName });
      expect(token).toMatch(/^[\w.-]{1,500}$/);
      expect(channelName.startsWith(links.read(token, NOW)?.channelName ?? 'none')).toBe(true);
    }
  });

  test('opens nothing once one character of it is another', () => {
    const token = tokenOf();
    for (let i = 0; i < token.length - 1; i += 1) {
      const other = token[i] === 'A' ? 'B' : 'A';
      expect(links.read(token.slice(0, i) + other + token.slice(i + 1), NOW), String(i)).toBeUndefined();
    }
  });

  test('of another alert cannot be put together from two', () => {
    const [first, second] = [tokenOf(), tokenOf(NOW + LINK_MS, { ...LINK, alertId: 'alr_another' })];
    expect(links.read(`${first.split('.')[0]}.${second.split('.')[1]}`, NOW)).toBeUndefined();
    expect(links.read(`${first}.${second}`, NOW)).toBeUndefined();
  });

  test('never throws, whatever it is', () => {
    const content = Buffer.from(JSON.stringify(['wsp_1', 'alr_1', 'x', NOW * 2])).toString('base64url');
    const hostile = [
      '',
      '.',
      '..',
      'a.b',
      `${content}.`,
      `${content}.AAAA`,
      `.${content}`,
      `${content}.${'A'.repeat(43)}`,
      '\0.\0',
      '%00.%00',
      '漢.字',
    ];
    for (const token of hostile) expect(links.read(token, NOW), token).toBeUndefined();
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (token) => links.read(token, NOW) === undefined));
  });
});
