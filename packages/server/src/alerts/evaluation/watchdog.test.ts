import type { WorkspaceId } from '@sightglass/contract/ids';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { notifications } from '../../control/tables/alerts.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { type AlertWorld, createAlertWorld } from '../testing/alertWorld.ts';
import { createWatchdog } from './watchdog.ts';

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

describeOnControlEngines('the watchdog of evaluation', (engine) => {
  let world: AlertWorld;
  let mine: WorkspaceId;
  beforeAll(async () => {
    world = await createAlertWorld(store.telemetry, Date.parse('2026-11-20T09:00:00Z'), engine.connection());
    mine = await world.makeWorkspace('watched');
  });

  test('says within two minutes that nobody evaluates, once, and is quiet once somebody does', async () => {
    const lags: number[] = [];
    const logged: unknown[] = [];
    const watchdog = createWatchdog(engine.connection(), { error: (facts: unknown) => void logged.push(facts) } as never, (seconds) =>
      lags.push(seconds),
    );
    const told = async () =>
      (await engine.connection().instanceDb.select().from(notifications).where(eq(notifications.workspaceId, mine))).map(({ kind }) => kind);
    await world.addRule(mine, { name: 'errors', severity: 'critical', kind: 'error_count', config: { threshold: 0 }, check_interval_minutes: 1 });
    await world.evaluate();
    await watchdog.look(world.nowMs());
    world.pass(2);
    await watchdog.look(world.nowMs());
    expect([lags, logged, await told()]).toEqual([[0, 60], [], []]);
    world.pass(1);
    await watchdog.look(world.nowMs());
    await watchdog.look(world.nowMs());
    expect(lags.at(-1)).toBe(120);
    expect(logged).toHaveLength(2);
    expect(await told()).toEqual(['evaluation_stalled']);
    await world.evaluate();
    await watchdog.look(world.nowMs());
    expect(lags.at(-1)).toBe(0);
    expect(logged).toHaveLength(2);
  });
});
