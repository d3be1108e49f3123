/** What the socket sees of targets that may not be reached: nothing. */
import { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ResolveName } from './guardedConnect.ts';
import { createOutboundClient } from './outboundClient.ts';
import { parseOutboundAllow } from './outboundAllow.ts';
import { type RecordingServer, startRecordingServer } from './testing/recordingServer.ts';

/** Hosts as they may stand in a URL; those that mean loopback would reach the servers of this test. */
const HOSTS = `
  127.0.0.1 127.0.0.1. 127.1 127.0.1 127.255.255.254 0.0.0.0 0 0x0 2130706433 017700000001 0x7f000001 0x7F.1
  0177.0.0.1 0177.0.0.0x1 00000177.0.0.1 127.0.0.0x01 %31%32%37.0.0.1 ①②⑦.⓪.⓪.① １２７.0.0.1 127。0。0。1 127.0.0.1%2e
  localhost LOCALHOST localhost. a.localhost ⓛocalhost loc%61lhost
  [::1] [0:0:0:0:0:0:0:1] [::] [::0.0.0.1] [::127.0.0.1] [::7f00:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::FFFF:7F00:0001]
  [0:0:0:0:0:ffff:127.0.0.1] [::ffff:0:127.0.0.1] [::ffff:10.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::10.0.0.1]
  [2002:7f00:1::] [2002:a9fe:a9fe::1] [2001::7f00:1] [2001:0:4136:e378:8000:63bf:80ff:fffe] [fe80::1] [fe80::1%25lo] [fec0::1]
  [fc00::1] [fd00:ec2::254] [ff02::1] [100::1] [2001:db8::1] [3fff::1] [4000::1]
  10.0.0.1 0xa.0.0.1 012.0.0.1 167772161 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1 169.254.169.254 2852039166
  0xa9fea9fe 100.64.0.1 100.100.100.200 198.18.0.1 198.19.255.255 192.0.0.192 192.0.2.1 192.88.99.1 203.0.113.1
  224.0.0.1 240.0.0.1 255.255.255.255 168.63.129.16 user@127.0.0.1 8.8.8.8@127.0.0.1 8.8.8.8%40127.0.0.1 8.8.8.8\\@127.0.0.1`
  .trim()
  .split(/\s+/)
  .concat('127.0.0.1\t', '127.0.0.1\r\n', ' 127.0.0.1');

/** What the resolver says of a name that looks harmless. */
const ANSWERS = `
  127.0.0.1 127.8.8.8 0.0.0.0 10.0.0.1 172.16.5.4 192.168.1.1 169.254.169.254 100.64.0.1 198.18.0.1 192.0.0.192
  224.0.0.1 255.255.255.255 168.63.129.16 :: ::1 ::7f00:1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:a9fe:a9fe 64:ff9b::a00:1 2002:7f00:1::
  2001::7f00:1 fe80::1 fe80::1%lo fc00::1 fd00:ec2::254 ff02::1 2130706433 0x7f.1 localhost`
  .trim()
  .split(/\s+/)
  .concat('');

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
  it.each(HOSTS)('a URL with the host %s makes no socket', async (host) => {
    // A resolver that leads every name to this machine, so that only the checks stand between.
    const client = createOutboundClient({ allow: [], resolve: async () => ['127.0.0.1', '::1'], limits: { timeoutMs: 5_000 } });
    const seen = await connectionsOf(async () => {
      const url = `${scheme}://${host}:${port}/`;
      expect((await client.checkUrl(url, '/url')).ok).toBe(false);
      expect(await client.send({ url })).toMatchObject({ ok: false, error: { retryable: false } });
    });
    expect(seen).toEqual({ attempts: 0, connections: 0 });
  });

  it.each(ANSWERS)('a name that resolves to %j makes no socket', async (address) => {
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
  const TARGETS = [
    'http://127.0.0.1',
    'http://localhost',
    'http://2130706433',
    'http://[::ffff:127.0.0.1]',
    'http://[::1]',
    '//0x7f.1',
    'http://inner.example',
  ];
  it.each([...TARGETS, 'http://169.254.169.254', 'http://user:pass@hooks.example', 'file:///etc/passwd'])(
    'to %s is followed by no connection',
    async (target) => {
      const location = target.startsWith('file') ? target : `${target}:${port}/`;
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
    },
  );
});
