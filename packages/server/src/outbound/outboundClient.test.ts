import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createOutboundClient, type OutboundClient } from './outboundClient.ts';
import { failureOfStatus } from './outboundFailure.ts';
import { startRecordingServer } from './testing/recordingServer.ts';
import { TEST_CERTIFICATE } from './testing/testCertificate.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** All names lead to this machine, and two of them may. */
function localClient(options: Partial<Parameters<typeof createOutboundClient>[0]> = {}): OutboundClient {
  const allow = ['public.example', 'other.example'].map((name) => ({ kind: 'name', name, port: null }) as const);
  const client = createOutboundClient({ allow, resolve: async () => ['127.0.0.1'], extraCa: TEST_CERTIFICATE, ...options });
  closers.push(() => client.close());
  return client;
}

async function serve(...args: Parameters<typeof startRecordingServer>) {
  const server = await startRecordingServer(...args);
  closers.push(server.close);
  return { ...server, url: `http${args[0]?.tls === true ? 's' : ''}://public.example:${server.port}` };
}

/** Raw TCP, for what no HTTP server would say. */
async function serveBytes(bytes: string | null): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => bytes !== null && socket.end(bytes));
    closers.push(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return `http://public.example:${(server.address() as AddressInfo).port}/`;
}

describe('a request', () => {
  it('arrives as it was given, over a connection of its own', async () => {
    const { url, requests, connections } = await serve();
    const client = localClient({ userAgent: 'Sightglass/9.9' });
    const sent = await client.send({
      url: `${url}/hook?a=%2F#x`,
      headers: { 'content-type': 'application/json', 'x-key': 'k' },
      body: '{"text":"ü"}',
    });
    expect(sent).toMatchObject({ ok: true, value: { status: 200, bodyIsCut: false, redirected: false, url: `${url}/hook?a=%2F` } });
    expect(sent.ok && Buffer.from(sent.value.body).toString()).toBe('ok');
    const headers = {
      'content-type': 'application/json',
      'x-key': 'k',
      'user-agent': 'Sightglass/9.9',
      'accept-encoding': 'identity',
      connection: 'close',
    };
    expect(requests).toMatchObject([{ method: 'POST', path: '/hook?a=%2F', body: '{"text":"ü"}', headers }]);
    await client.send({ url });
    expect(requests[1]).toMatchObject({ method: 'GET', path: '/' });
    expect(connections()).toBe(2);
  });

  it('says no other host than the one that was checked', async () => {
    const { url, requests } = await serve();
    const headers = { host: 'inner.example', 'content-length': '7', 'transfer-encoding': 'chunked', connection: 'upgrade', upgrade: 'websocket' };
    expect(await localClient().send({ url, headers, body: '{}' })).toMatchObject({ ok: true });
    expect(requests[0]).toMatchObject({ body: '{}', headers: { host: new URL(url).host, 'content-length': '2' } });
    expect(requests[0]?.headers).not.toHaveProperty('upgrade');
  });

  it('speaks TLS to the name in the address and believes its certificate alone', async () => {
    const { url } = await serve({ tls: true });
    expect(await localClient().send({ url })).toMatchObject({ ok: true, value: { status: 200 } });
    const untrusted = { ok: false, error: { reason: 'untrusted-certificate', retryable: true } };
    const withoutCa = createOutboundClient({ allow: [{ kind: 'name', name: 'public.example', port: null }], resolve: async () => ['127.0.0.1'] });
    expect(await withoutCa.send({ url })).toMatchObject(untrusted);
    const wrongName = localClient({ allow: [{ kind: 'name', name: 'third.example', port: null }] });
    expect(await wrongName.send({ url: url.replace('public', 'third') })).toMatchObject(untrusted);
  });

  it.each([
    ['a line break in a header', { headers: { 'x-key': 'a\r\nx-other: b' } }],
    ['a header that is none', { headers: { 'x key': 'a' } }],
    ['a method that is none', { method: 'GET /x HTTP/1.1' }],
    ['CONNECT', { method: 'CONNECT' }],
  ])('with %s is refused before anything is sent', async (_what, request) => {
    const { url, requests } = await serve();
    expect(await localClient().send({ url, ...request })).toMatchObject({ ok: false, error: { reason: 'invalid-request', retryable: false } });
    expect(requests).toEqual([]);
  });
});

