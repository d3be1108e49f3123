/** A preview says what the evaluation, had it run, would have seen and done. */
import { NewAlertRuleSchema, type NewAlertRuleInput } from '@sightglass/contract/alertRule';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { createTelemetryReader } from '../../explore/reader.ts';
import { fail } from '../../result.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { type AlertWorld, createAlertWorld, MINUTE_MS } from '../testing/alertWorld.ts';
import { previewRule } from './previewRule.ts';

const START_MS = Date.parse('2026-11-20T09:00:00Z');

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

describeOnControlEngines('the preview of a rule', (engine) => {
  let world: AlertWorld;
  let mine: WorkspaceId;
  beforeAll(async () => {
    world = await createAlertWorld(store.telemetry, START_MS, engine.connection());
    mine = await world.makeWorkspace(`preview-${Math.random().toString(36).slice(2, 8)}`, 'Europe/Vienna');
  });

  async function preview(input: NewAlertRuleInput, fromMs: number, toMs: number) {
    const deps = {
      control: engine.connection(),
      reader: createTelemetryReader(store.telemetry, mine),
      askSql: () => Promise.resolve(fail('internal', 'There is no SQL here.')),
      hiddenAgents: [],
      timeZone: 'Europe/Vienna',
      nowMs: toMs,
    };
    const seen = await previewRule(deps, mine, NewAlertRuleSchema.parse(input), {
      fromNs: BigInt(fromMs) * 1_000_000n,
      toNs: BigInt(toMs) * 1_000_000n,
    });
    if (!seen.ok) throw new Error(seen.error.detail);
    return seen.value;
  }

  test('values, states and alerts are those of the evaluation at the same moments', async () => {
    const rule: NewAlertRuleInput = {
      name: 'errors',
      severity: 'warning',
      kind: 'error_rate',
      config: { threshold: 0.4, min_count: 2 },
      group_by: ['agent_id'],
      check_interval_minutes: 5,
      evaluation_window_minutes: 15,
      pending_minutes: 5,
      keep_firing_minutes: 5,
      cooldown_minutes: 30,
      no_data: 'resolve',
    };
    const id = await world.addRule(mine, rule);
    let seed = 11;
    const next = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n;
    const states: string[] = [];
    for (let i = 0; i < 40; i++) {
      for (const agent_id of ['planner', 'writer']) if (next(3) > 0) await world.call(mine, { agent_id, calls: 1 + next(4), failed: next(4) });
      await world.evaluate('all');
      const open = (await world.alerts(mine)).filter(({ status }) => status !== 'resolved');
      states.push(
        open
          .map(({ labels }) => labels.agent_id)
          .sort()
          .join(','),
      );
      world.pass(5);
    }
    const seen = await preview(rule, START_MS, START_MS + 39 * 5 * MINUTE_MS);
    expect(seen.step_minutes).toBe(5);
    const moments = [...new Set(seen.points.map(({ at }) => at))];
    const firingAt = (at: string) => seen.points.filter((point) => point.at === at && point.firing).map(({ labels }) => labels.agent_id);
    expect(moments.map((at) => firingAt(at).sort().join(','))).toEqual(states);
    expect(seen.would_have_fired).toBe((await world.alerts(mine)).filter(({ ruleId }) => ruleId === id).length);
    expect(seen.would_have_fired).toBeGreaterThan(3);
  });

  test('the cost of a day begins anew at midnight of the workspace', async () => {
    const midnightMs = Date.parse('2026-11-24T23:00:00Z');
    for (const [agoMinutes, cost_usd] of [
      [90, '0.1'],
      [30, '0.2'],
      [-30, '0.4'],
    ] as const) {
      const toMs = midnightMs - agoMinutes * MINUTE_MS;
      world.pass((toMs - world.nowMs()) / MINUTE_MS);
      await world.call(mine, { cost_usd });
    }
    const seen = await preview(
      { name: 'cost', severity: 'info', kind: 'cost_per_day', config: { threshold_usd: '0.3' }, cooldown_minutes: 0 },
      midnightMs - 120 * MINUTE_MS,
      midnightMs + 60 * MINUTE_MS,
    );
    expect(seen.points.map(({ value, breaches }) => [value, breaches])).toEqual([
      [0.1, false],
      [0.3, false],
      [0.4, true],
    ]);
    expect(seen).toMatchObject({ would_have_fired: 1, unit: 'usd', threshold: 0.3 });
  });

  test('a week is looked at in at most 400 moments; more than 35 days are refused', async () => {
    const rule: NewAlertRuleInput = {
      name: 'cost',
      severity: 'info',
      kind: 'cost_threshold',
      config: { threshold_usd: 1 },
      check_interval_minutes: 1,
      evaluation_window_minutes: 1,
    };
    const seen = await preview(rule, START_MS - 7 * 1_440 * MINUTE_MS, START_MS);
    expect(seen.points.length).toBeGreaterThan(350);
    expect(seen.points.length).toBeLessThanOrEqual(401);
    await expect(preview(rule, START_MS - 36 * 1_440 * MINUTE_MS, START_MS)).rejects.toThrow('35 days');
  });
});
