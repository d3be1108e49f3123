import { expect, it } from 'vitest';
import { parseOutboundAllow } from './outboundAllow.ts';
import { readOutboundUrl } from './outboundUrl.ts';

const read = (text: string, allowed = '') => {
  const allow = parseOutboundAllow(allowed);
  return readOutboundUrl(text, allow.ok ? allow.value : []);
};

it.each([
  ['https://hooks.example.com/a?b=c#d', 'https://hooks.example.com/a?b=c'],
  ['http://EXAMPLE.com:80', 'http://example.com/'],
  ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
  ['http://8.8.8.8:8080/', 'http://8.8.8.8:8080/'],
  ['http://134744072/', 'http://8.8.8.8/'],
])('%s is read as %s', (text, href) => {
  const url = read(text);
  expect(url.ok && url.value.href).toBe(href);
});

const NO_ADDRESS = `
  hooks.example.com //hooks.example.com https:// https:/// http://[::1 http://a.example\\@127.0.0.1/ http://256.256.256.256/
  http://[fe80::1%25eth0]/ http://a.example:99999/ ftp://a.example/ file:///etc/passwd gopher://a.example/ javascript:alert(1)
  data:text/plain,x ws://a.example/ unix:/run/x.sock https://user@a.example/ https://user:pass@a.example/ https://:pass@a.example/`;
const WITH_SPACE = ['', 'http://a b/', ' https://a.example/', 'https://a.example/\r\nX: y', 'http:\t//a.example', 'https://a.example/\u0000'];

it.each([...NO_ADDRESS.trim().split(/\s+/), ...WITH_SPACE, `https://a.example/${'x'.repeat(2_048)}`])(
  '%j is no address that can be called',
  (text) => {
    expect(read(text)).toMatchObject({ ok: false, error: { reason: 'invalid-url', retryable: false } });
  },
);

it('a private address is refused with what the operator can do, and never tried again', () => {
  expect(read('http://10.0.0.1/')).toMatchObject({
    ok: false,
    error: { reason: 'refused-target', message: expect.stringContaining('SIGHTGLASS_OUTBOUND_ALLOW'), retryable: false },
  });
});

it.each([
  ['http://127.0.0.1:9000/', '127.0.0.1:9000', true],
  ['http://127.0.0.1:9001/', '127.0.0.1:9000', false],
  ['http://localhost:9000/', '127.0.0.1', true],
  ['http://localhost:9000/', '::1', true],
  ['http://localhost:9000/', 'localhost', true],
  ['http://LOCALHOST.:9000/', 'localhost:9000', true],
  ['http://a.localhost/', 'localhost', false],
  ['https://10.0.0.1/', '10.0.0.1:443', true],
  ['http://10.0.0.1/', '10.0.0.1:443', false],
])('%s with %s allowed: %s', (text, allowed, ok) => {
  expect(read(text, allowed).ok).toBe(ok);
});