describe('a redirect', () => {
  const redirectTo = (location: string, status = 307) =>
    serve({
      answer: (request, response) =>
        void (request.path === '/end' ? response.end('end') : response.writeHead(status, { location }).end('x'.repeat(9))),
    });

  it.each([301, 302, 303, 307, 308])('of a GET by %d is followed', async (status) => {
    const { url } = await redirectTo('/end', status);
    expect(await localClient().send({ url })).toMatchObject({ ok: true, value: { status: 200, url: `${url}/end`, redirected: true } });
  });

  it.each([307, 308])('of a POST by %d takes the body along', async (status) => {
    const { url, requests } = await redirectTo('/end', status);
    expect(await localClient().send({ url, body: 'message' })).toMatchObject({ ok: true });
    expect(requests).toMatchObject([{ path: '/' }, { path: '/end', method: 'POST', body: 'message' }]);
  });

  it.each([301, 302, 303])('of a POST by %d would lose the message and is refused', async (status) => {
    const { url, requests } = await redirectTo('/end', status);
    const sent = await localClient().send({ url, body: 'message' });
    expect(sent).toMatchObject({
      ok: false,
      error: { reason: 'refused-redirect', message: expect.stringContaining('lose the message'), retryable: false },
    });
    expect(requests).toHaveLength(1);
  });

  it.each([
    [5, true, 6],
    [6, false, 6],
  ])('%d times: ok is %s after %d requests', async (times, ok, count) => {
    const { url, requests } = await serve({
      answer: ({ path }, response) => {
        const step = Number(path.slice(1));
        if (step === times) response.end('end');
        else response.writeHead(302, { location: `/${step + 1}` }).end();
      },
    });
    const sent = await localClient().send({ url: `${url}/0` });
    expect(sent.ok).toBe(ok);
    expect(!sent.ok && sent.error).toEqual(ok ? false : expect.objectContaining({ reason: 'refused-redirect', retryable: false }));
    expect(requests).toHaveLength(count);
  });

  it('from https to http is refused, from http to https followed', async () => {
    const plain = await serve();
    const secure = await serve({ tls: true, answer: (_request, response) => void response.writeHead(307, { location: plain.url }).end() });
    const sent = await localClient().send({ url: secure.url });
    expect(sent).toMatchObject({ ok: false, error: { reason: 'refused-redirect', message: expect.stringContaining('from https to http') } });
    expect(plain.connections()).toBe(0);
    const end = await serve({ tls: true });
    const upgrade = await redirectTo(end.url);
    expect(await localClient().send({ url: upgrade.url })).toMatchObject({ ok: true, value: { url: `${end.url}/` } });
  });

  it('to another origin takes no credentials along, to the same one all', async () => {
    const headers = {
      authorization: 'Bearer secret',
      cookie: 'a=b',
      'x-api-key': 'secret',
      'proxy-authorization': 'x',
      'content-type': 'text/plain',
    };
    const end = await serve();
    const away = await redirectTo(end.url.replace('public', 'other'));
    expect(await localClient().send({ url: away.url, headers, body: 'message' })).toMatchObject({ ok: true });
    expect(end.requests[0]).toMatchObject({ body: 'message', headers: { 'content-type': 'text/plain', host: `other.example:${end.port}` } });
    for (const name of ['authorization', 'cookie', 'x-api-key', 'proxy-authorization']) expect(end.requests[0]?.headers).not.toHaveProperty(name);
    const here = await redirectTo('/end');
    await localClient().send({ url: here.url, headers, body: 'message' });
    expect(here.requests[1]?.headers).toMatchObject(headers);
  });

  it('is an answer when it is asked for as one, or has no location', async () => {
    const away = await redirectTo('http://127.0.0.1:1/', 302);
    expect(await localClient().send({ url: away.url, redirect: 'answer' })).toMatchObject({ ok: true, value: { status: 302 } });
    const nowhere = await serve({ answer: (_request, response) => void response.writeHead(302).end() });
    expect(await localClient().send({ url: nowhere.url })).toMatchObject({ ok: true, value: { status: 302 } });
  });

  it('for ever with a body for ever still ends', async () => {
    const { url } = await serve({
      answer: (_request, response) => {
        response.writeHead(302, { location: '/again' });
        const more = () => void (response.destroyed || response.write('x'.repeat(65_536), more));
        more();
      },
    });
    expect(await localClient().send({ url })).toMatchObject({ ok: false, error: { reason: 'refused-redirect' } });
  });
});

