/** What really arrives at receivers, and what is said when it does not. */
import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ChannelTarget } from '@sightglass/contract/alertChannel';
import { afterEach, describe, expect, it } from 'vitest';
import { createMailer } from '../../mail/mailer.ts';
import { startRecordingSmtpServer } from '../../mail/testing/recordingSmtpServer.ts';
import { createOutboundClient } from '../../outbound/outboundClient.ts';
import { type RecordedRequest, startRecordingServer } from '../../outbound/testing/recordingServer.ts';
import type { AlertMessage } from '../alertMessage.ts';
import { createPagerdutySender } from './pagerduty/sendPagerduty.ts';
import { createSenders } from './senders.ts';
import { alertOf, LINKS, messageOf, resolvedMessage } from './testing/messages.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const noMailer = { send: async () => ({ ok: true as const, value: { accepted: [], refused: [] } }) };

/** A receiver outside of us, and senders that may reach it. */
async function receiver(answer?: (request: RecordedRequest, response: ServerResponse) => void, sendMsMax?: number) {
  const server = await startRecordingServer(answer === undefined ? {} : { answer });
  closers.push(server.close);
  const outbound = createOutboundClient({ allow: [{ kind: 'name', name: 'hooks.example', port: server.port }], resolve: async () => ['127.0.0.1'] });
  const senders = createSenders({ outbound, mailer: noMailer, ...(sendMsMax === undefined ? {} : { sendMsMax }) });
  const url = `http://hooks.example:${server.port}`;
  return { ...server, url, outbound, send: (target: ChannelTarget, message: AlertMessage = messageOf()) => senders.send(target, message, LINKS) };
}

const answering =
  (status: number, body = '', headers: Record<string, string> = {}) =>
  (_request: RecordedRequest, response: ServerResponse) =>
    void response.writeHead(status, headers).end(body);

describe('a webhook', () => {
  it('is signed over the bytes that arrive', async () => {
    const { url, send, requests } = await receiver();
    expect(await send({ kind: 'webhook', config: { url: `${url}/in`, secret: 'sécret' } })).toEqual({ ok: true });
    const [request] = requests;
    expect(request).toMatchObject({ method: 'POST', path: '/in', headers: { 'content-type': 'application/json' } });
    expect(request?.headers['x-sightglass-signature']).toBe(
      `sha256=${createHmac('sha256', 'sécret')
        .update(request?.body ?? '')
        .digest('hex')}`,
    );
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ version: '4', status: 'firing', alerts: [{ labels: { alertname: 'Error rate' } }] });
  });

  it('without a secret has no signature', async () => {
    const { url, send, requests } = await receiver();
    await send({ kind: 'webhook', config: { url } });
    expect(requests[0]?.headers).not.toHaveProperty('x-sightglass-signature');
  });

  it('has the same id for each attempt at a message, and another for another message', async () => {
    const { url, send, requests } = await receiver(answering(500));
    for (const message of [messageOf(), messageOf(), resolvedMessage()]) await send({ kind: 'webhook', config: { url } }, message);
    const [first, again, other] = requests.map(({ headers }) => headers['x-sightglass-delivery']);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('follows a redirect that keeps the body', async () => {
    const { url, send, requests } = await receiver(
      ({ path }, response) => void (path === '/old' ? response.writeHead(308, { location: '/new' }).end() : response.end()),
    );
    expect(await send({ kind: 'webhook', config: { url: `${url}/old` } })).toEqual({ ok: true });
    expect(requests.map(({ path, body }) => [path, body === requests[0]?.body])).toEqual([
      ['/old', true],
      ['/new', true],
    ]);
  });
});

const TARGETS = {
  slack: (url: string): ChannelTarget => ({ kind: 'slack', config: { url: `${url}/services/T0/B0/secret` } }),
  discord: (url: string): ChannelTarget => ({ kind: 'discord', config: { url: `${url}/api/webhooks/1/secret` } }),
  teams: (url: string): ChannelTarget => ({ kind: 'teams', config: { url: `${url}/workflows/1?sig=secret` } }),
  telegram: (url: string): ChannelTarget => ({ kind: 'telegram', config: { token: '123:secret', chat_id: '-100', url } }),
  pagerduty: (url: string): ChannelTarget => ({ kind: 'pagerduty', config: { routing_key: 'secret', url } }),
  webhook: (url: string): ChannelTarget => ({ kind: 'webhook', config: { url: `${url}/secret`, secret: 'secret' } }),
};

