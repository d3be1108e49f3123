import type { WorkspaceId } from '@sightglass/contract/ids';
import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { SYSTEM_ACTOR } from '../../access/caller.ts';
import type { ControlConnection } from '../../control/connect.ts';
import { alertRules } from '../../control/tables/alerts.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import { ok } from '../../result.ts';
import { createWorkspace } from '../../workspaces/workspaces.ts';
import type { AlertThresholds } from '../alertEnvironment.ts';
import { builtInRules } from './builtInRules.ts';
import { furnishWithRules, seedBuiltInRules } from './seedBuiltInRules.ts';
import { type RuleProgram, ruleProgram } from './testing/ruleProgram.ts';

const THRESHOLDS: AlertThresholds = { errorRate: 0.05, latencyP99Ms: 5_000, llmCostHourlyUsd: '50' };
const NAMES = builtInRules(THRESHOLDS).map(({ builtin }) => builtin);

describeOnControlEngines('the rules that come along', (engine) => {
  let program: RuleProgram;
  let workspaceId: WorkspaceId;
  beforeAll(() => {
    program = ruleProgram(engine.connection(), async () => ok(undefined));
  });
  beforeEach(async () => {
    workspaceId = await program.newWorkspace();
  });

  const warn = (message: string, error: unknown) => {
    throw new Error(message, { cause: error });
  };
  const seed = (thresholds: Partial<AlertThresholds> = {}, control: ControlConnection = engine.connection()) =>
    seedBuiltInRules({ control, thresholds: { ...THRESHOLDS, ...thresholds }, nowMs: () => program.time.nowMs, warn });
  const rowsOf = (id: WorkspaceId = workspaceId) => program.control.instanceDb.select().from(alertRules).where(eq(alertRules.workspaceId, id));
  const ruleOf = async (builtin: string) => {
    const row = (await rowsOf()).find((each) => each.builtin === builtin);
    if (row === undefined) throw new Error(`There is no ${builtin}`);
    return row;
  };
  const configOf = async (builtin: string) => (await ruleOf(builtin)).rule.config;

  test('are in every workspace after a start, once, however often it starts', async () => {
    const other = await program.newWorkspace();
    await seed();
    const first = await rowsOf();
    expect(first.map(({ builtin }) => builtin).sort()).toEqual([...NAMES].sort());
    expect(first.every(({ enabled, nextEvaluationAt, createdBy }) => !enabled && nextEvaluationAt === null && createdBy === null)).toBe(true);
    expect(await rowsOf(other)).toHaveLength(NAMES.length);
    program.time.nowMs += 60_000;
    await seed();
    expect(await rowsOf()).toEqual(first);
    expect(await program.auditOf(workspaceId)).toEqual([]);
  });

  test('are in a new workspace at once', async () => {
    const slug = workspaceId.slice(4, 20);
    const workspace = { slug: `new-${slug}`, name: 'New', plan: 'free', time_zone: 'UTC' } as const;
    const made = await createWorkspace(program.control, SYSTEM_ACTOR, workspace, new Date(program.time.nowMs), furnishWithRules(THRESHOLDS));
    if (!made.ok) throw new Error(made.error.detail);
    expect(await rowsOf(made.value.id as WorkspaceId)).toHaveLength(NAMES.length);
    expect((await program.auditOf(made.value.id as WorkspaceId)).map(({ action }) => action)).toEqual(['workspace.create']);
  });

  test('are completed where some are missing', async () => {
    await seed();
    const kept = await ruleOf('error_rate');
    await program.control.instanceDb.delete(alertRules).where(eq(alertRules.builtin, 'agent_silent'));
    await seed();
    expect((await rowsOf()).map(({ builtin }) => builtin).sort()).toEqual([...NAMES].sort());
    expect(await ruleOf('error_rate')).toEqual(kept);
  });

  test('give way to the names of people’s own rules', async () => {
    const own = { severity: 'info', kind: 'cost_per_day', config: { threshold_usd: 1 } };
    for (const name of ['error_rate', 'provider_down', 'provider_down (built in)']) await program.ask({ workspaceId }, 'POST', '', { ...own, name });
    await seed();
    const names = new Map((await rowsOf()).map(({ builtin, name }) => [builtin, name]));
    expect([names.get('error_rate'), names.get('provider_down')]).toEqual(['error_rate (built in)', 'provider_down (built in 2)']);
    expect(await rowsOf()).toHaveLength(NAMES.length + 3);
  });

  test('follow the environment, enabled or not, until somebody sets another threshold', async () => {
    await seed();
    await program.ask({ workspaceId }, 'PATCH', `/${(await ruleOf('error_rate')).id}`, { enabled: true, severity: 'warning' });
    await program.ask({ workspaceId }, 'PATCH', `/${(await ruleOf('llm_cost_spike')).id}`, { config: { threshold_usd: '7' } });
    const entries = (await program.auditOf(workspaceId)).length;
    await seed({ errorRate: 0.2, latencyP99Ms: 900, llmCostHourlyUsd: '12.5' });
    expect(await configOf('error_rate')).toMatchObject({ threshold: 0.2 });
    expect(await ruleOf('error_rate')).toMatchObject({ enabled: true, severity: 'warning', revision: 2 });
    expect(await configOf('high_p99_latency')).toMatchObject({ threshold_ms: 900 });
    expect(await configOf('llm_cost_spike')).toEqual({ threshold_usd: '7' });
    expect((await program.auditOf(workspaceId)).slice(entries).map(({ action, actorKind }) => [action, actorKind])).toEqual([
      ['alert_rule.change', 'system'],
      ['alert_rule.change', 'system'],
    ]);
    await seed();
    expect([await configOf('error_rate'), await configOf('llm_cost_spike')]).toMatchObject([{ threshold: 0.05 }, { threshold_usd: '7' }]);
  });

  test('are not made for a workspace that is being deleted', async () => {
    await program.control.instanceDb.update(workspaces).set({ deletingSince: new Date() }).where(eq(workspaces.id, workspaceId));
    await seed();
    expect(await rowsOf()).toEqual([]);
  });

  test('are made once by instances that start at the same moment', async () => {
    const others = await Promise.all([engine.another?.() ?? engine.connection(), engine.another?.() ?? engine.connection()]);
    await Promise.all(others.map((control) => seed({ errorRate: 0.3 }, control)));
    expect(await rowsOf()).toHaveLength(NAMES.length);
    expect(await configOf('error_rate')).toMatchObject({ threshold: 0.3 });
  });
});