describe('an answer', () => {
  it.each([
    [1_000, true],
    [1_001, false],
  ])('of %d bytes where 1000 are accepted: %s', async (bytes, ok) => {
    const { url } = await serve({ answer: (_request, response) => void response.end('x'.repeat(bytes)) });
    const sent = await localClient({ limits: { bodyBytesMax: 1_000 } }).send({ url });
    expect(sent.ok ? sent.value.body.length : sent.error.reason).toBe(ok ? bytes : 'too-large');
    expect(sent.ok || sent.error.retryable).toBe(ok);
  });

  it('without end is cut for those who only want its status', async () => {
    const { url } = await serve({
      answer: (_request, response) => {
        const more = () => void (response.destroyed || response.write('x'.repeat(65_536), more));
        more();
      },
    });
    const sent = await localClient().send({ url, body: '{}', excess: 'cut', limits: { bodyBytesMax: 10 } });
    expect(sent).toMatchObject({ ok: true, value: { status: 200, bodyIsCut: true } });
    expect(sent.ok && Buffer.from(sent.value.body).toString()).toBe('xxxxxxxxxx');
  });

  it('is not inflated, so a bomb stays small', async () => {
    const { url } = await serve({ answer: (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('small') });
    const sent = await localClient().send({ url });
    expect(sent.ok && Buffer.from(sent.value.body).toString()).toBe('small');
  });

  it.each([
    ['is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'broken-answer'],
    ['breaks off in its head', 'HTTP/1.1 200 OK\r\ncontent-le', 'broken-answer'],
    ['breaks off in its body', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', 'broken-answer'],
    ['has a head beyond 16 KiB', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 'broken-answer'],
    ['is nothing', '', 'broken-answer'],
  ])('that %s may be asked for again', async (_what, bytes, reason) => {
    const sent = await localClient().send({ url: await serveBytes(bytes) });
    expect(sent).toMatchObject({ ok: false, error: { reason, retryable: true } });
  });

  it.each([
    [200, undefined, undefined],
    [204, undefined, undefined],
    [302, undefined, { retryable: false }],
    [400, '5', { retryable: false }],
    [404, undefined, { retryable: false }],
    [408, undefined, { retryable: true }],
    [429, '120', { retryable: true, retryAfterSeconds: 120 }],
    [429, 'soon', { retryable: true }],
    [500, undefined, { retryable: true }],
    [501, undefined, { retryable: false }],
    [503, '1', { retryable: true, retryAfterSeconds: 1 }],
  ])('%d with Retry-After %s is as failure %j', (status, retryAfter, failure) => {
    const headers = new Headers(retryAfter === undefined ? {} : { 'retry-after': retryAfter });
    const told = failureOfStatus({ status, headers });
    expect(told).toEqual(failure && { reason: 'status', message: `The address answered ${status}.`, detail: `status ${status}`, ...failure });
  });
});

describe('time', () => {
  it('a server that says nothing, and one that never ends, are given up', async () => {
    const silent = await serveBytes(null);
    const timeOut = { ok: false, error: { reason: 'time-out', message: 'The address did not answer in time.', retryable: true } };
    expect(await localClient({ limits: { timeoutMs: 50 } }).send({ url: silent })).toMatchObject(timeOut);
    const dripping = await serve({ answer: (_request, response) => void response.write('x') });
    expect(await localClient().send({ url: dripping.url, limits: { timeoutMs: 300 } })).toMatchObject(timeOut);
    expect(dripping.requests).toHaveLength(1);
  });

  it('a resolver that never answers is given up, at save the address is taken, and what it says later makes no socket', async () => {
    const { url, connections } = await serve();
    let answer: (addresses: string[]) => void = () => undefined;
    const resolve = () =>
      new Promise<string[]>((done) => {
        answer = done;
      });
    const client = localClient({ resolve, limits: { timeoutMs: 50, checkTimeoutMs: 50 } });
    expect(await client.send({ url })).toMatchObject({ ok: false, error: { reason: 'time-out' } });
    answer(['127.0.0.1']);
    expect(await client.checkUrl(url, '/url')).toEqual({ ok: true, value: `${url}/` });
    expect(connections()).toBe(0);
  });

  it('the caller may cancel, and closing the client cancels all', async () => {
    const silent = await serveBytes(null);
    const client = localClient();
    const cancelled = { ok: false, error: { reason: 'cancelled' } };
    const cancel = new AbortController();
    const first = client.send({ url: silent, signal: cancel.signal });
    const second = client.send({ url: silent });
    cancel.abort();
    expect(await first).toMatchObject(cancelled);
    expect(await client.send({ url: silent, signal: cancel.signal })).toMatchObject(cancelled);
    client.close();
    expect(await second).toMatchObject(cancelled);
    expect(await client.send({ url: silent })).toMatchObject(cancelled);
  });
});

describe('what an outsider learns', () => {
  it('is the same of a private name, a name that is none and a port where nobody listens', async () => {
    const server = await startRecordingServer();
    await server.close();
    const resolve = async (name: string) => {
      if (name === 'none.example') throw Object.assign(new Error('getaddrinfo ENOTFOUND none.example'), { code: 'ENOTFOUND' });
      return name === 'empty.example' ? [] : [name === 'private.example' ? '10.20.30.40' : '127.0.0.1'];
    };
    const client = localClient({ resolve });
    const failures = [];
    for (const host of ['private.example', 'none.example', 'empty.example', 'public.example']) {
      const sent = await client.send({ url: `http://${host}:${server.port}/secret-path` });
      if (!sent.ok) failures.push(sent.error);
    }
    expect(failures.map(({ reason }) => reason)).toEqual(['refused-target', 'unresolvable', 'unresolvable', 'unreachable']);
    expect(failures.map(({ retryable }) => retryable)).toEqual([false, true, true, true]);
    expect(new Set(failures.map(({ message }) => message)).size).toBe(1);
    expect(failures[0]?.detail).toContain('10.20.30.40');
    expect(failures.map(({ detail }) => detail).join()).not.toContain('secret-path');
  });
});

describe('checkUrl', () => {
  it('gives the plain form of a good address', async () => {
    expect(await localClient().checkUrl('http://PUBLIC.example:80/x#y', '/config/url')).toEqual({ ok: true, value: 'http://public.example/x' });
  });

  it('takes a name that does not resolve now: each request checks again', async () => {
    const client = localClient({ resolve: () => Promise.reject(new Error('EAI_AGAIN')) });
    expect(await client.checkUrl('https://hooks.example/', '/url')).toMatchObject({ ok: true });
  });

  it.each(['http://10.0.0.1/', 'https://name.example/', 'ftp://name.example/'])('names the field of %s', async (url) => {
    const checked = await localClient().checkUrl(url, '/config/url');
    expect(checked).toMatchObject({
      ok: false,
      error: { code: 'invalid-request', errors: [{ pointer: '/config/url', message: expect.any(String) }] },
    });
  });
});