it.each([
  ['slack', '/services/T0/B0/secret', 'attachments'],
  ['discord', '/api/webhooks/1/secret', 'embeds'],
  ['teams', '/workflows/1?sig=secret', 'attachments'],
  ['telegram', '/bot123:secret/sendMessage', 'parse_mode'],
  ['pagerduty', '/v2/enqueue', 'dedup_key'],
] as const)('%s arrives as one POST of JSON', async (kind, path, field) => {
  const { url, send, requests } = await receiver(answering(202));
  expect(await send(TARGETS[kind](url))).toEqual({ ok: true });
  expect(requests).toMatchObject([{ method: 'POST', path, headers: { 'content-type': 'application/json' } }]);
  expect(JSON.parse(requests[0]?.body ?? '')).toHaveProperty(field);
});

describe.each(Object.entries(TARGETS))('what is said of a %s that fails', (_kind, targetOf) => {
  it.each([400, 401, 404, 500, 503])('with %d is the status, and nothing of the address or its answer', async (status) => {
    const { url, send } = await receiver(answering(status, 'the secret inside'));
    const sent = await send(targetOf(url));
    expect(sent).toEqual({ ok: false, error: `The address answered ${status}.` });
  });

  it('with 429 is how long to wait', async () => {
    const { url, send } = await receiver(answering(429, '', { 'retry-after': '7' }));
    expect(await send(targetOf(url))).toEqual({ ok: false, error: 'The address answered 429.', retryAfterSeconds: 7 });
  });

  it('without an answer is that it did not come in time', async () => {
    const { url, send } = await receiver(() => undefined, 50);
    expect(await send(targetOf(url))).toEqual({ ok: false, error: 'The receiver did not answer in time.' });
  });

  it('with a broken connection is that', async () => {
    const { url, send } = await receiver((_request, response) => response.destroy());
    expect(await send(targetOf(url))).toEqual({ ok: false, error: 'The connection broke, or the answer was no valid HTTP.' });
  });
});

it('what Slack means by its answer is told in words', async () => {
  const { url, send } = await receiver(answering(404, 'no_service'));
  expect(await send(TARGETS.slack(url))).toEqual({
    ok: false,
    error: 'The address answered 404: the webhook was removed or its app is disabled; make another in Slack',
  });
});

it('how long Telegram wants to be left alone stands in its body', async () => {
  const { url, send } = await receiver(answering(429, JSON.stringify({ ok: false, description: 'secret', parameters: { retry_after: 31 } })));
  expect(await send(TARGETS.telegram(url))).toEqual({ ok: false, error: 'The address answered 429.', retryAfterSeconds: 31 });
});

it.each(['1:a/../../x', '1:a?x', '1:a#x', '', '1:a b'])('a token %j that would lead elsewhere is never sent', async (token) => {
  const { url, send, connections } = await receiver();
  expect(await send({ kind: 'telegram', config: { token, chat_id: '1', url } })).toEqual({ ok: false, error: 'The token is not one of a bot.' });
  expect(connections()).toBe(0);
});

