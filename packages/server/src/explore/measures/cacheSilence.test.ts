import { QuerySpecSchema } from '@sightglass/contract/querySpec';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { METRIC_START_MS, metricRequest } from '../../receive/testing/metricRequests.ts';
import { createMetricStore } from '../../receive/testing/storeMetrics.ts';
import { testWorkspace } from '../../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { createTelemetryReader } from '../reader.ts';
import { runQuery } from '../runQuery.ts';
import { gauge } from './testing/measuredStore.ts';

const mine = testWorkspace('mine');
let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
  await createMetricStore(store.telemetry)(
    mine,
    metricRequest([
      // Every 30 s, with one export that was lost.
      gauge(
        'cache.keys',
        [0, 30, 60, 120, 150].map((atS) => [atS, 5]),
        { cache: 'steady' },
      ),
      gauge('cache.memory_used_bytes', [[150, 1]], { cache: 'steady' }),
      gauge('cache.keys', [[0, 5]], { cache: 'once' }),
      gauge(
        'cache.available',
        [
          [0, 1],
          [60, 0],
          [120, 1],
        ],
        { cache: 'back' },
      ),
      gauge(
        'cache.available',
        [
          [0, 1],
          [60, 1],
          [120, 0],
        ],
        { cache: 'gone' },
      ),
    ]),
  );
});
afterAll(() => store.remove());

const at = (atS: number) => new Date(METRIC_START_MS + atS * 1000).toISOString();

/** In the window from the first report until so many seconds after it. */
it.each([
  ['steady', 151, 0],
  ['steady', 210, 0],
  ['steady', 211, 1],
  ['steady', 7200, 1],
  // One point tells no interval: that of exporters is taken, a minute.
  ['once', 120, 0],
  ['once', 121, 1],
  ['back', 100, 1],
  ['back', 121, 0],
  ['gone', 100, 0],
  ['gone', 121, 1],
  ['never heard of', 7200, null],
])('the cache %s counts %s s later: %s unavailable', async (cache, untilS, expected) => {
  const spec = QuerySpecSchema.parse({
    source: 'metric_points',
    measures: ['caches_unavailable'],
    from: at(0),
    to: at(untilS),
    filters: [{ field: 'cache', op: '=', value: cache }],
  });
  const answer = await runQuery(createTelemetryReader(store.telemetry, mine), spec, 0n);
  expect(answer.ok && answer.value.rows).toEqual([{ caches_unavailable: expected }]);
});

it('caches are counted together, and each named when grouped', async () => {
  const question = { source: 'metric_points', measures: ['caches_unavailable'], from: at(0), to: at(160) };
  const reader = createTelemetryReader(store.telemetry, mine);
  const together = await runQuery(reader, QuerySpecSchema.parse(question), 0n);
  expect(together.ok && together.value.rows).toEqual([{ caches_unavailable: 2 }]);
  const apart = await runQuery(reader, QuerySpecSchema.parse({ ...question, group_by: ['cache'] }), 0n);
  expect(apart.ok && Object.fromEntries(apart.value.rows.map((row) => [row.cache, row.caches_unavailable]))).toEqual({
    steady: 0,
    once: 1,
    back: 0,
    gone: 1,
  });
});
