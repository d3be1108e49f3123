import type { WorkspaceId } from '@sightglass/contract/ids';
import type { NotificationPage } from '@sightglass/contract/routes/notifications';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { SYSTEM_ACTOR } from '../../access/caller.ts';
import { notificationReads } from '../../control/tables/alerts.ts';
import { forgetOldNotifications } from '../../notifications/forgetOldNotifications.ts';
import { type NewNotification, notify } from '../../notifications/notifications.ts';
import { ok } from '../../result.ts';
import { type MembershipProgram, membershipProgram, type Person } from '../../workspaces/testing/membershipProgram.ts';
import { notificationRoutes } from './notifications.ts';

const PATH = '/api/obs/notifications';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describeOnControlEngines('notifications', (engine) => {
  let program: MembershipProgram;
  let workspaceId: WorkspaceId;
  let ada: Person;
  let grace: Person;
  beforeAll(async () => {
    program = await membershipProgram(engine.connection(), (app, nowMs) => notificationRoutes(app, { control: engine.connection(), nowMs }));
  });
  afterAll(() => program.stop());
  beforeEach(async () => {
    workspaceId = await program.newWorkspace();
    [ada, grace] = [await program.memberAs(workspaceId, 'viewer'), await program.memberAs(workspaceId, 'viewer')];
  });

  const told = async (agoMs: number, more: Partial<NewNotification> = {}, of = workspaceId) => {
    const entry: NewNotification = {
      kind: 'alert_triggered',
      severity: 'critical',
      title: 'Errors',
      message: `told ${agoMs} ms ago`,
      at: new Date(program.time.nowMs - agoMs),
      ...more,
    };
    await engine
      .connection()
      .ofWorkspace(of)
      .change(SYSTEM_ACTOR, async (tx) => {
        await notify(tx, of, [entry]);
        return ok(undefined);
      });
  };
  const list = async (who: Person | string = ada, query = '') => {
    const { status, body } = await program.ask<NotificationPage>(who, 'GET', `${PATH}?${query}`);
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  };
  const unreadOf = async (who: Person | string) => (await list(who)).unread;
  const markRead = (who: Person | string, body?: unknown) => program.ask<{ unread: number }>(who, 'POST', `${PATH}/read`, body);

  test('are told newest first, with what they lead to', async () => {
    await told(2 * HOUR_MS, { kind: 'channel_failed', severity: 'warning', channelId: 'chn_1' });
    await told(HOUR_MS, { alertId: 'alr_1', ruleId: 'rul_1' });
    const { items, unread } = await list();
    expect(unread).toBe(2);
    expect(items).toEqual([
      {
        id: expect.stringMatching(/^ntf_/) as string,
        kind: 'alert_triggered',
        severity: 'critical',
        title: 'Errors',
        message: `told ${HOUR_MS} ms ago`,
        alert_id: 'alr_1',
        rule_id: 'rul_1',
        channel_id: null,
        created_at: new Date(program.time.nowMs - 2_000 - HOUR_MS).toISOString(),
        read_at: null,
      },
      expect.objectContaining({ kind: 'channel_failed', channel_id: 'chn_1', alert_id: null }),
    ]);
    const first = await list(ada, 'limit=1');
    expect([first.items.length, first.unread]).toEqual([1, 2]);
    expect((await list(ada, `limit=1&cursor=${first.next_cursor}`)).items).toEqual(items.slice(1));
  });

  test('are read by each person for themselves, one by one', async () => {
    for (const hours of [3, 2, 1]) await told(hours * HOUR_MS);
    const { items } = await list();
    const middle = items[1]?.id;
    expect(await markRead(ada, { ids: [middle, middle, 'ntf_none', '\0'] })).toMatchObject({ status: 200, body: { unread: 2 } });
    const readAt = new Date(program.time.nowMs).toISOString();
    expect((await list()).items.map(({ read_at }) => read_at)).toEqual([null, readAt, null]);
    expect((await list(ada, 'unread=true')).items.map(({ id }) => id)).toEqual([items[0]?.id, items[2]?.id]);
    expect(await unreadOf(grace)).toBe(3);
    const key = await program.keyOf(workspaceId, ['read']);
    expect(await unreadOf(key)).toBe(3);
    expect(await markRead(key, { ids: [] })).toMatchObject({ body: { unread: 3 } });
    expect(await markRead(ada, { ids: [middle] })).toMatchObject({ body: { unread: 2 } });
    // Reading again does not move the time.
    expect((await list()).items[1]?.read_at).toBe(readAt);
    expect((await program.auditOf(workspaceId)).filter(({ action }) => action.startsWith('notification'))).toEqual([]);
  });

  test('are read all at once; what comes after is unread, and what was read keeps its time', async () => {
    await told(DAY_MS);
    await told(10);
    expect(await markRead(ada)).toMatchObject({ status: 200, body: { unread: 0 } });
    const readAt = new Date(program.time.nowMs).toISOString();
    // Written by a transaction that had begun before.
    await told(5_000, { title: 'late' });
    expect(await unreadOf(ada)).toBe(1);
    await told(0, { title: 'new' });
    expect((await list(ada, 'unread=true')).items.map(({ title }) => title)).toEqual(['new', 'late']);
    program.time.nowMs += HOUR_MS;
    expect(await markRead(ada, {})).toMatchObject({ body: { unread: 0 } });
    const first = (await list()).items.filter(({ title }) => title === 'Errors');
    expect(first.map(({ read_at }) => read_at)).toEqual([readAt, readAt]);
    expect(await unreadOf(grace)).toBe(4);
    // Of what is older than a week the mark alone is left.
    program.time.nowMs += 8 * DAY_MS;
    expect(await markRead(ada)).toMatchObject({ body: { unread: 0 } });
    const left = await engine.connection().instanceDb.select().from(notificationReads).where(eq(notificationReads.readerId, ada.userId));
    expect(left).toEqual([]);
    expect((await list()).items.every(({ read_at }) => read_at !== null)).toBe(true);
  });

  test('beyond a thousand are read at once, too', async () => {
    const at = new Date(program.time.nowMs - HOUR_MS);
    const entry = { kind: 'alert_resolved', severity: 'info', title: 'Errors', message: 'over', at } as const;
    await engine
      .connection()
      .ofWorkspace(workspaceId)
      .change(SYSTEM_ACTOR, async (tx) => {
        await notify(
          tx,
          workspaceId,
          Array.from({ length: 2_500 }, () => entry),
        );
        return ok(undefined);
      });
    expect(await unreadOf(ada)).toBe(2_500);
    expect(await markRead(ada)).toMatchObject({ body: { unread: 0 } });
    expect((await list(ada, 'limit=500')).items.every(({ read_at }) => read_at !== null)).toBe(true);
  });

  test('about agents that are hidden from a member are not there for them', async () => {
    const owner = await program.memberAs(workspaceId, 'owner');
    await program.ask(owner, 'POST', '/api/obs/teams', { name: 'Secret', agents: ['secret-bot'] });
    await told(HOUR_MS, { agentId: 'secret-bot', title: 'secret' });
    await told(HOUR_MS, { agentId: 'open-bot', title: 'open' });
    await told(HOUR_MS, { title: 'of none' });
    const shown = await list();
    expect([shown.items.map(({ title }) => title).sort(), shown.unread]).toEqual([['of none', 'open'], 2]);
    const secret = (await list(owner)).items.find(({ title }) => title === 'secret');
    expect(await markRead(ada, { ids: [secret?.id] })).toMatchObject({ body: { unread: 2 } });
    expect(await markRead(owner)).toMatchObject({ body: { unread: 0 } });
  });

  test('of another workspace are nobody’s', async () => {
    await told(HOUR_MS);
    const stranger = await program.memberAs(await program.newWorkspace(), 'owner');
    expect(await list(stranger)).toEqual({ items: [], next_cursor: null, unread: 0 });
    const { items } = await list();
    await markRead(stranger, { ids: items.map(({ id }) => id) });
    expect(await unreadOf(ada)).toBe(1);
  });

  test('are forgotten after 90 days, with who has read them', async () => {
    const other = await program.newWorkspace();
    const strange = await program.memberAs(other, 'viewer');
    for (const workspace of [workspaceId, other]) {
      await told(91 * DAY_MS, { title: 'old' }, workspace);
      await told(89 * DAY_MS, { title: 'young' }, workspace);
    }
    await markRead(ada, { ids: (await list()).items.map(({ id }) => id) });
    const control = engine.connection();
    const readsBefore = (await control.instanceDb.select().from(notificationReads)).length;
    expect(await forgetOldNotifications(control, program.time.nowMs)).toBe(2);
    expect(await forgetOldNotifications(control, program.time.nowMs)).toBe(0);
    for (const who of [ada, strange]) expect((await list(who)).items.map(({ title }) => title)).toEqual(['young']);
    expect((await control.instanceDb.select().from(notificationReads)).length).toBe(readsBefore - 1);
  });
});
