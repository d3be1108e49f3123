/** Rules of every kind over real data, under a clock that the test moves. */
import type { NewAlertRuleInput } from '@sightglass/contract/alertRule';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { agents } from '../../control/tables/agents.ts';
import { alertGroups, alertRules, alerts } from '../../control/tables/alerts.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { type AlertWorld, createAlertWorld, MINUTE_MS } from '../testing/alertWorld.ts';

const START_MS = Date.parse('2026-11-20T09:00:00Z');
const base = { severity: 'critical', check_interval_minutes: 1, evaluation_window_minutes: 5, cooldown_minutes: 0 } as const;

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

describeOnControlEngines('the evaluation of rules', (engine) => {
  let world: AlertWorld;
  let mine: WorkspaceId;
  let made = 0;
  beforeEach(async () => {
    world = await createAlertWorld(store.telemetry, START_MS, engine.connection());
    await engine.connection().instanceDb.delete(alertRules);
    mine = await world.makeWorkspace(`w${made++}-${Math.random().toString(36).slice(2, 8)}`, 'Europe/Vienna');
  });
  const rule = (input: Partial<NewAlertRuleInput> & Pick<NewAlertRuleInput, 'kind' | 'config'>) =>
    world.addRule(mine, { ...base, name: `rule ${made++}`, ...input } as NewAlertRuleInput);
  const open = async () => (await world.alerts(mine)).filter(({ status }) => status !== 'resolved');

  describe('by kind', () => {
    test.each<[string, Parameters<typeof rule>[0], Record<string, unknown>, Record<string, unknown>]>([
      [
        'cost_threshold',
        { kind: 'cost_threshold', config: { threshold_usd: '0.3' } },
        { calls: 3, cost_usd: '0.1' },
        { calls: 1, cost_usd: '0.000000000001' },
      ],
      ['error_rate', { kind: 'error_rate', config: { threshold: 0.5 } }, { calls: 4, failed: 2 }, { failed: 1 }],
      [
        'error_rate of model calls',
        { kind: 'error_rate', config: { threshold: 0.1, of: 'llm' } },
        { calls: 4, failed: 4, kind: 'tool' },
        { calls: 2, failed: 1 },
      ],
      ['error_count', { kind: 'error_count', config: { threshold: 2 } }, { calls: 9, failed: 2 }, { failed: 1 }],
      [
        'error_count of requests',
        { kind: 'error_count', config: { threshold: 0, of: 'requests' } },
        { calls: 9, failed: 9 },
        { kind: 'http', otel_kind: 2, status_code: 503 },
      ],
      [
        'latency',
        { kind: 'latency', config: { percentile: 99, threshold_ms: 5000, of: 'llm' } },
        { calls: 5, duration_ns: 5_000_000_000 },
        { calls: 5, duration_ns: 6_000_000_000 },
      ],
      [
        'metric_threshold',
        { kind: 'metric_threshold', config: { measure: 'output_tokens', operator: '>=', threshold: 10 } },
        { output_tokens: 9 },
        { output_tokens: 1 },
      ],
      [
        'provider_down',
        { kind: 'provider_down', config: { consecutive_failures: 3, provider: 'openai' } },
        { calls: 5, failed: 2, provider: 'openai' },
        { calls: 3, failed: 3, provider: 'openai' },
      ],
    ])('%s: silent at its bound, speaks beyond it', async (_, input, atBound, beyond) => {
      const id = await rule(input);
      await world.call(mine, atBound);
      await world.evaluate();
      expect(await open()).toEqual([]);
      world.pass(1);
      await world.call(mine, beyond);
      await world.evaluate();
      expect(await world.rule(id)).toMatchObject({ lastError: null });
      expect(await open()).toMatchObject([{ ruleId: id, status: 'active', severity: 'critical' }]);
      // Everything leaves the window.
      world.pass(10);
      if (input.kind !== 'error_rate' && input.kind !== 'latency' && input.kind !== 'provider_down') {
        await world.evaluate();
        expect(await open()).toEqual([]);
      }
    });

    test('cost_per_day counts the day of the workspace’s time zone', async () => {
      await rule({ kind: 'cost_per_day', config: { threshold_usd: 1 }, check_interval_minutes: 1 });
      // 23:30 of Vienna’s 19th.
      world.pass(-630);
      await world.call(mine, { cost_usd: '5' });
      world.pass(15);
      await world.evaluate('all');
      expect(await open()).toMatchObject([{ value: 5, threshold: 1, message: 'Cost today: $5, above $1' }]);
      world.pass(16);
      await world.evaluate('all');
      expect(await open()).toEqual([]);
    });

    test('no_heartbeat watches who ever sent one, and not those whose silence began before anybody listened', async () => {
      const { instanceDb } = engine.connection();
      await rule({ kind: 'no_heartbeat', config: { minutes: 10 } });
      const agent = (agentId: string, agoMs: number | null) => ({
        workspaceId: mine,
        agentId,
        lastHeartbeatAt: agoMs === null ? null : new Date(world.nowMs() - agoMs),
        lastSeenAt: new Date(world.nowMs()),
      });
      await instanceDb.insert(agents).values([agent('beats', 60_000), agent('never', null), agent('long ago', 60 * MINUTE_MS)]);
      await world.evaluate();
      expect(await open()).toEqual([]);
      world.pass(10);
      await world.evaluate();
      expect((await open()).map(({ labels }) => labels.agent_id).sort()).toEqual(['beats', 'long ago']);
      await instanceDb
        .update(agents)
        .set({ lastHeartbeatAt: new Date(world.nowMs()) })
        .where(eq(agents.workspaceId, mine));
      world.pass(1);
      await world.evaluate();
      expect(await open()).toEqual([]);
    });

    test('no_heartbeat of one agent speaks also when it never sent any', async () => {
      await rule({ kind: 'no_heartbeat', config: { minutes: 10, agent_id: 'ghost' } });
      world.pass(9);
      await world.evaluate();
      expect(await open()).toEqual([]);
      world.pass(1);
      await world.evaluate();
      expect(await open()).toMatchObject([
        { labels: { agent_id: 'ghost' }, value: 10, message: 'No heartbeat for 10 min, expected every 10 min (agent_id ghost)' },
      ]);
    });

    test('a rate of fewer calls than asked for is no data', async () => {
      await rule({ kind: 'error_rate', config: { threshold: 0.1, min_count: 10 }, no_data: 'ok' });
      await world.call(mine, { calls: 9, failed: 9 });
      await world.evaluate();
      expect(await open()).toEqual([]);
      world.pass(1);
      await world.call(mine, { failed: 1 });
      await world.evaluate();
      expect(await open()).toMatchObject([{ value: 1, details: { calls: 10, measure: 'error_rate' } }]);
    });
  });

  test('each group has an alert of its own, with its labels; a filter is a label, too', async () => {
    await rule({
      kind: 'error_count',
      config: { threshold: 0 },
      group_by: ['agent_id', 'model'],
      filters: [{ field: 'environment', op: '=', value: 'live' }],
    });
    for (const [agent_id, request_model, environment] of [
      ['planner', 'gpt', 'live'],
      ['planner', 'claude', 'live'],
      ['writer', 'gpt', 'test'],
    ])
      await world.call(mine, { failed: 1, agent_id, request_model, environment });
    await world.evaluate();
    expect((await open()).map(({ labels }) => labels)).toEqual([
      { agent_id: 'planner', model: 'claude', environment: 'live' },
      { agent_id: 'planner', model: 'gpt', environment: 'live' },
    ]);
    world.pass(1);
    await world.evaluate();
    expect(await open()).toHaveLength(2);
  });

  test.each([
    ['keep', 'active'],
    ['ok', 'resolved'],
    ['resolve', 'resolved'],
    ['alert', 'active'],
  ] as const)('no data, %s: an open alert is then %s', async (no_data, status) => {
    const id = await rule({ kind: 'latency', config: { percentile: 95, threshold_ms: 100 }, no_data });
    await world.call(mine, { duration_ns: 1_000_000_000 });
    await world.evaluate();
    expect(await world.alerts(mine)).toMatchObject([{ status: 'active', value: 1000 }]);
    world.pass(20);
    await world.evaluate();
    const [alert] = await world.alerts(mine);
    expect(alert).toMatchObject({ ruleId: id, status, value: status === 'active' ? null : 1000 });
    const kinds = (await world.timeline(alert?.id ?? '')).map(({ kind }) => kind);
    expect(kinds).toEqual(['triggered', status === 'active' ? 'no_data' : 'resolved']);
  });

  test('pending, keep firing and the cooldown are kept over evaluations', async () => {
    await rule({
      kind: 'error_count',
      config: { threshold: 0 },
      evaluation_window_minutes: 1,
      pending_minutes: 2,
      keep_firing_minutes: 2,
      cooldown_minutes: 15,
    });
    const states: string[] = [];
    for (const failed of [1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]) {
      if (failed > 0) await world.call(mine, { failed });
      await world.evaluate();
      const [group] = await engine.connection().instanceDb.select().from(alertGroups).where(eq(alertGroups.workspaceId, mine));
      states.push(group?.state ?? '-');
      world.pass(1);
    }
    expect(states.join(' ')).toBe(
      'pending pending firing firing keep_firing firing keep_firing keep_firing inactive inactive pending pending pending pending pending pending pending firing firing',
    );
    expect((await world.alerts(mine)).map(({ status }) => status)).toEqual(['resolved', 'active']);
  });

  test('rules are evaluated when they are due, in step, or all at once when told to', async () => {
    const id = await rule({ kind: 'error_count', config: { threshold: 0 }, check_interval_minutes: 5 });
    expect(await world.evaluate()).toMatchObject({ done: 1, remaining: 0 });
    world.pass(4);
    expect(await world.evaluate()).toMatchObject({ done: 0 });
    expect(await world.evaluate('all')).toMatchObject({ done: 1 });
    world.pass(2);
    expect(await world.evaluate()).toMatchObject({ done: 1 });
    world.pass(3);
    expect(await world.evaluate()).toMatchObject({ done: 0 });
    world.pass(1.5);
    expect(await world.evaluate()).toMatchObject({ done: 1 });
    expect((await world.rule(id)).nextEvaluationAt?.getTime()).toBe(START_MS + 15 * MINUTE_MS);
  });

  test('what fails is on the rule, is tried again soon, and keeps no other from its turn; it is no alert', async () => {
    const bad = await rule({ kind: 'sql_query', config: { query: 'SELECT 1', operator: '>', threshold: 0 }, check_interval_minutes: 60 });
    const good = await rule({ kind: 'error_count', config: { threshold: 0 } });
    const troubled: string[] = [];
    const change = {
      onTrouble: async (_: WorkspaceId, rules: { ruleName: string }[]) => void troubled.push(...rules.map(({ ruleName }) => ruleName)),
    };
    await world.call(mine, { failed: 1 });
    await world.evaluate('due', { change });
    expect(await world.rule(bad)).toMatchObject({ lastError: 'There is no SQL in this world.', failures: 1 });
    expect(await open()).toMatchObject([{ ruleId: good }]);
    for (const seconds of [15, 30, 60]) {
      expect((await world.rule(bad)).nextEvaluationAt?.getTime()).toBe(world.nowMs() + seconds * 1_000);
      world.pass(seconds / 60);
      await world.evaluate('due', { change });
    }
    expect(troubled).toHaveLength(1);
    world.pass(60);
    await world.evaluate('due', { change: { askSql: () => Promise.resolve({ ok: true, value: [{ labels: {}, value: 1 }] }) } });
    expect(await world.rule(bad)).toMatchObject({ lastError: null, failures: 0 });
    expect(await open()).toMatchObject([{ ruleId: bad }]);
  });

  test('when the time is up, the rest comes first the next time', async () => {
    for (let i = 0; i < 4; i++)
      await rule({ kind: 'error_count', config: { threshold: 0 }, filters: [{ field: 'agent_id', op: '=', value: `agent ${i}` }] });
    let asked = 0;
    expect(await world.evaluate('all', { mayGoOn: () => asked++ < 3 })).toMatchObject({ done: 3, remaining: 1 });
    world.pass(0.01);
    asked = 0;
    const before = await engine.connection().instanceDb.select().from(alertRules).where(eq(alertRules.workspaceId, mine));
    const never = before.find(({ lastEvaluatedAt }) => lastEvaluatedAt === null);
    expect(await world.evaluate('all', { mayGoOn: () => asked++ < 1 })).toMatchObject({ done: 1, remaining: 3 });
    expect((await world.rule(never?.id ?? '')).lastEvaluatedAt).not.toBeNull();
  });

  test('two at the same time open one alert, also when one of them has read the rules before', async () => {
    await rule({ kind: 'error_count', config: { threshold: 0 }, group_by: ['agent_id'] });
    for (let i = 0; i < 20; i++) await world.call(mine, { failed: 1, agent_id: `agent ${i}` });
    const all = await Promise.all([world.evaluate('all'), world.evaluate('due'), world.evaluate('all')]);
    expect(all.reduce((sum, { opened }) => sum + opened, 0)).toBe(20);
    expect(await open()).toHaveLength(20);
  });

  test('a rule that was changed while it was asked is not written', async () => {
    const id = await rule({ kind: 'sql_query', config: { query: 'SELECT 1', operator: '>', threshold: 0 } });
    const askSql = async () => {
      await engine.connection().instanceDb.update(alertRules).set({ revision: 2 }).where(eq(alertRules.id, id));
      return { ok: true as const, value: [{ labels: {}, value: 1 }] };
    };
    await world.evaluate('due', { change: { askSql } });
    expect(await open()).toEqual([]);
    expect(await world.rule(id)).toMatchObject({ lastEvaluatedAt: null });
  });

  test('rules of several workspaces that ask the same share a query; none sees the rows of another', async () => {
    const others = await Promise.all([0, 1, 2].map(() => world.makeWorkspace(`o${made++}-${Math.random().toString(36).slice(2, 8)}`)));
    for (const workspaceId of [mine, ...others]) {
      for (const threshold of [0, 1, 2])
        await world.addRule(workspaceId, { ...base, name: `errors above ${threshold}`, kind: 'error_count', config: { threshold } });
      await world.addRule(workspaceId, { ...base, name: 'cost', kind: 'cost_threshold', config: { threshold_usd: 0 } });
      await world.addRule(workspaceId, {
        ...base,
        name: 'longer',
        kind: 'cost_threshold',
        config: { threshold_usd: 0 },
        evaluation_window_minutes: 60,
      });
    }
    await world.call(mine, { calls: 2, failed: 2 });
    const [neighbour] = others;
    await world.call(neighbour as WorkspaceId, { cost_usd: '1' });
    await world.evaluate();
    expect(world.queries()).toBe(2);
    expect((await world.alerts(mine)).map(({ ruleName }) => ruleName).sort()).toEqual(['errors above 0', 'errors above 1']);
    expect((await world.alerts(neighbour as WorkspaceId)).map(({ ruleName }) => ruleName).sort()).toEqual(['cost', 'longer']);
    const all = await engine.connection().instanceDb.$count(alerts);
    expect(all).toBeGreaterThanOrEqual(4);
    for (const silent of others.slice(1)) expect(await world.alerts(silent)).toEqual([]);
  });
});
