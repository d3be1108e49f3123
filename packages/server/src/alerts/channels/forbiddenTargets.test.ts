/** Channels as a way to what only this network reaches: at save and at send, for every kind, as the socket sees it. */
import { CHANNEL_KINDS, type ChannelKind, type ChannelTarget } from '@sightglass/contract/alertChannel';
import { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseOutboundAllow } from '../../outbound/outboundAllow.ts';
import { createOutboundClient } from '../../outbound/outboundClient.ts';
import { FORBIDDEN_ANSWERS, FORBIDDEN_HOSTS, FORBIDDEN_REDIRECTS, redirectTo } from '../../outbound/testing/forbiddenTargets.ts';
import { type RecordingServer, startRecordingServer } from '../../outbound/testing/recordingServer.ts';
import { checkTarget } from './checkTarget.ts';
import { createSenders } from './senders.ts';
import { LINKS, messageOf } from './testing/messages.ts';

type UrlKind = Exclude<ChannelKind, 'email'>;
const KINDS = CHANNEL_KINDS.filter((kind): kind is UrlKind => kind !== 'email');

const mailer = { send: async () => ({ ok: true as const, value: { accepted: [], refused: [] } }) };
/** Nothing of the network's inside, and nothing of what the address holds. */
const GENERIC =
  /^(?:The address (?:cannot be reached|did not answer)|This address is private|Enter a whole address|Only addresses that|Leave user name|A redirect)/;

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

function targetOf(kind: UrlKind, url: string): ChannelTarget {
  switch (kind) {
    case 'pagerduty':
      return { kind, config: { routing_key: 'R'.repeat(32), url } };
    case 'telegram':
      return { kind, config: { token: '123:abc', chat_id: '1', url } };
    case 'webhook':
      return { kind, config: { url, secret: 's3cret' } };
    case 'slack':
    case 'discord':
    case 'teams':
      return { kind, config: { url } };
  }
}

async function socketsOf(act: () => Promise<unknown>): Promise<{ attempts: number; connections: number }> {
  const connect = vi.spyOn(Socket.prototype, 'connect');
  const counted = () => servers.reduce((sum, server) => sum + server.connections(), 0);
  const before = counted();
  await act();
  return { attempts: connect.mock.calls.length, connections: counted() - before };
}

async function expectRefused(kind: UrlKind, url: string, resolved: string[]): Promise<void> {
  const outbound = createOutboundClient({ allow: [], resolve: async () => resolved, limits: { timeoutMs: 5_000 } });
  const target = targetOf(kind, url);
  const seen = await socketsOf(async () => {
    expect(await checkTarget(target, outbound)).toMatchObject({
      ok: false,
      error: { code: 'invalid-request', errors: [{ pointer: '/config/url' }] },
    });
    const sent = await createSenders({ outbound, mailer }).send(target, messageOf(), LINKS);
    expect(sent).toEqual({ ok: false, error: expect.stringMatching(GENERIC) });
  });
  expect(seen).toEqual({ attempts: 0, connections: 0 });
}

it.each(KINDS)('%s reaches the servers of this test when they are allowed', async (kind) => {
  const allow = parseOutboundAllow(`127.0.0.1:${port}`);
  const outbound = createOutboundClient({ allow: allow.ok ? allow.value : [] });
  const target = targetOf(kind, `http://127.0.0.1:${port}/`);
  const seen = await socketsOf(async () => {
    expect(await checkTarget(target, outbound)).toMatchObject({ ok: true });
    expect(await createSenders({ outbound, mailer }).send(target, messageOf(), LINKS)).toEqual({ ok: true });
  });
  expect(seen).toEqual({ attempts: 1, connections: 1 });
});

describe.each(KINDS)('%s', (kind) => {
  it.each(FORBIDDEN_HOSTS)('to the host %s is refused at save and makes no socket', async (host) => {
    await expectRefused(kind, `http://${host}:${port}/`, ['127.0.0.1', '::1']);
  });

  it.each(FORBIDDEN_ANSWERS)('to a name that resolves to %j is refused at save and makes no socket', async (address) => {
    await expectRefused(kind, `http://hooks.example:${port}/in`, [address]);
  });

  it.each(FORBIDDEN_REDIRECTS)('that is sent on to %s makes no socket there', async (location) => {
    const outside = await startRecordingServer({
      answer: (_request, response) => void response.writeHead(307, { location: redirectTo(location, port) }).end(),
    });
    const outbound = createOutboundClient({
      allow: [{ kind: 'name', name: 'hooks.example', port: outside.port }],
      resolve: async () => ['127.0.0.1'],
    });
    const seen = await socketsOf(async () => {
      const sent = await createSenders({ outbound, mailer }).send(targetOf(kind, `http://hooks.example:${outside.port}/`), messageOf(), LINKS);
      expect(sent).toEqual({ ok: false, error: expect.stringMatching(GENERIC) });
    });
    expect(seen).toEqual({ attempts: 1, connections: 0 });
    await outside.close();
  });
});

describe('the resolver', () => {
  it('that said a public address at save and a private one at send leads nowhere', async () => {
    const answers = [['93.184.216.34'], ['127.0.0.1']];
    const outbound = createOutboundClient({ allow: [], resolve: async () => answers.shift() ?? [] });
    const target = targetOf('webhook', `http://rebind.example:${port}/`);
    const seen = await socketsOf(async () => {
      expect(await checkTarget(target, outbound)).toMatchObject({ ok: true });
      expect(await createSenders({ outbound, mailer }).send(target, messageOf(), LINKS)).toMatchObject({ ok: false });
    });
    expect(seen).toEqual({ attempts: 0, connections: 0 });
  });

  it('that says a private address beside an allowed one is only followed to that', async () => {
    const allow = parseOutboundAllow(`[::1]:${port}`);
    const outbound = createOutboundClient({ allow: allow.ok ? allow.value : [], resolve: async () => ['127.0.0.1', '10.0.0.1', '::1'] });
    const before = servers.map((server) => server.connections());
    expect(await createSenders({ outbound, mailer }).send(targetOf('slack', `http://both.example:${port}/`), messageOf(), LINKS)).toEqual({
      ok: true,
    });
    expect(servers.map((server, index) => server.connections() - (before[index] ?? 0))).toEqual([0, 1]);
  });
});

it('a chain of redirects ends, without what stands at its end', async () => {
  const outside = await startRecordingServer({
    answer: (request, response) => {
      const step = Number(request.path.slice(1) || '0');
      const location = step < 3 ? `/${step + 1}` : `http://127.0.0.1:${port}/`;
      response.writeHead(308, { location }).end();
    },
  });
  const outbound = createOutboundClient({ allow: [{ kind: 'name', name: 'hooks.example', port: outside.port }], resolve: async () => ['127.0.0.1'] });
  const seen = await socketsOf(async () => {
    const sent = await createSenders({ outbound, mailer }).send(targetOf('webhook', `http://hooks.example:${outside.port}/0`), messageOf(), LINKS);
    expect(sent).toEqual({ ok: false, error: expect.stringMatching(GENERIC) });
  });
  expect(seen).toEqual({ attempts: 4, connections: 0 });
  await outside.close();
});
