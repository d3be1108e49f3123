import { expect, test } from 'vitest';
import { isCrossOrigin } from './crossOrigin.ts';
import { isLoopbackAddress, isLoopbackHost } from './loopback.ts';

test.each(['localhost', 'LOCALHOST:4318', '127.0.0.1', '127.0.0.1:4318', '127.9.8.7:1', '[::1]', '[::1]:4318'])('%s names this machine', (host) => {
  expect(isLoopbackHost(host)).toBe(true);
});

test.each([
  undefined,
  '',
  'example.com',
  'localhost.example.com',
  '127.0.0.1.nip.io',
  '127.0.0.1.nip.io:4318',
  '0.0.0.0',
  '10.0.0.1',
  '[::2]',
  '::1',
  'localhost:port',
  'evil@localhost',
])('%s does not', (host) => {
  expect(isLoopbackHost(host)).toBe(false);
});

test('a socket address is loopback in all its forms, and no other is', () => {
  expect(['127.0.0.1', '127.3.2.1', '::1', '::ffff:127.0.0.1'].map(isLoopbackAddress)).toEqual([true, true, true, true]);
  expect(['10.0.0.1', '::ffff:10.0.0.1', '::', 'fe80::1', undefined].map(isLoopbackAddress)).toEqual([false, false, false, false, false]);
});

test.each<[string, Record<string, string>, boolean]>([
  ['our own page', { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:4318', host: 'localhost:4318' }, false],
  [
    'our own page behind a proxy that changes the host',
    { 'sec-fetch-site': 'same-origin', origin: 'https://obs.example.com', host: '10.0.0.5' },
    false,
  ],
  ['another site', { 'sec-fetch-site': 'cross-site' }, true],
  ['another port of the same host', { 'sec-fetch-site': 'same-site' }, true],
  ['another port, an old browser', { origin: 'http://localhost:3000', host: 'localhost:4318' }, true],
  ['our own page, an old browser', { origin: 'http://LOCALHOST:4318', host: 'localhost:4318' }, false],
  ['a sandboxed frame', { origin: 'null', host: 'localhost:4318' }, true],
  ['a program', { host: 'localhost:4318' }, false],
])('%s', (_who, headers, cross) => {
  expect(isCrossOrigin((name) => headers[name])).toBe(cross);
});
