import type { AlertChannel } from '@sightglass/contract/alertChannel';
import { CHANNELS_MAX, MASKED_SECRET } from '@sightglass/contract/alertChannel';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Scope } from '@sightglass/contract/permissions';
import { and, eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { TEST_SECRET } from '../../../test/emptyControl.ts';
import { createChannelBox, openTarget } from '../../alerts/channels/channelRow.ts';
import { createChannelStore } from '../../alerts/channels/channels.ts';
import { keepEnvironmentChannels, refusedVariables } from '../../alerts/channels/environmentChannels.ts';
import { createSenders } from '../../alerts/channels/senders.ts';
import { messageOf } from '../../alerts/channels/testing/messages.ts';
import { alertChannels, alertDeliveries, alertRules } from '../../control/tables/alerts.ts';
import { auditEntries } from '../../control/tables/audit.ts';
import { createOutboundClient } from '../../outbound/outboundClient.ts';
import { type RecordingServer, startRecordingServer } from '../../outbound/testing/recordingServer.ts';
import { createId } from '../../prefixedId.ts';
import { insertWorkspace } from '../../workspaces/workspaces.ts';
import { appOfCaller } from '../testing/appOfCaller.ts';
import { alertChannelRoutes } from './alertChannels.ts';

const PATH = '/api/obs/alerts/channels';
const SLACK = { name: 'On call', kind: 'slack', config: { url: 'https://hooks.slack.com/services/T/B/secret' } };
const WEBHOOK = { name: 'Hook', kind: 'webhook', config: { url: 'https://example.com/in', secret: 'shared' } };
const TELEGRAM = { name: 'Telegram', kind: 'telegram', config: { token: '123:abc', chat_id: -100 } };
type Body = AlertChannel & { code?: string; detail?: string; errors?: { pointer: string; message: string }[] };

describeOnControlEngines('the channels of a workspace', (engine) => {
  const box = createChannelBox(TEST_SECRET);
  let receiver: RecordingServer;
  let status = 200;
  let mine: WorkspaceId;
  let foreign: WorkspaceId;
  beforeAll(async () => {
    receiver = await startRecordingServer({ answer: (_request, response) => void response.writeHead(status).end() });
  });
  afterAll(() => receiver.close());
  afterEach(() => {
    status = 200;
  });
  beforeEach(async () => {
    mine = await newWorkspace();
    foreign = await newWorkspace();
  });

  async function newWorkspace(): Promise<WorkspaceId> {
    const slug = createId('workspace').slice(4);
    const { instanceDb } = engine.connection();
    return (await insertWorkspace(instanceDb, () => undefined, { slug, name: slug, plan: 'free', time_zone: 'UTC' }, new Date())).id as WorkspaceId;
  }

  let nowMs = Date.parse('2026-11-20T14:00:00Z');
  /** Every name but `inner.example` is somewhere public; the receiver of this test is allowed by its name. */
  function storeOf(secretBox = box) {
    const outbound = createOutboundClient({
      allow: [{ kind: 'name', name: 'receiver.example', port: receiver.port }],
      resolve: async (name) => (['receiver.example', 'inner.example'].includes(name) ? ['127.0.0.1'] : ['93.184.216.34']),
    });
    const mailer = { send: async () => ({ ok: true as const, value: { accepted: [], refused: [] } }) };
    const senders = createSenders({ outbound, mailer });
    return createChannelStore({ control: engine.connection(), box: secretBox, outbound, senders, clock: () => (nowMs += 5) });
  }

  async function ask<T = Body>(
    method: string,
    path = '',
    body?: unknown,
    workspaceId = mine,
    scopes: readonly Scope[] = ['govern', 'read'],
    secretBox = box,
  ) {
    const app = appOfCaller(workspaceId, scopes);
    alertChannelRoutes(app, { channels: storeOf(secretBox), baseAddressOf: () => 'https://obs.example.com' });
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await app.request(`${PATH}${path}`, init);
    const text = await answer.text();
    return { status: answer.status, text, body: (text === '' ? {} : JSON.parse(text)) as T };
  }

  const rowOf = async (id: string) => (await engine.connection().instanceDb.select().from(alertChannels).where(eq(alertChannels.id, id)))[0];
  const configOf = async (id: string) => {
    const row = await rowOf(id);
    return row === undefined ? undefined : openTarget(row, box)?.config;
  };
  const auditOf = (action: string) =>
    engine
      .connection()
      .instanceDb.select()
      .from(auditEntries)
      .where(and(eq(auditEntries.workspaceId, mine), eq(auditEntries.action, action)))
      .orderBy(auditEntries.seq);
  const rule = async (name: string, channelIds: string[]) => {
    const id = createId('alertRule');
    await engine
      .connection()
      .instanceDb.insert(alertRules)
      .values({
        id,
        workspaceId: mine,
        name,
        kind: 'error_count',
        severity: 'info',
        enabled: false,
        rule: { name, kind: 'error_count', channel_ids: channelIds } as unknown as typeof alertRules.$inferInsert.rule,
      });
    return id;
  };

  describe('made', () => {
    test('shows no secret, then or later, and keeps it sealed', async () => {
      const made = await ask('POST', '', SLACK);
      expect(made).toMatchObject({
        status: 201,
        body: {
          name: 'On call',
          kind: 'slack',
          config: { url: MASKED_SECRET },
          enabled: true,
          all_rules: false,
          group_by: [],
          group_wait_seconds: 0,
          repeat_minutes: 0,
          environment: null,
          last_success_at: null,
          last_error: null,
          waiting: 0,
        },
      });
      const answers = [made, await ask('GET', `/${made.body.id}`), await ask('GET')];
      for (const { text } of answers) expect(text).not.toContain('/services/');
      const row = await rowOf(made.body.id);
      expect(row?.config).toEqual({});
      expect(Buffer.from(row?.secrets ?? []).toString('latin1')).not.toContain('services');
      expect(await configOf(made.body.id)).toEqual(SLACK.config);
    });

    test('of every kind keeps what it was given', async () => {
      const kinds = [
        [WEBHOOK, { url: 'https://example.com/in', secret: MASKED_SECRET }],
        [{ ...WEBHOOK, name: 'plain', config: { url: 'https://example.com/in' } }, { url: 'https://example.com/in' }],
        [{ name: 'Mail', kind: 'email', config: { to: ['ada@example.com'] } }, { to: ['ada@example.com'] }],
        [{ name: 'Pager', kind: 'pagerduty', config: { routing_key: 'R'.repeat(32) } }, { routing_key: MASKED_SECRET }],
        [{ name: 'Discord', kind: 'discord', config: { url: 'https://discord.com/api/webhooks/1/x' } }, { url: MASKED_SECRET }],
        [{ name: 'Teams', kind: 'teams', config: { url: 'https://example.com/workflows/1?sig=x' } }, { url: MASKED_SECRET }],
        [TELEGRAM, { token: MASKED_SECRET, chat_id: '-100' }],
      ] as const;
      for (const [sent, shown] of kinds) {
        const { status: code, body } = await ask('POST', '', sent);
        expect([code, body.config]).toEqual([201, shown]);
        expect(await configOf(body.id)).toEqual({ ...sent.config, ...('chat_id' in sent.config ? { chat_id: '-100' } : {}) });
      }
      expect((await ask<{ items: AlertChannel[] }>('GET')).body.items.map(({ name }) => name)).toEqual([
        'Telegram',
        'Teams',
        'Discord',
        'Pager',
        'Mail',
        'plain',
        'Hook',
      ]);
    });

    test('in pages', async () => {
      for (const name of ['a', 'b', 'c']) await ask('POST', '', { ...WEBHOOK, name });
      const first = await ask<{ items: AlertChannel[]; next_cursor: string }>('GET', '?limit=2');
      const second = await ask<{ items: AlertChannel[]; next_cursor: null }>('GET', `?limit=2&cursor=${first.body.next_cursor}`);
      expect([...first.body.items, ...second.body.items].map(({ name }) => name)).toEqual(['c', 'b', 'a']);
      expect(second.body.next_cursor).toBeNull();
      expect((await ask('GET', '?cursor=x')).status).toBe(400);
    });

    test.each([
      [{ ...WEBHOOK, config: { url: 'http://127.0.0.1/in' } }, '/config/url'],
      [{ ...SLACK, config: { url: 'https://inner.example/in' } }, '/config/url'],
      [{ ...WEBHOOK, config: { url: 'http://169.254.169.254/latest' } }, '/config/url'],
      [{ ...WEBHOOK, config: { url: 'ftp://example.com' } }, '/config/url'],
      [{ ...WEBHOOK, config: { url: 'https://ada:pass@example.com/in' } }, '/config/url'],
      [{ ...WEBHOOK, config: { url: 'example.com' } }, '/config/url'],
      [{ ...WEBHOOK, config: {} }, '/config/url'],
      [{ ...WEBHOOK, config: { url: 'https://example.com', header: 'x' } }, '/config/header'],
      [{ ...WEBHOOK, config: { url: 'https://example.com', secret: MASKED_SECRET } }, '/config/secret'],
      [{ ...SLACK, config: { url: MASKED_SECRET } }, '/config/url'],
      [{ name: 'x', kind: 'email', config: { to: [] } }, '/config/to'],
      [{ name: 'x', kind: 'email', config: { to: ['ada@example.com', 'ada'] } }, '/config/to/1'],
      [{ name: 'x', kind: 'pagerduty', config: { routing_key: 'k', url: 'http://10.0.0.1' } }, '/config/url'],
      [{ name: 'x', kind: 'telegram', config: { token: '1:a/../b', chat_id: '1' } }, '/config/token'],
      [{ ...TELEGRAM, config: { ...TELEGRAM.config, url: 'http://localhost:81' } }, '/config/url'],
      [{ ...SLACK, name: '' }, '/name'],
      [{ ...SLACK, kind: 'pigeon' }, '/kind'],
      [{ ...SLACK, repeat_minutes: -1 }, '/repeat_minutes'],
      [{ ...SLACK, group_wait_seconds: 3_601 }, '/group_wait_seconds'],
    ])('%j is refused at %s', async (sent, pointer) => {
      const refused = await ask('POST', '', sent);
      expect(refused).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
      expect(refused.body.errors?.map((error) => error.pointer)).toContain(pointer);
      expect((await ask<{ items: unknown[] }>('GET')).body.items).toEqual([]);
    });

    test('has its name alone, and as many as there may be', async () => {
      await ask('POST', '', SLACK);
      expect(await ask('POST', '', { ...WEBHOOK, name: SLACK.name })).toMatchObject({
        status: 409,
        body: { code: 'conflict', errors: [{ pointer: '/name' }] },
      });
      expect((await ask('POST', '', SLACK, foreign)).status).toBe(201);
      const columns = {
        workspaceId: mine,
        kind: 'email' as const,
        enabled: true,
        allRules: false,
        config: {},
        secrets: new Uint8Array(),
        groupBy: [],
      };
      const rows = Array.from({ length: CHANNELS_MAX - 1 }, (_each, index) => ({
        ...columns,
        id: createId('alertChannel'),
        name: `${index}`,
        groupWaitSeconds: 0,
        repeatMinutes: 0,
      }));
      await engine.connection().instanceDb.insert(alertChannels).values(rows);
      expect(await ask('POST', '', WEBHOOK)).toMatchObject({ status: 409, body: { detail: `A workspace has at most ${CHANNELS_MAX} channels.` } });
    });
  });

  describe('changed', () => {
    const made = async (sent: object) => (await ask('POST', '', sent)).body.id;

    test.each([
      ['nothing', WEBHOOK, {}, WEBHOOK.config],
      ['a masked secret', WEBHOOK, { config: { secret: MASKED_SECRET } }, WEBHOOK.config],
      ['another secret', WEBHOOK, { config: { secret: 'new' } }, { url: 'https://example.com/in', secret: 'new' }],
      ['a secret that is taken away', WEBHOOK, { config: { secret: null } }, { url: 'https://example.com/in' }],
      ['another address', WEBHOOK, { config: { url: 'https://example.org/in' } }, { url: 'https://example.org/in', secret: 'shared' }],
      ['another address that is a secret', SLACK, { config: { url: 'https://hooks.slack.com/other' } }, { url: 'https://hooks.slack.com/other' }],
      ['a masked address', SLACK, { config: { url: MASKED_SECRET } }, SLACK.config],
      ['another chat', TELEGRAM, { config: { chat_id: 7 } }, { token: '123:abc', chat_id: '7' }],
      [
        'another address with its token',
        TELEGRAM,
        { config: { url: 'https://example.org', token: '5:x' } },
        { token: '5:x', chat_id: '-100', url: 'https://example.org/' },
      ],
    ])('by %s has the rest as it was', async (_what, channel, changes, expected) => {
      const id = await made({ ...channel, repeat_minutes: 5 });
      expect(await ask('PATCH', `/${id}`, { ...changes, all_rules: true })).toMatchObject({
        status: 200,
        body: { id, name: channel.name, all_rules: true, repeat_minutes: 5 },
      });
      expect(await configOf(id)).toEqual(expected);
    });

    test.each([
      ['to a private address', WEBHOOK, { config: { url: 'http://192.168.0.1/' } }, '/config/url'],
      ['to another kind', WEBHOOK, { kind: 'slack' }, '/kind'],
      ['in a field that there is not', WEBHOOK, { colour: 'red' }, '/colour'],
      ['in a key that its kind has not', WEBHOOK, { config: { token: 'x' } }, '/config/token'],
      ['to no address', WEBHOOK, { config: { url: null } }, '/config/url'],
      ['to no config', WEBHOOK, { config: 'none' }, '/config'],
      ['to no name', WEBHOOK, { name: null }, '/name'],
      ['to another server that would get the token', TELEGRAM, { config: { url: 'https://evil.example' } }, '/config/token'],
      [
        'to another server that would get the masked token',
        TELEGRAM,
        { config: { url: 'https://evil.example', token: MASKED_SECRET } },
        '/config/token',
      ],
    ])('%s is refused', async (_what, channel, changes, pointer) => {
      const id = await made(channel);
      const refused = await ask('PATCH', `/${id}`, changes);
      expect([refused.status, refused.body.errors?.map((error) => error.pointer)]).toEqual([400, [pointer]]);
      expect(await ask('GET', `/${id}`)).toMatchObject({ body: { name: channel.name, kind: channel.kind } });
    });

    test('at the same time by two people, one is told to look again', async () => {
      const id = await made(WEBHOOK);
      const answers = await Promise.all([1, 2, 3].map((minutes) => ask('PATCH', `/${id}`, { repeat_minutes: minutes })));
      const codes = answers.map((answer) => answer.status).sort();
      expect(codes[0]).toBe(200);
      expect(codes.every((code) => code === 200 || code === 409)).toBe(true);
      const done = answers.filter((answer) => answer.status === 200).map(({ body }) => body.repeat_minutes);
      expect(done).toContain((await ask('GET', `/${id}`)).body.repeat_minutes);
    });

    test('to a name that another has is refused', async () => {
      await made(SLACK);
      const id = await made(WEBHOOK);
      expect(await ask('PATCH', `/${id}`, { name: SLACK.name })).toMatchObject({ status: 409, body: { errors: [{ pointer: '/name' }] } });
    });

    test('when its secrets cannot be opened, by entering them again', async () => {
      const id = await made(SLACK);
      const other = createChannelBox('another secret of the instance, thirty-two');
      expect(await ask('GET', `/${id}`, undefined, mine, ['read'], other)).toMatchObject({ status: 200, body: { config: { url: MASKED_SECRET } } });
      expect(await ask<{ success: boolean; error: string }>('POST', `/${id}/test`, undefined, mine, ['govern'], other)).toMatchObject({
        status: 200,
        body: { success: false, error: expect.stringContaining('Enter them again') },
      });
      expect((await ask('PATCH', `/${id}`, { enabled: false }, mine, ['govern'], other)).status).toBe(400);
      expect((await ask('PATCH', `/${id}`, { config: SLACK.config }, mine, ['govern'], other)).status).toBe(200);
    });
  });

  test('are deleted with what waits for them, and rules forget them', async () => {
    const { id } = (await ask('POST', '', SLACK)).body;
    const kept = (await ask('POST', '', WEBHOOK)).body.id;
    const { instanceDb } = engine.connection();
    const [both, other] = [await rule('both', [kept, id]), await rule('other', [kept])];
    const delivery = { workspaceId: mine, groupKey: 'g', message: messageOf(), alertIds: [], createdAt: new Date(), dueAt: new Date() };
    await instanceDb.insert(alertDeliveries).values([
      { ...delivery, id: createId('delivery'), channelId: id },
      { ...delivery, id: createId('delivery'), channelId: id },
      { ...delivery, id: createId('delivery'), channelId: id, state: 'sent' },
      { ...delivery, id: createId('delivery'), channelId: kept },
    ]);
    expect((await ask('GET', `/${id}`)).body.waiting).toBe(2);
    expect((await ask<{ items: AlertChannel[] }>('GET')).body.items.map(({ waiting }) => waiting)).toEqual([1, 2]);
    expect((await ask('DELETE', `/${id}`)).status).toBe(204);
    expect((await ask('DELETE', `/${id}`)).status).toBe(404);
    expect((await ask('GET', `/${id}`)).status).toBe(404);
    const rules = await instanceDb.select({ id: alertRules.id, rule: alertRules.rule }).from(alertRules).where(eq(alertRules.workspaceId, mine));
    expect(new Map(rules.map((row) => [row.id, row.rule.channel_ids]))).toEqual(
      new Map([
        [both, [kept]],
        [other, [kept]],
      ]),
    );
    expect(await instanceDb.select().from(alertDeliveries).where(eq(alertDeliveries.workspaceId, mine))).toHaveLength(1);
  });

  test('of another workspace are like none', async () => {
    const { id } = (await ask('POST', '', SLACK)).body;
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { enabled: false }],
      ['DELETE', '', undefined],
      ['POST', '/test', undefined],
    ] as const) {
      expect((await ask(method, `/${id}${path}`, body, foreign)).status).toBe(404);
    }
    expect((await ask<{ items: unknown[] }>('GET', '', undefined, foreign)).body.items).toEqual([]);
  });

  test('are read with read and changed with govern', async () => {
    const { id } = (await ask('POST', '', SLACK)).body;
    expect((await ask('GET', `/${id}`, undefined, mine, ['read'])).status).toBe(200);
    for (const [method, path, body] of [
      ['POST', '', WEBHOOK],
      ['PATCH', `/${id}`, {}],
      ['DELETE', `/${id}`, undefined],
      ['POST', `/${id}/test`, undefined],
    ] as const) {
      expect((await ask(method, path, body, mine, ['read'])).status).toBe(403);
    }
  });

  describe('tried', () => {
    const hook = () => ({ name: 'Receiver', kind: 'webhook', config: { url: `http://receiver.example:${receiver.port}/in`, secret: 'shared' } });
    const testOf = (id: string) => ask<{ success: boolean; error: string | null; took_ms: number }>('POST', `/${id}/test`);

    test('send one message that says that it is a test, and tell that it arrived', async () => {
      const { id } = (await ask('POST', '', hook())).body;
      receiver.requests.length = 0;
      expect(await testOf(id)).toEqual({ status: 200, text: expect.any(String), body: { success: true, error: null, took_ms: 5 } });
      expect(receiver.requests).toHaveLength(1);
      expect(JSON.parse(receiver.requests[0]?.body ?? '')).toMatchObject({
        receiver: 'Receiver',
        severity: 'info',
        commonLabels: { alertname: 'Test' },
      });
      expect((await ask('GET', `/${id}`)).body).toMatchObject({ last_success_at: expect.any(String), last_failure_at: null, last_error: null });
    });

    test('tell why it did not arrive, until it does', async () => {
      const { id } = (await ask('POST', '', hook())).body;
      status = 503;
      expect((await testOf(id)).body).toMatchObject({ success: false, error: 'The address answered 503.' });
      expect((await ask('GET', `/${id}`)).body).toMatchObject({ last_success_at: null, last_error: 'The address answered 503.' });
      status = 200;
      await testOf(id);
      expect((await ask('GET', `/${id}`)).body).toMatchObject({ last_failure_at: expect.any(String), last_error: null });
    });
  });

  test('leave in the audit log who did what, without a secret', async () => {
    const { id } = (await ask('POST', '', { ...WEBHOOK, config: { ...WEBHOOK.config, secret: 'sesame-one' } })).body;
    await ask('PATCH', `/${id}`, { config: { secret: 'sesame-two' } });
    await ask('PATCH', `/${id}`, { enabled: false });
    await ask('DELETE', `/${id}`);
    const [created] = await auditOf('alert_channel.create');
    expect(created).toMatchObject({ target: id, before: null, after: { name: 'Hook', config: { url: 'https://example.com/in', secret: '***' } } });
    const changes = await auditOf('alert_channel.change');
    expect(changes.map(({ after }) => (after as { secrets_changed?: boolean }).secrets_changed)).toEqual([true, undefined]);
    expect(changes[1]).toMatchObject({ before: { enabled: true }, after: { enabled: false } });
    expect(await auditOf('alert_channel.delete')).toMatchObject([{ target: id, before: { name: 'Hook' }, after: null }]);
    await ask('POST', '', SLACK);
    const all = await engine.connection().instanceDb.select().from(auditEntries).where(eq(auditEntries.workspaceId, mine));
    expect(JSON.stringify(all, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))).not.toMatch(/sesame|\/services\//);
  });

  describe('of the environment', () => {
    const NONE = { SLACK_WEBHOOK_URL: undefined, ALERT_WEBHOOK_URL: undefined, ALERT_EMAIL_ENABLED: undefined };
    const ALL = {
      SLACK_WEBHOOK_URL: { url: 'https://hooks.slack.com/services/env' },
      ALERT_WEBHOOK_URL: { url: 'https://example.com/env' },
      ALERT_EMAIL_ENABLED: { to: ['ada@example.com'] },
    };
    const keep = (channels: Parameters<typeof keepEnvironmentChannels>[3]) => keepEnvironmentChannels(engine.connection(), box, mine, channels);
    const list = async () => (await ask<{ items: AlertChannel[] }>('GET')).body.items;

    test('are made, told of every rule, and come twice for nobody', async () => {
      await Promise.all([keep(ALL), keep(ALL), keep(ALL)]);
      await keep(ALL);
      const items = await list();
      expect(new Map(items.map(({ name, kind, environment, all_rules: allRules }) => [name, [kind, environment, allRules]]))).toEqual(
        new Map([
          ['Slack (environment)', ['slack', 'SLACK_WEBHOOK_URL', true]],
          ['Webhook (environment)', ['webhook', 'ALERT_WEBHOOK_URL', true]],
          ['E-mail (environment)', ['email', 'ALERT_EMAIL_ENABLED', true]],
        ]),
      );
      expect(items).toHaveLength(3);
      expect(await auditOf('alert_channel.create')).toHaveLength(3);
      expect(await auditOf('alert_channel.change')).toHaveLength(0);
    });

    test('follow their variable, and go when it is unset', async () => {
      await keep(ALL);
      const slack = (await list()).find(({ kind }) => kind === 'slack');
      const id = await rule('told', [slack?.id ?? '']);
      await keep({ ...ALL, SLACK_WEBHOOK_URL: { url: 'https://hooks.slack.com/services/other' } });
      expect(await configOf(slack?.id ?? '')).toEqual({ url: 'https://hooks.slack.com/services/other' });
      await keep({ ...NONE, ALERT_WEBHOOK_URL: ALL.ALERT_WEBHOOK_URL });
      expect((await list()).map(({ kind }) => kind)).toEqual(['webhook']);
      const [told] = await engine.connection().instanceDb.select().from(alertRules).where(eq(alertRules.id, id));
      expect(told?.rule.channel_ids).toEqual([]);
    });

    test('leave alone what people made, their names too', async () => {
      await ask('POST', '', { ...SLACK, name: 'Slack (environment)' });
      await keep(ALL);
      expect((await list()).map(({ name }) => name).filter((name) => name.startsWith('Slack'))).toEqual(
        expect.arrayContaining(['Slack (environment)', 'Slack (environment) 2']),
      );
      await keep(NONE);
      expect((await list()).map(({ name }) => name)).toEqual(['Slack (environment)']);
    });

    test('are not for people to change or delete, and can be tried', async () => {
      await keep({ ...NONE, ALERT_WEBHOOK_URL: { url: `http://receiver.example:${receiver.port}/env` } });
      const [channel] = await list();
      for (const [method, body] of [
        ['PATCH', { enabled: false }],
        ['DELETE', undefined],
      ] as const) {
        expect(await ask(method, `/${channel?.id}`, body)).toMatchObject({
          status: 409,
          body: { detail: expect.stringContaining('ALERT_WEBHOOK_URL') },
        });
      }
      expect((await ask('POST', `/${channel?.id}/test`)).body).toMatchObject({ success: true });
    });

    test('that may not be called are told of at start', () => {
      expect(refusedVariables({ ...ALL, ALERT_WEBHOOK_URL: { url: 'http://10.0.0.1/x' } }, [])).toEqual([
        expect.stringMatching(/^ALERT_WEBHOOK_URL: This address is private/),
      ]);
      expect(refusedVariables(ALL, [])).toEqual([]);
    });
  });
});
