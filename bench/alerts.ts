/**
 * Rules of alerts on the embedded engines: `npm run bench -- alerts [rules] [workspaces] [spans]`. Every workspace has the same number of
 * rules of a dozen shapes and windows, a third of which open alerts; the spans lie within the last hour.
 */
import { rmSync } from 'node:fs';
import type { NewAlertRuleInput } from '../packages/contract/src/alertRule.ts';
import type { WorkspaceId } from '../packages/contract/src/ids.ts';
import { createAlertWorld } from '../packages/server/src/alerts/testing/alertWorld.ts';
import { connectControl } from '../packages/server/src/control/connect.ts';
import { openTemporaryTelemetry } from '../packages/server/src/telemetry/testing/temporaryTelemetry.ts';
import { emptyControlDir, TEST_SECRET } from '../packages/server/test/emptyControl.ts';
import { makeSpans } from './madeSpans.ts';
import { machineFacts } from './program.ts';

const HOUR_MS = 3_600_000;
const ROUNDS = 5;

export async function benchAlerts(rules: number, workspaceCount: number, spans: number): Promise<void> {
  console.log(
    `${rules.toLocaleString('en')} rules in ${workspaceCount} workspaces, ${spans.toLocaleString('en')} spans of the last hour. ${machineFacts()}`,
  );
  const store = await openTemporaryTelemetry();
  const dataDir = await emptyControlDir();
  const control = await connectControl({ dataDir, secret: TEST_SECRET });
  try {
    const nowMs = Date.now();
    const world = await createAlertWorld(store.telemetry, nowMs, control);
    const shapes = shapesOf();
    for (let w = 0; w < workspaceCount; w++) {
      const workspaceId = await world.makeWorkspace(`bench-${w}`);
      await makeSpans(store.telemetry, { workspaceId, spans: Math.ceil(spans / workspaceCount), fromMs: nowMs - HOUR_MS, toMs: nowMs });
      await addRules(world, workspaceId, shapes, rules / workspaceCount);
    }
    for (let round = 1; round <= ROUNDS; round++) {
      const before = world.queries();
      const began = performance.now();
      const cpu = process.cpuUsage();
      const { done, opened } = await world.evaluate('all');
      const { user, system } = process.cpuUsage(cpu);
      console.log(
        `round ${round}: ${done} rules in ${Math.round(performance.now() - began)} ms, ${((user + system) / 1e6).toFixed(1)} CPU-seconds, ${world.queries() - before} queries, ${opened} alerts opened`,
      );
      world.pass(1 / 60);
    }
    console.log(`memory ${Math.round(process.memoryUsage().rss / 1024 ** 2)} MiB`);
  } finally {
    await control.close();
    await store.remove();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Different questions; thresholds differ from rule to rule. */
function shapesOf(): ((n: number) => Pick<NewAlertRuleInput, 'kind' | 'config'> & Partial<NewAlertRuleInput>)[] {
  const windows = [5, 15, 60] as const;
  return windows.flatMap((evaluation_window_minutes) => [
    (n) => ({ kind: 'error_rate', config: { threshold: (n % 100) / 100 }, group_by: ['agent_id'], evaluation_window_minutes }),
    (n) => ({ kind: 'latency', config: { percentile: 95, threshold_ms: n * 20, of: 'llm' }, evaluation_window_minutes }),
    (n) => ({ kind: 'cost_threshold', config: { threshold_usd: n / 10 }, group_by: ['model'], evaluation_window_minutes }),
    (n) => ({ kind: 'metric_threshold', config: { measure: 'total_tokens', operator: '>', threshold: n * 100_000 }, evaluation_window_minutes }),
  ]);
}

async function addRules(
  world: Awaited<ReturnType<typeof createAlertWorld>>,
  workspaceId: WorkspaceId,
  shapes: ReturnType<typeof shapesOf>,
  count: number,
) {
  for (let n = 0; n < count; n++) {
    const shape = shapes[n % shapes.length];
    if (shape === undefined) return;
    const rule = { severity: 'warning', name: `rule ${n}`, check_interval_minutes: 1, ...shape(n) } as NewAlertRuleInput;
    await world.addRule(workspaceId, rule);
  }
}
