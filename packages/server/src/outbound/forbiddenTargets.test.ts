/** What the socket sees of targets that may not be reached: nothing. */
import { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ResolveName } from './guardedConnect.ts';
import { createOutboundClient } from './outboundClient.ts';
import { parseOutboundAllow } from './outboundAllow.ts';
import { FORBIDDEN_ANSWERS, FORBIDDEN_HOSTS, FORBIDDEN_REDIRECTS, redirectTo } from './testing/forbiddenTargets.ts';
import { type RecordingServer, startRecordingServer } from './testing/recordingServer.ts';

const servers: RecordingServer[] = [];
let port = 0;

beforeAll(async () => {
  const first = await startRecordingServer();
  port = first.port;
  servers.push(first, await startRecordingServer({ host: '::1', port }));
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function connectionsOf(act: () => Promise<unknown>): Promise<{ attempts: number; connections: number }> {
  const connect = vi.spyOn(Socket.prototype, 'connect');
  const before = servers.reduce((sum, server) => sum + server.connections(), 0);
  await act();
  const connections = servers.reduce((sum, server) => sum + server.connections(), 0) - before;
  return { attempts: connect.mock.calls.length, connections };
}

it('the servers of this test are reached when they are allowed, by addresses and by names', async () => {
  const allow = [
    { kind: 'name', name: 'inner.example', port: null },
    { kind: 'name', name: 'localhost', port: null },
  ] as const;
  const client = createOutboundClient({ allow, resolve: async (name) => (name === 'localhost' ? ['127.0.0.1'] : ['::1']) });
  const seen = await connectionsOf(async () => {
    for (const host of ['inner.example', 'localhost', 'LOC%61LHOST']) {
      expect(await client.send({ url: `http://${host}:${port}/` })).toMatchObject({ ok: true, value: { status: 200 } });
    }
  });
  expect(seen).toEqual({ attempts: 3, connections: 3 });
});

describe.each(['http', 'https'])('%s', (scheme) => {
  it.each(FORBIDDEN_HOSTS)('a URL with the host %s makes no socket', async (host) => {
    // A resolver that leads every name to this machine, so that only the checks stand between.
    const client = createOutboundClient({ allow: [], resolve: async () => ['127.0.0.1', '::1'], limits: { timeoutMs: 5_000 } });
    const seen = await connectionsOf(async () => {
      const url = `${scheme}://${host}:${port}/`;
      expect((await client.checkUrl(url, '/url')).ok).toBe(false);
      expect(await client.send({ url })).toMatchObject({ ok: false, error: { retryable: false } });
    });
    expect(seen).toEqual({ attempts: 0, connections: 0 });
  });

  it.each(FORBIDDEN_ANSWERS)('a name that resolves to %j makes no socket', async (address) => {
    const client = createOutboundClient({ allow: [], resolve: async () => [address], limits: { timeoutMs: 5_000 } });
    const seen = await connectionsOf(async () => {
      const url = `${scheme}://hooks.example:${port}/`;
      expect((await client.checkUrl(url, '/url')).ok).toBe(false);
      const sent = await client.send({ url });
      expect(sent).toMatchObject({ ok: false, error: { reason: 'refused-target', retryable: false } });
      expect(!sent.ok && address !== '' && sent.error.message.includes(address)).toBe(false);
    });
    expect(seen).toEqual({ attempts: 0, connections: 0 });
  });
});

describe('a resolver that changes its mind', () => {
  it('public when saved, private when called: refused', async () => {
    const answers = [['93.184.216.34'], ['127.0.0.1']];
    const client = createOutboundClient({ allow: [], resolve: async () => answers.shift() ?? [] });
    const seen = await connectionsOf(async () => {
      expect(await client.checkUrl(`http://rebind.example:${port}/`, '/url')).toMatchObject({ ok: true });
      expect(await client.send({ url: `http://rebind.example:${port}/` })).toMatchObject({ ok: false, error: { reason: 'refused-target' } });
    });
    expect(seen).toEqual({ attempts: 0, connections: 0 });
  });

  it('is asked once for a connection, and the socket goes where the first answer said', async () => {
    const answers = [['127.0.0.1'], ['::1']];
    const resolve = vi.fn<ResolveName>(async () => answers.shift() ?? []);
    const client = createOutboundClient({ allow: [{ kind: 'name', name: 'rebind.example', port }], resolve });
    const [atIPv4, atIPv6] = servers.map((server) => server.connections());
    expect(await client.send({ url: `http://rebind.example:${port}/` })).toMatchObject({ ok: true });
    expect(resolve).toHaveBeenCalledTimes(1);
    expect(servers.map((server) => server.connections())).toEqual([(atIPv4 ?? 0) + 1, atIPv6]);
  });

  it('of several addresses only the permitted ones are tried', async () => {
    const allow = parseOutboundAllow(`[::1]:${port}`);
    const client = createOutboundClient({ allow: allow.ok ? allow.value : [], resolve: async () => ['127.0.0.1', '10.0.0.1', '::1'] });
    const [atIPv4, atIPv6] = servers.map((server) => server.connections());
    expect(await client.send({ url: `http://both.example:${port}/` })).toMatchObject({ ok: true });
    expect(servers.map((server) => server.connections())).toEqual([atIPv4, (atIPv6 ?? 0) + 1]);
  });
});

describe('a redirect', () => {
  it.each(FORBIDDEN_REDIRECTS)('to %s is followed by no connection', async (target) => {
    const location = redirectTo(target, port);
    const outside = await startRecordingServer({ answer: (_request, response) => void response.writeHead(307, { location }).end() });
    const client = createOutboundClient({
      allow: [{ kind: 'name', name: 'hooks.example', port: outside.port }],
      resolve: async () => ['127.0.0.1'],
    });
    const seen = await connectionsOf(async () => {
      const sent = await client.send({ url: `http://hooks.example:${outside.port}/`, body: '{}' });
      expect(sent).toMatchObject({
        ok: false,
        error: { reason: 'refused-target', message: 'The address cannot be reached from here, or may not be.' },
      });
    });
    expect(seen).toEqual({ attempts: 1, connections: 0 });
    await outside.close();
  });
});