describe('PagerDuty', () => {
  const eventsOf = (requests: readonly RecordedRequest[]) =>
    requests.map(({ body }) => JSON.parse(body) as { event_action: string; dedup_key: string });
  const many = (count: number) => messageOf({ alerts: Array.from({ length: count }, (_each, index) => alertOf({ fingerprint: `f${index}` })) });

  it('gets an event for each alert', async () => {
    const { url, send, requests } = await receiver();
    expect(await send(TARGETS.pagerduty(url), many(12))).toEqual({ ok: true });
    expect(new Set(eventsOf(requests).map(({ dedup_key: key }) => key)).size).toBe(12);
  });

  it('gets the beginning of a test and its end, in this order', async () => {
    const { url, send, requests } = await receiver();
    await send(TARGETS.pagerduty(`${url}/own/path`), messageOf({ reason: 'test' }));
    expect(eventsOf(requests).map(({ event_action: action }) => action)).toEqual(['trigger', 'resolve']);
    expect(requests.map(({ path }) => path)).toEqual(['/own/path', '/own/path']);
  });

  it('goes on where it stopped', async () => {
    let taken = 0;
    const { url, send, requests } = await receiver((_request, response) => void response.writeHead(taken++ < 7 ? 202 : 429).end());
    expect(await send(TARGETS.pagerduty(url), many(20))).toMatchObject({ ok: false, error: 'The address answered 429.' });
    const first = requests.length;
    taken = -1_000;
    expect(await send(TARGETS.pagerduty(url), many(20))).toEqual({ ok: true });
    expect(requests.length - first).toBe(20 - 7);
    expect(new Set(eventsOf(requests).map(({ dedup_key: key }) => key)).size).toBe(20);
  });

  it('leaves for the next attempt what does not fit into the time of one', async () => {
    const { url, outbound, requests } = await receiver();
    // Each look at the clock finds it a second and a half later.
    let nowMs = 0;
    const send = createPagerdutySender(outbound, () => (nowMs += 1_500));
    const attempt = () => send({ routing_key: 'secret', url }, many(30), LINKS);
    expect(await attempt()).toEqual({ ok: false, error: '10 of 30 events have arrived; the others follow.', retryAfterSeconds: 1 });
    expect(await attempt()).toMatchObject({ ok: false, error: '20 of 30 events have arrived; the others follow.' });
    expect(await attempt()).toEqual({ ok: true });
    expect(new Set(eventsOf(requests).map(({ dedup_key: key }) => key)).size).toBe(30);
    expect(requests).toHaveLength(30);
  });
});

describe('a mail', () => {
  const mailTo = async (port: number) => {
    const from = { name: 'Sightglass', address: 'sightglass@example.com' };
    const log = { info: () => undefined, warn: () => undefined };
    const mailer = createMailer({ smtp: { host: '127.0.0.1', port, login: undefined, from }, auth: 'required' }, log);
    closers.push(() => mailer.stop());
    const { send } = createSenders({ outbound: createOutboundClient({ allow: [] }), mailer });
    return (message: AlertMessage) => send({ kind: 'email', config: { to: ['ada@example.com', 'oncall@example.com'] } }, message, LINKS);
  };

  it('arrives at all of them, the end in the thread of the beginning', async () => {
    const server = await startRecordingSmtpServer();
    closers.push(server.close);
    const send = await mailTo(server.port);
    expect(await send(messageOf())).toEqual({ ok: true });
    expect(await send(resolvedMessage())).toEqual({ ok: true });
    expect(server.mails.map(({ to }) => to)).toEqual([
      ['ada@example.com', 'oncall@example.com'],
      ['ada@example.com', 'oncall@example.com'],
    ]);
    const [begun, ended] = server.mails.map(({ source }) => /^References:\s+(<[^>]+>)/m.exec(source)?.[1]);
    expect(begun).toBeDefined();
    expect(ended).toBe(begun);
    expect(server.mails.map(({ source }) => /^Subject: (.*)$/m.exec(source)?.[1])).toEqual([
      '[CRITICAL] Error rate: 7 % of calls failed',
      '[Resolved] Error rate: 7 % of calls failed',
    ]);
  });

  it('that the server refuses says so, without the words of the server', async () => {
    const server = await startRecordingSmtpServer({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('inner host mx7 says no'), { responseCode: 550 })),
    });
    closers.push(server.close);
    expect(await (await mailTo(server.port))(messageOf())).toEqual({ ok: false, error: 'The mail server refused the mail (550).' });
  });

  it('without a mail server says what is missing', async () => {
    const mailer = createMailer({ smtp: undefined, auth: 'required' }, { info: () => undefined, warn: () => undefined });
    const senders = createSenders({ outbound: createOutboundClient({ allow: [] }), mailer });
    expect(await senders.send({ kind: 'email', config: { to: ['ada@example.com'] } }, messageOf(), LINKS)).toEqual({
      ok: false,
      error: 'No mail server is set up; the operator can set SMTP_HOST.',
    });
  });
});

it('a sender that throws is told of, and fails like any other', async () => {
  const warnings: string[] = [];
  const broken = { send: async () => Promise.reject(new Error('a bug with a secret in it')) };
  const senders = createSenders({ outbound: broken, mailer: noMailer, warn: (message) => warnings.push(message) });
  const sent = await senders.send({ kind: 'slack', config: { url: 'https://hooks.example.com' } }, messageOf(), LINKS);
  expect(sent).toEqual({ ok: false, error: 'The message could not be written; the log of the server has more.' });
  expect(warnings).toEqual(['a message for slack could not be written']);
});
