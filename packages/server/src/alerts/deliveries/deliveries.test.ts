/** Who is told what and when: grouping, waiting, silences, repeats, receivers that are down, instances that die. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { alertChannels, alertDeliveries, alertRules, alerts, alertSilences, notifications } from '../../control/tables/alerts.ts';
import { createId } from '../../prefixedId.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { type AlertWorld, createAlertWorld, MINUTE_MS } from '../testing/alertWorld.ts';

const START_MS = Date.parse('2026-11-20T09:00:00Z');
const base = { severity: 'critical', check_interval_minutes: 1, evaluation_window_minutes: 1, cooldown_minutes: 0 } as const;
const ERRORS = { ...base, kind: 'error_count', config: { threshold: 0 } } as const;

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

describeOnControlEngines('messages of alerts', (engine) => {
  let world: AlertWorld;
  let mine: WorkspaceId;
  let made = 0;
  beforeEach(async () => {
    const connection = engine.connection();
    world = await createAlertWorld(store.telemetry, START_MS, connection, ...(engine.another === undefined ? [] : [await engine.another()]));
    await connection.instanceDb.delete(alertRules);
    await connection.instanceDb.delete(alerts);
    await connection.instanceDb.delete(alertChannels);
    mine = await world.makeWorkspace(`d${made++}-${Math.random().toString(36).slice(2, 8)}`);
  });
  const step = async () => {
    await world.evaluate();
    await world.tell();
    await world.send();
  };
  const fail = (agent_id = 'planner', n = 1) => world.call(mine, { calls: n, failed: n, agent_id });
  const said = () =>
    world.sent.map(
      ({ channel, message }) =>
        `${channel} ${message.reason} ${message.alerts.map(({ ruleName, labels }) => `${ruleName}/${labels.agent_id ?? ''}`).join(' ')}`,
    );

  test('the beginning and the end are told once each, to the channels that the rule names and those of all rules', async () => {
    const named = await world.addChannel(mine, 'named', { all_rules: false });
    await world.addChannel(mine, 'all');
    await world.addChannel(mine, 'other', { all_rules: false });
    await world.addRule(mine, { ...ERRORS, name: 'errors', channel_ids: [named] });
    await fail();
    for (let i = 0; i < 3; i++) await step();
    expect(said().sort()).toEqual(['all triggered errors/', 'named triggered errors/']);
    world.pass(2);
    for (let i = 0; i < 3; i++) await step();
    expect(said().slice(2).sort()).toEqual(['all resolved errors/', 'named resolved errors/']);
    expect(world.sent.at(-1)?.message).toMatchObject({
      status: 'resolved',
      alerts: [{ status: 'resolved', endsAt: new Date(world.nowMs()).toISOString() }],
    });
    const [alert] = await world.alerts(mine);
    expect((await world.timeline(alert?.id ?? '')).map(({ kind }) => kind)).toEqual([
      'triggered',
      'notified',
      'notified',
      'resolved',
      'notified',
      'notified',
    ]);
    const inApp = await engine
      .connection()
      .instanceDb.select()
      .from(notifications)
      .where(eq(notifications.workspaceId, mine))
      .orderBy(notifications.createdAt);
    expect(inApp.map(({ kind }) => kind)).toEqual(['alert_triggered', 'alert_resolved']);
  });

  test('one message carries the alerts of one rule; a channel may group over rules', async () => {
    await world.addChannel(mine, 'by rule');
    await world.addChannel(mine, 'by agent', { group_by: ['agent_id'] });
    await world.addRule(mine, { ...ERRORS, name: 'a', group_by: ['agent_id'] });
    await world.addRule(mine, { ...ERRORS, name: 'b', group_by: ['agent_id'], severity: 'info' });
    await fail('planner');
    await fail('writer');
    await step();
    expect(
      said()
        .map((line) => line.split(' ').toSorted().join(' '))
        .sort(),
    ).toEqual(
      [
        'by rule triggered a/planner a/writer',
        'by rule triggered b/planner b/writer',
        'by agent triggered a/planner b/planner',
        'by agent triggered a/writer b/writer',
      ]
        .map((line) => line.split(' ').toSorted().join(' '))
        .sort(),
    );
    expect(world.sent.find(({ channel }) => channel === 'by agent')?.message.severity).toBe('critical');
  });

  test('a channel that waits for its group gets all of it at once; what ends before is never told', async () => {
    await world.addChannel(mine, 'waits', { group_wait_seconds: 150 });
    await world.addRule(mine, { ...ERRORS, name: 'errors', group_by: ['agent_id'] });
    await fail('planner');
    await step();
    world.pass(1);
    await fail('writer');
    await fail('planner');
    await step();
    world.pass(1);
    // The writer is well again, the planner is not.
    await fail('planner');
    await step();
    expect(said()).toEqual([]);
    world.pass(0.9);
    await step();
    expect(said()).toEqual(['waits triggered errors/planner']);
    world.pass(5);
    await step();
    expect(said().slice(1)).toEqual(['waits resolved errors/planner']);
  });

  test('nobody is told of what is silenced; when the silence ends and it is still open, it is told', async () => {
    await world.addChannel(mine, 'hook');
    const rule = await world.addRule(mine, { ...ERRORS, name: 'errors', evaluation_window_minutes: 60 });
    await engine
      .connection()
      .instanceDb.insert(alertSilences)
      .values({
        id: createId('silence'),
        workspaceId: mine,
        matchers: { rule_id: rule },
        startsAt: new Date(START_MS),
        endsAt: new Date(START_MS + 10 * MINUTE_MS),
        comment: 'we know',
      });
    await fail();
    for (let i = 0; i < 5; i++) {
      await step();
      world.pass(1);
    }
    expect(said()).toEqual([]);
    const [alert] = await world.alerts(mine);
    expect((await world.timeline(alert?.id ?? '')).map(({ kind, notes }) => [kind, notes]).slice(1)).toEqual([['silenced', 'we know']]);
    world.pass(6);
    await step();
    expect(said()).toEqual(['hook triggered errors/']);
  });

  test('an alert that began and ended while it was silenced is never told, nor its end', async () => {
    await world.addChannel(mine, 'hook');
    await world.addRule(mine, { ...ERRORS, name: 'errors' });
    await engine
      .connection()
      .instanceDb.insert(alertSilences)
      .values({
        id: createId('silence'),
        workspaceId: mine,
        matchers: { severity: 'critical' },
        startsAt: new Date(START_MS),
        endsAt: new Date(START_MS + 10 * MINUTE_MS),
        comment: '',
      });
    await fail();
    await step();
    world.pass(20);
    await step();
    expect(await world.alerts(mine)).toMatchObject([{ status: 'resolved' }]);
    expect(said()).toEqual([]);
  });

  test('snoozed alerts wait; an open one is told again until somebody acknowledges it', async () => {
    const { instanceDb } = engine.connection();
    await world.addChannel(mine, 'hook', { repeat_minutes: 30 });
    await world.addRule(mine, { ...ERRORS, name: 'errors', evaluation_window_minutes: 1_440 });
    await fail();
    await step();
    expect(said()).toEqual(['hook triggered errors/']);
    for (let i = 0; i < 61; i++) {
      world.pass(1);
      await step();
    }
    expect(said().slice(1)).toEqual(['hook repeated errors/', 'hook repeated errors/']);
    await instanceDb
      .update(alerts)
      .set({ snoozedUntil: new Date(world.nowMs() + 40 * MINUTE_MS) })
      .where(eq(alerts.workspaceId, mine));
    world.pass(35);
    await step();
    expect(said()).toHaveLength(3);
    world.pass(10);
    await step();
    expect(said()).toHaveLength(4);
    await instanceDb.update(alerts).set({ status: 'acknowledged' }).where(eq(alerts.workspaceId, mine));
    world.pass(100);
    await step();
    expect(said()).toHaveLength(4);
  });

  describe('a receiver that is down', () => {
    test('for half an hour gets each message once it is back, in order, and every attempt is on record', async () => {
      await world.addChannel(mine, 'hook');
      await world.addRule(mine, { ...ERRORS, name: 'errors', group_by: ['agent_id'] });
      world.setReceiver(() => ({ ok: false, error: 'HTTP 503' }));
      for (let second = 0; second < 1_800; second += 30) {
        if (second % 300 === 0) await fail(`agent ${second / 300}`);
        await step();
        world.pass(0.5);
      }
      expect(said()).toEqual([]);
      expect((await world.deliveries(mine)).length).toBe(12);
      world.setReceiver(() => ({ ok: true }));
      for (let second = 0; second < 330; second += 15) {
        await world.send();
        world.pass(0.25);
      }
      expect(said()).toEqual([0, 1, 2, 3, 4, 5].flatMap((n) => [`hook triggered errors/agent ${n}`, `hook resolved errors/agent ${n}`]));
      const attempts = await world.attempts(mine);
      expect(attempts.filter(({ success }) => success)).toHaveLength(12);
      const [first] = await world.deliveries(mine);
      const times = attempts.filter(({ deliveryId }) => deliveryId === first?.id).map(({ sentAt }) => sentAt.getTime());
      const pauses = times.slice(1).map((at, i) => at - (times[i] ?? 0));
      expect(Math.max(...pauses)).toBeLessThanOrEqual(5 * MINUTE_MS + 30_000);
      expect(pauses.length).toBeGreaterThan(8);
      const [trouble, ...more] = await engine
        .connection()
        .instanceDb.select()
        .from(notifications)
        .where(and(eq(notifications.workspaceId, mine), eq(notifications.kind, 'channel_failed')));
      expect([trouble?.title, more]).toEqual(['hook', []]);
    });

    test('for longer than a day is given up, and people are told', async () => {
      await world.addChannel(mine, 'hook');
      await world.addRule(mine, { ...ERRORS, name: 'errors', evaluation_window_minutes: 1_440 });
      world.setReceiver(() => ({ ok: false, error: 'no route' }));
      await fail();
      await step();
      for (let i = 0; i < 300; i++) {
        world.pass(5);
        await world.send();
      }
      expect(await world.deliveries(mine)).toMatchObject([{ state: 'failed' }]);
      const told = await engine
        .connection()
        .instanceDb.select()
        .from(notifications)
        .where(eq(notifications.workspaceId, mine))
        .orderBy(notifications.createdAt);
      expect(told.map(({ kind }) => kind)).toEqual(['alert_triggered', 'channel_failed', 'channel_failed']);
      expect(told.at(-1)?.message).toContain('given up: no route');
    });

    test('keeps no other from its messages', async () => {
      await world.addChannel(mine, 'dead');
      await world.addChannel(mine, 'alive');
      await world.addRule(mine, { ...ERRORS, name: 'errors', group_by: ['agent_id'] });
      world.setReceiver(({ channel }) => (channel === 'dead' ? { ok: false, error: 'HTTP 500' } : { ok: true }));
      for (let i = 0; i < 20; i++) {
        await fail(`agent ${i}`);
        await step();
        world.pass(1);
      }
      expect(said().filter((line) => line.startsWith('alive triggered'))).toHaveLength(20);
    });
  });

  test('who dies between the receiver’s answer and its note of it sends once more, nobody sends twice otherwise', async () => {
    await world.addChannel(mine, 'hook');
    await world.addRule(mine, { ...ERRORS, name: 'errors', group_by: ['agent_id'] });
    for (let i = 0; i < 10; i++) await fail(`agent ${i}`);
    await world.evaluate();
    await world.tell();
    // As if the program had been killed while it sent: the message is held, nothing is noted.
    await engine
      .connection()
      .instanceDb.update(alertDeliveries)
      .set({ heldUntil: new Date(world.nowMs() + MINUTE_MS) });
    await world.send();
    expect(said()).toEqual([]);
    world.pass(1.1);
    await Promise.all([world.send(0), world.send(engine.another === undefined ? 0 : 1)]);
    expect(said()).toHaveLength(1);
    expect(world.sent[0]?.message.alerts).toHaveLength(10);
  });

  test('a channel that is disabled is sent nothing; one that is deleted leaves nothing behind', async () => {
    const hook = await world.addChannel(mine, 'hook');
    await world.addRule(mine, { ...ERRORS, name: 'errors' });
    world.setReceiver(() => ({ ok: false, error: 'HTTP 500' }));
    await fail();
    await step();
    const { instanceDb } = engine.connection();
    await instanceDb.update(alertChannels).set({ enabled: false }).where(eq(alertChannels.id, hook));
    world.pass(5);
    await world.send();
    expect(await world.deliveries(mine)).toMatchObject([{ state: 'dropped' }]);
    await instanceDb.delete(alertChannels).where(eq(alertChannels.id, hook));
    expect(await world.deliveries(mine)).toEqual([]);
  });

  test('two instances of which one dies again and again make the alerts and messages of one', async () => {
    const timeline = async (slug: string, act: (i: number) => Promise<void>) => {
      const workspaceId = await world.makeWorkspace(`${slug}${Math.random().toString(36).slice(2, 8)}`);
      await world.addChannel(workspaceId, slug);
      await world.addRule(workspaceId, { ...ERRORS, name: 'errors', group_by: ['agent_id'], pending_minutes: 1, keep_firing_minutes: 1 });
      for (let i = 0; i < 20; i++) {
        for (const agent of [0, 1]) if ((i + agent) % 7 < 3) await world.call(workspaceId, { failed: 1, agent_id: `agent ${agent}` });
        await act(i);
        world.pass(1);
      }
      const rows = await world.alerts(workspaceId);
      return {
        alerts: rows.map(({ labels, status }) => [labels, status]),
        messages: world.sent
          .filter(({ channel }) => channel === slug)
          .map(({ message }) => [message.reason, message.alerts.map(({ labels }) => labels.agent_id).sort()]),
      };
    };
    const other = engine.another === undefined ? 0 : 1;
    const one = await timeline('one', step);
    const two = await timeline('two', async (i) => {
      // One of them stops somewhere: after evaluating, after telling, or before anything.
      await Promise.all([
        world.evaluate('due', { instance: i % 2 === 0 ? 0 : other }),
        i % 3 === 0 ? world.evaluate('due', { instance: other }) : undefined,
      ]);
      if (i % 4 !== 0) await world.tell(other);
      await Promise.all([world.tell(0), world.tell(other)]);
      await Promise.all([world.send(0), world.send(other)]);
    });
    expect(two).toEqual(one);
    expect(one.messages.length).toBeGreaterThan(3);
  });
});
