import type { Alert, AlertDetail } from '@sightglass/contract/alert';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { LinkedAlert } from '@sightglass/contract/routes/alerts';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { TEST_SECRET } from '../../../test/emptyControl.ts';
import { createAlertLinks, LINK_MS } from '../../alerts/lifecycle/alertLinks.ts';
import { createOpenAlertCount } from '../../alerts/lifecycle/openAlerts.ts';
import { ATTEMPTS_SHOWN_MAX } from '../../alerts/lifecycle/shownAlerts.ts';
import { insertAlert } from '../../alerts/lifecycle/testing/insertedAlert.ts';
import { alertAttempts, alertEvents, alertGroups, alertRules, alertSilences, alerts } from '../../control/tables/alerts.ts';
import { createId } from '../../prefixedId.ts';
import { type MembershipProgram, membershipProgram, type Person, type Refusal } from '../../workspaces/testing/membershipProgram.ts';
import { alertRoutes } from './alerts.ts';

const ALERTS = '/api/obs/alerts';
const HOUR_MS = 3_600_000;
const links = createAlertLinks(TEST_SECRET);

describeOnControlEngines('alerts', (engine) => {
  let program: MembershipProgram;
  let workspaceId: WorkspaceId;
  let ada: Person;
  let viewer: Person;
  const gone = new Set<WorkspaceId>();
  beforeAll(async () => {
    program = await membershipProgram(engine.connection(), (app, clock) =>
      alertRoutes(app, { control: engine.connection(), links, isGone: (id) => gone.has(id), now: () => BigInt(clock()) * 1_000_000n }),
    );
  });
  afterAll(() => program.stop());
  beforeEach(async () => {
    workspaceId = await program.newWorkspace();
    ada = await program.memberAs(workspaceId, 'editor');
    viewer = await program.memberAs(workspaceId, 'viewer');
  });

  const db = () => engine.connection().instanceDb;
  const insert = (alert: Parameters<typeof insertAlert>[3] = {}, agoMs = HOUR_MS) =>
    insertAlert(engine.connection(), workspaceId, program.time.nowMs - agoMs, alert);
  const list = async (query = '', who: Person | string = viewer) => {
    const { status, body } = await program.ask<{ items: Alert[]; next_cursor: string | null }>(who, 'GET', `${ALERTS}?${query}`);
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  };
  const idsOf = async (query: string, who?: Person | string) => (await list(query, who)).items.map(({ id }) => id);
  const read = (id: string, who: Person = viewer) => program.ask<AlertDetail>(who, 'GET', `${ALERTS}/${id}`);
  const act = (verb: string, id: string, body?: unknown, who: Person | string = ada) =>
    program.ask<AlertDetail & Refusal>(who, 'POST', `${ALERTS}/${id}/${verb}`, body);
  const nameOf = ({ email }: Person) => email.replace(/@.*/, '');
  const auditOf = async () => (await program.auditOf(workspaceId)).filter(({ action }) => action.startsWith('alert.'));
  const groupOf = async (ruleId: string) => (await db().select().from(alertGroups).where(eq(alertGroups.ruleId, ruleId)))[0];

  test('are listed newest first, page by page', async () => {
    const inserted = [];
    for (let hours = 5; hours > 0; hours -= 1) inserted.unshift((await insert({}, hours * HOUR_MS)).alertId);
    const first = await list('limit=2');
    expect(first.items.map(({ id }) => id)).toEqual(inserted.slice(0, 2));
    const second = await list(`limit=3&cursor=${first.next_cursor}`);
    expect(second.items.map(({ id }) => id)).toEqual(inserted.slice(2));
    expect(second.next_cursor).toBeNull();
    expect((await program.ask(viewer, 'GET', `${ALERTS}?cursor=nonsense`)).status).toBe(400);
    const hostile = Buffer.from(JSON.stringify([0, '\0'])).toString('base64url');
    expect((await program.ask(viewer, 'GET', `${ALERTS}?cursor=${hostile}`)).status).toBe(400);
  });

  test('are found by status, severity, rule, agent, words and time', async () => {
    const old = await insert({ severity: 'critical', status: 'resolved', endNotified: true, message: 'Ünder 100 % of Calls' }, 48 * HOUR_MS);
    const seen = await insert({ status: 'acknowledged', labels: { agent_id: 'planner' }, ruleName: "The Rule's name" });
    const fresh = await insert({ severity: 'info', message: 'Under_way' }, HOUR_MS / 2);
    for (const [query, expected] of [
      ['status=active', [fresh]],
      ['status=active,acknowledged', [fresh, seen]],
      ['status=resolved', [old]],
      ['severity=critical,info', [fresh, old]],
      ['severity=warning', [seen]],
      [`rule_id=${seen.ruleId}`, [seen]],
      ['agent_id=planner', [seen]],
      ['agent_id=PLANNER', []],
      ['q=ünder', [old]],
      ['q=RULE%27s', [seen]],
      ['q=%25', [old]],
      ['q=r_w', [fresh]],
      ['q=%00', []],
      ['rule_id=%00', []],
      ['from=now-24h', [fresh, seen]],
      ['to=now-24h', [old]],
      [`from=${new Date(program.time.nowMs - 49 * HOUR_MS).toISOString()}&to=now-24h`, [old]],
      ['status=active&severity=warning', []],
    ] as const) {
      expect(await idsOf(query), query).toEqual(expected.map(({ alertId }) => alertId));
    }
    for (const query of ['status=open', 'severity=high', 'from=yesterday', 'from=2026-02-31T00:00:00Z', 'limit=501']) {
      expect((await program.ask(viewer, 'GET', `${ALERTS}?${query}`)).status, query).toBe(400);
    }
  });

  test('tell all that there is to know, with the attempts to tell somebody and what happened', async () => {
    const { alertId, ruleId } = await insert({ labels: { agent_id: 'planner' }, details: { sample: [1] } });
    const triggeredMs = program.time.nowMs - HOUR_MS;
    const sentAt = (n: number) => new Date(Math.ceil((triggeredMs + n * 60_000) / 1_000) * 1_000);
    const attempt = (n: number, of: string[]) => ({
      workspaceId,
      deliveryId: 'dlv_1',
      alertIds: of,
      channelId: 'chn_1',
      channelName: 'On call',
      kind: 'slack' as const,
      attempt: n,
      sentAt: sentAt(n),
      success: n === ATTEMPTS_SHOWN_MAX + 2,
      error: n === ATTEMPTS_SHOWN_MAX + 2 ? null : 'answered 503',
    });
    const attempts = Array.from({ length: ATTEMPTS_SHOWN_MAX + 2 }, (_, i) => attempt(i + 1, ['alr_other', alertId]));
    await db()
      .insert(alertAttempts)
      .values([...attempts, attempt(1, ['alr_other'])]);
    const { body } = await read(alertId);
    const triggered_at = new Date(triggeredMs).toISOString();
    const timestamp = (n: number) => sentAt(n).toISOString().replace('.000Z', 'Z');
    expect(body).toEqual({
      id: alertId,
      rule_id: ruleId,
      rule_name: `Errors of ${ruleId}`,
      rule_kind: 'error_count',
      status: 'active',
      severity: 'warning',
      message: '7 errors in 15 minutes',
      value: 7,
      threshold: 1,
      labels: { agent_id: 'planner' },
      details: { sample: [1] },
      triggered_at,
      acknowledged_at: null,
      acknowledged_by: null,
      snoozed_until: null,
      silenced: false,
      resolved_at: null,
      resolved_by: null,
      resolution_notes: null,
      notifications: expect.any(Array) as unknown,
      timeline: [{ at: triggered_at, kind: 'triggered', by: null, notes: null }],
    });
    expect(body.notifications).toHaveLength(ATTEMPTS_SHOWN_MAX);
    expect(body.notifications[0]).toMatchObject({ attempt: 3, success: false, error: 'answered 503', sent_at: timestamp(3) });
    expect(body.notifications.at(-1)).toEqual({
      channel_id: 'chn_1',
      channel_name: 'On call',
      kind: 'slack',
      attempt: ATTEMPTS_SHOWN_MAX + 2,
      sent_at: timestamp(ATTEMPTS_SHOWN_MAX + 2),
      success: true,
      error: null,
    });
    expect((await list()).items).toEqual([expect.objectContaining({ id: alertId, notifications: body.notifications })]);
    expect((await list()).items[0]).not.toHaveProperty('timeline');
  });

  test('say whether a silence holds for them now; what has ended is not silent', async () => {
    const matching = await insert({ labels: { agent_id: 'planner' } });
    const other = await insert({ labels: { agent_id: 'writer' } });
    const ended = await insert({ labels: { agent_id: 'planner' }, status: 'resolved', endNotified: true });
    await db()
      .insert(alertSilences)
      .values({
        id: createId('silence'),
        workspaceId,
        matchers: { agent_id: 'planner' },
        startsAt: new Date(program.time.nowMs),
        endsAt: new Date(program.time.nowMs + HOUR_MS),
        comment: '',
      });
    const silenced = async () => Object.fromEntries((await list()).items.map(({ id, silenced: is }) => [id, is]));
    expect(await silenced()).toEqual({ [matching.alertId]: true, [other.alertId]: false, [ended.alertId]: false });
    program.time.nowMs += HOUR_MS;
    expect(await silenced()).toMatchObject({ [matching.alertId]: false });
  });

  test('are acknowledged once, by a person with their name or a key with its', async () => {
    const { alertId } = await insert();
    const first = await act('acknowledge', alertId, { notes: ' looking ' });
    const at = new Date(program.time.nowMs).toISOString();
    expect(first).toMatchObject({ status: 200, body: { status: 'acknowledged', acknowledged_at: at, acknowledged_by: nameOf(ada) } });
    expect(first.body.timeline.at(-1)).toEqual({ at, kind: 'acknowledged', by: nameOf(ada), notes: 'looking' });
    const key = await program.keyOf(workspaceId, ['govern']);
    const again = await act('acknowledge', alertId, undefined, key);
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(await auditOf()).toEqual([
      expect.objectContaining({
        action: 'alert.acknowledge',
        target: alertId,
        actorName: ada.email,
        before: { status: 'active', snoozed_until: null },
        after: expect.objectContaining({ status: 'acknowledged', notes: 'looking' }) as unknown,
      }),
    ]);
    const another = await insert();
    expect((await act('acknowledge', another.alertId, undefined, key)).body.acknowledged_by).toBe('of a test');
  });

  test('are resolved with notes: the group begins anew, its cooldown counts on', async () => {
    const told = await insert({ notifiedAt: new Date(program.time.nowMs) });
    const untold = await insert({ status: 'acknowledged' });
    const before = await groupOf(told.ruleId);
    const resolved = await act('resolve', told.alertId, { notes: 'rolled back' });
    const now = new Date(program.time.nowMs);
    expect(resolved).toMatchObject({
      status: 200,
      body: { status: 'resolved', resolved_at: now.toISOString(), resolved_by: nameOf(ada), resolution_notes: 'rolled back' },
    });
    expect(resolved.body.timeline.at(-1)).toMatchObject({ kind: 'resolved', by: nameOf(ada), notes: 'rolled back' });
    expect(await groupOf(told.ruleId)).toEqual({ ...before, state: 'inactive', alertId: null, since: now });
    expect((await act('resolve', untold.alertId)).status).toBe(200);
    const endNotified = await db().select({ id: alerts.id, endNotified: alerts.endNotified }).from(alerts).where(eq(alerts.workspaceId, workspaceId));
    expect(Object.fromEntries(endNotified.map((row) => [row.id, row.endNotified]))).toEqual({ [told.alertId]: false, [untold.alertId]: true });
    for (const [verb, body] of [['acknowledge'], ['resolve'], ['snooze', { until: new Date(program.time.nowMs + HOUR_MS).toISOString() }]] as const) {
      expect(await act(verb, told.alertId, body), verb).toMatchObject({ status: 409, body: { code: 'conflict' } });
    }
    expect((await auditOf()).map(({ action }) => action)).toEqual(['alert.resolve', 'alert.resolve']);
  });

  test('are resolved and acknowledged when their rule is gone', async () => {
    const { alertId, ruleId } = await insert();
    await db().delete(alertRules).where(eq(alertRules.id, ruleId));
    expect(await act('acknowledge', alertId)).toMatchObject({ status: 200 });
    expect(await act('resolve', alertId)).toMatchObject({ status: 200, body: { status: 'resolved' } });
  });

  test('are snoozed until a moment of the next 30 days', async () => {
    const { alertId } = await insert();
    // Two seconds pass before each question.
    const inMs = (ms: number) => new Date(program.time.nowMs + 2_000 + ms).toISOString();
    const monthMs = 30 * 24 * HOUR_MS;
    const until = inMs(4 * HOUR_MS);
    const snoozed = await act('snooze', alertId, { until });
    expect(snoozed).toMatchObject({ status: 200, body: { status: 'active', snoozed_until: until } });
    expect(snoozed.body.timeline.at(-1)).toMatchObject({ kind: 'snoozed', by: nameOf(ada), notes: `until ${until}` });
    for (const wrong of [() => inMs(0), () => inMs(-HOUR_MS), () => inMs(monthMs + 1), () => '2026-02-31T00:00:00Z', () => 'tomorrow']) {
      expect(await act('snooze', alertId, { until: wrong() })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/until' }] } });
    }
    expect((await act('snooze', alertId, {})).status).toBe(400);
    expect(await act('snooze', alertId, { until: inMs(monthMs) })).toMatchObject({ status: 200 });
    expect((await auditOf()).map(({ action }) => action)).toEqual(['alert.snooze', 'alert.snooze']);
  });

  test('are changed by those who may write alerts alone, with notes that can be kept', async () => {
    const { alertId } = await insert();
    for (const verb of ['acknowledge', 'resolve', 'snooze']) expect((await act(verb, alertId, {}, viewer)).status, verb).toBe(403);
    expect((await act('acknowledge', alertId, { notes: 'a\0b' })).status).toBe(400);
    expect((await act('resolve', alertId, { notes: '\ud800' })).status).toBe(400);
    expect((await act('resolve', alertId, { notes: 'x'.repeat(2_001) })).status).toBe(400);
    expect((await read(alertId)).body.status).toBe('active');
    expect(await auditOf()).toEqual([]);
  });

  test('of another workspace, and those that never were, are not found', async () => {
    const { alertId } = await insert();
    const strange = await program.memberAs(await program.newWorkspace(), 'owner');
    for (const id of [alertId, 'alr_none', '%00', 'x'.repeat(65)]) {
      expect((await read(id, strange)).status, id).toBe(404);
      for (const verb of ['acknowledge', 'resolve']) expect((await act(verb, id, {}, strange)).status, `${verb} ${id}`).toBe(404);
    }
    expect(await idsOf('', strange)).toEqual([]);
    expect((await read(alertId)).body.status).toBe('active');
  });

  test('about agents that are hidden from a member are like none', async () => {
    const secret = await insert({ labels: { agent_id: 'secret-bot' } });
    const open = await insert({ labels: { agent_id: 'open-bot' } });
    const ofNone = await insert();
    const owner = await program.memberAs(workspaceId, 'owner');
    expect((await program.ask(owner, 'POST', '/api/obs/teams', { name: 'Secret', agents: ['secret-bot'] })).status).toBe(201);
    expect((await idsOf('', ada)).sort()).toEqual([open.alertId, ofNone.alertId].sort());
    expect(await idsOf('agent_id=secret-bot', ada)).toEqual([]);
    const none = await read('alr_none', ada);
    expect((await read(secret.alertId, ada)).body).toMatchObject({ status: 404, detail: (none.body as unknown as Refusal).detail });
    expect((await act('resolve', secret.alertId)).status).toBe(404);
    expect(await idsOf('agent_id=secret-bot', owner)).toEqual([secret.alertId]);
    const count = createOpenAlertCount(engine.connection(), () => program.time.nowMs);
    expect([await count({ workspaceId, hiddenAgents: [] }), await count({ workspaceId, hiddenAgents: ['secret-bot'] })]).toEqual([3, 2]);
  });

  test('that are open are counted, acknowledged ones too; the number is at most five seconds old', async () => {
    const count = createOpenAlertCount(engine.connection(), () => program.time.nowMs);
    const counted = () => count({ workspaceId, hiddenAgents: [] });
    expect(await counted()).toBe(0);
    await insert();
    await insert({ status: 'acknowledged' });
    await insert({ status: 'resolved', endNotified: true });
    program.time.nowMs += 4_999;
    expect(await counted()).toBe(0);
    program.time.nowMs += 1;
    expect(await counted()).toBe(2);
  });

  test('acknowledged and resolved at once end in one way, told once each', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { alertId, ruleId } = await insert();
      const verbs = ['acknowledge', 'resolve', 'acknowledge', 'resolve', 'resolve'];
      const answers = await Promise.all(verbs.map((verb) => act(verb, alertId)));
      const won = answers.filter(({ status }, i) => verbs[i] === 'resolve' && status === 200);
      expect(won).toHaveLength(1);
      expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
      const { body } = await read(alertId);
      expect(body).toMatchObject({ status: 'resolved', resolved_at: won[0]?.body.resolved_at });
      const events = body.timeline.map(({ kind }) => kind);
      expect(events.at(-1)).toBe('resolved');
      expect(new Set(events).size).toBe(events.length);
      expect(await groupOf(ruleId)).toMatchObject({ state: 'inactive', alertId: null });
      expect((await auditOf()).filter(({ target }) => target === alertId)).toHaveLength(events.length - 1);
    }
  });

  test('are changed in turn with an evaluation that holds their group first', async () => {
    const { alertId, ruleId } = await insert();
    let held: () => void = () => undefined;
    const holds = new Promise<void>((resolve) => {
      held = resolve;
    });
    // The embedded engine runs one transaction after the other, a server both at once: the order of locks keeps them from a deadlock.
    const evaluation = engine
      .connection()
      .ofWorkspace(workspaceId)
      .change({ kind: 'system', id: null, name: null, address: null }, async (tx) => {
        await tx.select().from(alertGroups).where(eq(alertGroups.ruleId, ruleId)).for('update');
        held();
        await tx.update(alerts).set({ value: 8 }).where(eq(alerts.id, alertId));
        return { ok: true, value: undefined };
      });
    await holds;
    const [, answer] = await Promise.all([evaluation, act('resolve', alertId)]);
    expect(answer).toMatchObject({ status: 200, body: { status: 'resolved', value: 8 } });
  });

  const tokenOf = (alertId: string, workspace = workspaceId, expiresMs = program.time.nowMs + LINK_MS) =>
    links.tokenOf(workspace, alertId, 'On call', expiresMs);
  const lookAt = (token: string) => program.ask<LinkedAlert & Refusal>(undefined, 'GET', `/api/obs/alert-links/${token}`);
  const followLink = (token: string) => program.ask<LinkedAlert & Refusal>(undefined, 'POST', `/api/obs/alert-links/${token}/acknowledge`);

  test('are shown to whoever has the link of a message, and acknowledged by it once', async () => {
    const { alertId, ruleId } = await insert({ labels: { agent_id: 'planner' }, details: { words: 'of a user' } });
    const token = tokenOf(alertId);
    const looked = await lookAt(token);
    expect(looked).toMatchObject({ status: 200 });
    expect(looked.headers.get('cache-control')).toBe('no-store');
    expect(looked.body).toEqual({
      rule_name: `Errors of ${ruleId}`,
      severity: 'warning',
      status: 'active',
      message: '7 errors in 15 minutes',
      triggered_at: expect.any(String) as unknown,
      acknowledged_at: null,
      acknowledged_by: null,
    });
    expect(await lookAt(token)).toMatchObject({ body: looked.body });
    const done = await followLink(token);
    expect(done).toMatchObject({ status: 200, body: { status: 'acknowledged', acknowledged_by: 'by link sent to On call' } });
    expect(await followLink(token)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await lookAt(token)).toMatchObject({ status: 200, body: done.body });
    expect(await auditOf()).toEqual([
      expect.objectContaining({ action: 'alert.acknowledge', actorKind: 'system', actorName: null, address: '203.0.113.7' }),
    ]);
    const resolved = await insert({ status: 'resolved', endNotified: true });
    expect(await followLink(tokenOf(resolved.alertId))).toMatchObject({ status: 409 });
  });

  test('by a link that is wrong, too old or of what is gone: not found, in the same words', async () => {
    const { alertId } = await insert();
    const other = await program.newWorkspace();
    const doomed = await program.newWorkspace();
    const ofDoomed = await insertAlert(engine.connection(), doomed, program.time.nowMs);
    gone.add(doomed);
    const tokens = [
      'nonsense',
      '%00.%00',
      `${tokenOf(alertId)}x`,
      tokenOf(alertId, workspaceId, program.time.nowMs),
      tokenOf(alertId, other),
      tokenOf('alr_none'),
      tokenOf(ofDoomed.alertId, doomed),
      createAlertLinks('the secret of another, thirty-two chars').tokenOf(workspaceId, alertId, 'x', program.time.nowMs + LINK_MS),
    ];
    const told = new Set<string>();
    for (const token of tokens) {
      for (const answer of [await lookAt(token), await followLink(token)]) {
        expect(answer.status, token).toBe(404);
        told.add(answer.body.detail);
      }
    }
    expect(told.size).toBe(1);
    expect((await read(alertId)).body.status).toBe('active');
    const events = await db().select().from(alertEvents).where(eq(alertEvents.alertId, ofDoomed.alertId));
    expect(events.map(({ kind }) => kind)).toEqual(['triggered']);
  });
});
