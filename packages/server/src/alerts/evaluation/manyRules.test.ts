/** Ten thousand rules of fifty workspaces: one question for each shape and window, whoever asks it. How long it takes is measured by `npm run bench -- alerts`. */
import { NewAlertRuleSchema, type NewAlertRuleInput } from '@sightglass/contract/alertRule';
import { sql } from 'drizzle-orm';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyControlDir, TEST_SECRET } from '../../../test/emptyControl.ts';
import { type ControlConnection, connectControl } from '../../control/connect.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { createAlertWorld } from '../testing/alertWorld.ts';

const START_MS = Date.parse('2026-11-20T09:00:00Z');
const WORKSPACES = 50;
const RULES_EACH = 200;

let store: TemporaryTelemetry;
let control: ControlConnection;
let dataDir: string;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
  dataDir = await emptyControlDir();
  control = await connectControl({ dataDir, secret: TEST_SECRET });
});
afterAll(async () => {
  await control.close();
  await store.remove();
  rmSync(dataDir, { recursive: true, force: true });
});

test('are all evaluated with one query for each question, and only what its workspace sees', { timeout: 120_000 }, async () => {
  const world = await createAlertWorld(store.telemetry, START_MS, control);
  const questions = [
    { kind: 'error_count', config: { threshold: 0 } },
    { kind: 'error_count', config: { threshold: 0 }, group_by: ['agent_id'] },
    { kind: 'cost_threshold', config: { threshold_usd: '1' }, evaluation_window_minutes: 60 },
    // Another measure of the first question's rows.
    { kind: 'latency', config: { percentile: 99, threshold_ms: 5_000 }, no_data: 'ok' },
  ] satisfies Partial<NewAlertRuleInput>[];
  const rules = questions.map((question, i) => NewAlertRuleSchema.parse({ name: `question ${i}`, severity: 'warning', ...question }));
  const ids = [];
  for (let w = 0; w < WORKSPACES; w++) {
    const workspaceId = await world.makeWorkspace(`many-${w}`);
    ids.push(workspaceId);
    for (const [i, rule] of rules.entries()) {
      await control.instanceDb.execute(sql`
        INSERT INTO alert_rules (id, workspace_id, name, kind, severity, enabled, rule, next_evaluation_at)
        SELECT 'rul_' || ${`${w}-${i}-`} || n, ${workspaceId}, ${rule.name} || ' ' || n, ${rule.kind}, 'warning', true,
          jsonb_set(${JSON.stringify(rule)}::jsonb, '{name}', to_jsonb(${rule.name} || ' ' || n)), ${new Date(START_MS).toISOString()}::timestamptz
        FROM generate_series(1, ${RULES_EACH / rules.length}::int) AS n`);
    }
  }
  const [first, second] = ids;
  if (first === undefined || second === undefined) throw new Error('There are no workspaces');
  await world.call(first, { failed: 1, agent_id: 'planner' });
  await world.call(second, { calls: 2, failed: 0, cost_usd: '0.51' });
  const began = performance.now();
  expect(await world.evaluate()).toMatchObject({ done: WORKSPACES * RULES_EACH, remaining: 0, opened: 150 });
  console.log(`${WORKSPACES * RULES_EACH} rules in ${Math.round(performance.now() - began)} ms`);
  expect(world.queries()).toBe(3);
  expect(await world.alerts(first)).toHaveLength(100);
  expect((await world.alerts(second)).every(({ ruleKind }) => ruleKind === 'cost_threshold')).toBe(true);
  expect(await world.evaluate()).toMatchObject({ done: 0 });
});
