/** Rules about what is unusual, and about caches, over real data. */
import type { NewAlertRuleInput } from '@sightglass/contract/alertRule';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyControlDir, TEST_SECRET } from '../../../test/emptyControl.ts';
import { rmSync } from 'node:fs';
import { type ControlConnection, connectControl } from '../../control/connect.ts';
import { gauge } from '../../explore/measures/testing/measuredStore.ts';
import { createTelemetryReader } from '../../explore/reader.ts';
import { METRIC_START_MS, metricRequest } from '../../receive/testing/metricRequests.ts';
import { createMetricStore } from '../../receive/testing/storeMetrics.ts';
import { insertSpans, type SpanFields, spanIdOf, traceIdOf } from '../../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { type AlertWorld, createAlertWorld } from '../testing/alertWorld.ts';
import { createAskAnomaly } from './askAnomaly.ts';

const HOUR_MS = 3_600_000;
const WEEKS = 6;
/** A Friday, 10:10. */
const NOW_MS = Date.parse('2026-11-20T10:10:00Z');

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

describe('a rule about anomalies', () => {
  let world: AlertWorld;
  let mine: WorkspaceId;
  beforeAll(async () => {
    world = await createAlertWorld(store.telemetry, NOW_MS, control);
    mine = await world.makeWorkspace('unusual');
    const lastHourMs = Math.floor(NOW_MS / HOUR_MS) * HOUR_MS - HOUR_MS;
    const rows: SpanFields[] = [];
    for (let hour = 0; hour < WEEKS * 168; hour++) {
      const startMs = lastHourMs - hour * HOUR_MS;
      // Busy by day, quiet at night; in the last hour one agent goes wild and the other does not.
      const usual = new Date(startMs).getUTCHours() >= 6 ? 24 : 8;
      for (const agent_id of ['wild', 'calm']) {
        const calls = hour === 0 && agent_id === 'wild' ? usual * 8 : usual + ((hour * 7) % 5);
        for (let i = 0; i < calls; i++) {
          const n = rows.length;
          rows.push({
            workspace_id: mine,
            trace_id: traceIdOf(n),
            span_id: spanIdOf(n),
            start_time: new Date(startMs + i * 1_000).toISOString(),
            kind: 'llm',
            agent_id,
          });
        }
      }
    }
    for (let i = 0; i < rows.length; i += 10_000) await insertSpans(store.telemetry, rows.slice(i, i + 10_000));
  });

  test('opens an alert for the group that is unusual, with what was expected; an hour later it is judged anew', async () => {
    let questions = 0;
    const askAnomaly = createAskAnomaly((workspaceId) => {
      questions++;
      return createTelemetryReader(store.telemetry, workspaceId);
    });
    const rule = {
      severity: 'warning',
      kind: 'anomaly',
      config: { measure: 'calls', sensitivity: 5 },
      group_by: ['agent_id'],
      no_data: 'resolve',
      check_interval_minutes: 1,
      cooldown_minutes: 0,
    } satisfies Omit<NewAlertRuleInput, 'name'>;
    const id = await world.addRule(mine, { ...rule, name: 'unusual' });
    const again = await world.addRule(mine, { ...rule, name: 'the same again' });
    await world.evaluate('due', { change: { askAnomaly } });
    expect(await world.rule(id)).toMatchObject({ lastError: null });
    const open = await world.alerts(mine);
    expect(open.map(({ ruleId, labels }) => [ruleId, labels.agent_id]).sort()).toEqual(
      [
        [id, 'wild'],
        [again, 'wild'],
      ].sort(),
    );
    const [alert] = open;
    expect(alert).toMatchObject({ value: 192, message: 'Calls: 192, unusual for this hour (agent_id wild)' });
    const { expected, upper } = (alert?.details ?? {}) as { expected: number; upper: number };
    expect(expected).toBeGreaterThan(20);
    expect(expected).toBeLessThan(35);
    expect(upper).toBeLessThan(192);
    world.pass(1);
    await world.evaluate('due', { change: { askAnomaly } });
    // Both rules ask the same, and within the hour it is remembered.
    expect(questions).toBe(1);
    world.pass(60);
    await world.call(mine, { calls: 25, agent_id: 'calm', start_time: new Date(NOW_MS + 5 * 60_000).toISOString() });
    await world.call(mine, { calls: 25, agent_id: 'wild', start_time: new Date(NOW_MS + 5 * 60_000).toISOString() });
    await world.evaluate('due', { change: { askAnomaly } });
    expect((await world.alerts(mine)).map(({ status }) => status)).toEqual(['resolved', 'resolved']);
  });

  test('says nothing while there is too little past', async () => {
    const young = await world.makeWorkspace('young');
    for (let hour = 0; hour < 30; hour++) await world.call(young, { calls: 3, start_time: new Date(NOW_MS - hour * HOUR_MS).toISOString() });
    const id = await world.addRule(young, { name: 'young', severity: 'info', kind: 'anomaly', config: { measure: 'calls' } });
    await world.evaluate('due', { change: { askAnomaly: createAskAnomaly((workspaceId) => createTelemetryReader(store.telemetry, workspaceId)) } });
    expect(await world.rule(id)).toMatchObject({ lastError: null });
    expect(await world.alerts(young)).toEqual([]);
  });
});

test('a rule about caches speaks of the one that says it is gone, and of the one that fell silent', async () => {
  const world = await createAlertWorld(store.telemetry, METRIC_START_MS + 90_000, control);
  const mine = await world.makeWorkspace('caches');
  const available = (cache: string, points: [number, number][]) => gauge('cache.available', points, { cache });
  await createMetricStore(store.telemetry)(
    mine,
    metricRequest([
      available('sound', [
        [0, 1],
        [60, 1],
        [120, 1],
        [180, 1],
        [240, 1],
      ]),
      available('gone', [
        [0, 1],
        [60, 1],
        [120, 0],
        [180, 0],
        [240, 0],
      ]),
      available('silent', [
        [0, 1],
        [60, 1],
      ]),
    ]),
  );
  await world.addRule(mine, { name: 'caches', severity: 'critical', kind: 'cache_unavailable', config: {}, check_interval_minutes: 1 });
  await world.addRule(mine, {
    name: 'one cache',
    severity: 'critical',
    kind: 'cache_unavailable',
    config: { cache: 'sound' },
    check_interval_minutes: 1,
  });
  await world.evaluate();
  expect(await world.alerts(mine)).toEqual([]);
  world.pass(2.6);
  await world.evaluate();
  expect((await world.alerts(mine)).map(({ ruleName, labels, status }) => [ruleName, labels.cache, status]).sort()).toEqual([
    ['caches', 'gone', 'active'],
    ['caches', 'silent', 'active'],
  ]);
});
