import { expect, test } from 'vitest';
import { createSecretBox } from '../../secretBox.ts';
import { localPath, openState, sealState, SIGN_ON_LIFETIME_MS } from './signOnState.ts';

const box = createSecretBox('a secret of the test, thirty-two', 'single-sign-on');
const STATE = {
  providerId: 'idp_1',
  state: 's',
  nonce: 'n',
  codeVerifier: 'v',
  redirectUri: 'https://obs.example.com/api/auth/oidc/idp_1/callback',
  returnTo: '/',
  expiresAtMs: SIGN_ON_LIFETIME_MS,
};

test('what a browser carries opens until its time is over, and not when it was changed', () => {
  const sealed = sealState(box, STATE);
  expect(sealed).toMatch(/^[\w-]+$/);
  expect(openState(box, sealed, SIGN_ON_LIFETIME_MS - 1)).toEqual(STATE);
  expect(openState(box, sealed, SIGN_ON_LIFETIME_MS)).toBeUndefined();
  expect(openState(box, `${sealed.slice(0, -2)}AA`, 0)).toBeUndefined();
  expect(openState(box, 'made up', 0)).toBeUndefined();
  expect(openState(box, undefined, 0)).toBeUndefined();
});

test.each([
  ['/traces?q=a%20b#x', '/traces?q=a%20b#x'],
  [undefined, '/'],
  ['', '/'],
  ['traces', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/a\\b', '/'],
  ['/\t/evil.example', '/'],
  ['/a\nb', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/./..//evil.example', '/'],
])('%s leads to %s', (text, path) => {
  expect(localPath(text)).toBe(path);
});
