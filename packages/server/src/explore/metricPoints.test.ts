import { QuerySpecSchema, type QuerySpecInput } from '@sightglass/contract/querySpec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyValues, METRIC_START_MS, metricRequest, nanosAt } from '../receive/testing/metricRequests.ts';
import { createMetricStore } from '../receive/testing/storeMetrics.ts';
import { testWorkspace } from '../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { METRIC_POINT_MEASURES } from './measures/metricPointMeasures.ts';
import { createTelemetryReader } from './reader.ts';
import { runQuery } from './runQuery.ts';

type Json = Record<string, unknown>;
type Attributes = Record<string, string | number | boolean>;

const mine = testWorkspace('mine');
const foreign = testWorkspace('foreign');
const MINUTE = 60;
const HOUR = 3600;
const CUMULATIVE = 2;
const DELTA = 1;

/** `startS` and `atS` in seconds after the start of the tests' clock. */
const point = (startS: number, atS: number, value: Json, attributes: Attributes = {}): Json => ({
  startTimeUnixNano: nanosAt(startS),
  timeUnixNano: nanosAt(atS),
  attributes: keyValues(attributes),
  ...value,
});
const sum = (name: string, temporality: number, isMonotonic: boolean, dataPoints: Json[]) => ({
  name,
  sum: { aggregationTemporality: temporality, isMonotonic, dataPoints },
});
const counter = (name: string, ...dataPoints: Json[]) => sum(name, CUMULATIVE, true, dataPoints);
const gauge = (name: string, ...dataPoints: Json[]) => ({ name, gauge: { dataPoints } });
const histogram = (name: string, temporality: number, ...dataPoints: Json[]) => ({
  name,
  histogram: { aggregationTemporality: temporality, dataPoints },
});
const exponential = (name: string, temporality: number, ...dataPoints: Json[]) => ({
  name,
  exponentialHistogram: { aggregationTemporality: temporality, dataPoints },
});
const whole = (asInt: number) => ({ asInt: String(asInt) });

let temporary: TemporaryTelemetry;
let store: ReturnType<typeof createMetricStore>;

beforeAll(async () => {
  temporary = await openTemporaryTelemetry();
  store = createMetricStore(temporary.telemetry);
});
afterAll(() => temporary.remove());

const send = (metrics: unknown[], resource?: Attributes) => store(mine, metricRequest(metrics, resource));
const at = (atS: number) => new Date(METRIC_START_MS + atS * 1000).toISOString();

/** Of one metric, in the two hours after the start of the clock. */
async function ask(metric: string, question: Partial<QuerySpecInput> & Pick<QuerySpecInput, 'measures'>, workspace = mine) {
  const spec = QuerySpecSchema.parse({
    source: 'metric_points',
    from: at(0),
    to: at(2 * HOUR),
    ...question,
    filters: [{ field: 'metric_name', op: '=', value: metric }, ...(question.filters ?? [])],
  });
  const answer = await runQuery(createTelemetryReader(temporary.telemetry, workspace), spec, 0n);
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value.rows;
}

describe('counters', () => {
  it('add what they rose by, however often an export repeats the total', async () => {
    await send([counter('orders', point(0, 60, whole(5)), point(0, 120, whole(5)), point(0, 180, whole(9)))]);
    // 5 since the start, 0, 4
    expect(await ask('orders', { measures: ['value_sum', 'points', 'series', 'value_max', 'value_avg'] })).toEqual([
      { value_sum: 9, points: 3, series: 1, value_max: 5, value_avg: 3 },
    ]);
  });

  it('count from zero after a reset, told by a new start time or only by a lower value', async () => {
    await send([counter('restarts', point(0, 60, whole(5)), point(90, 120, whole(3)), point(90, 180, whole(4)), point(90, 240, whole(1)))]);
    // 5, then anew: 3, 1, then anew: 1
    expect(await ask('restarts', { measures: ['value_sum'] })).toEqual([{ value_sum: 10 }]);
  });

  it('of two instances are added, whether or not the resource tells the instances apart', async () => {
    await send([counter('hits', point(0, 60, whole(100)), point(0, 120, whole(110)))], { 'service.name': 'shop', 'service.instance.id': 'a' });
    await send([counter('hits', point(5, 60, whole(7)), point(5, 120, whole(9)))], { 'service.name': 'shop', 'service.instance.id': 'b' });
    expect(await ask('hits', { measures: ['value_sum', 'series'] })).toEqual([{ value_sum: 119, series: 2 }]);
    expect(await ask('hits', { measures: ['value_sum'], group_by: ['service_instance_id'] })).toEqual([
      { service_instance_id: 'a', value_sum: 110 },
      { service_instance_id: 'b', value_sum: 9 },
    ]);
    await send([counter('untold', point(0, 60, whole(100)), point(5, 60, whole(7)), point(0, 120, whole(110)), point(5, 120, whole(9)))]);
    expect(await ask('untold', { measures: ['value_sum', 'series'] })).toEqual([{ value_sum: 119, series: 1 }]);
  });

  it('are not counted from the beginning of time when the range begins in the middle', async () => {
    await send([counter('old', point(-24 * HOUR, 60, whole(1000)), point(-24 * HOUR, 120, whole(1002)))]);
    expect(await ask('old', { measures: ['value_sum'] })).toEqual([{ value_sum: 2 }]);
  });

  it('take the point before the range as their baseline', async () => {
    await send([counter('steady', point(-24 * HOUR, -30, whole(40)), point(-24 * HOUR, 30, whole(42)))]);
    expect(await ask('steady', { measures: ['value_sum', 'points'] })).toEqual([{ value_sum: 2, points: 1 }]);
  });

  it('without a known start add nothing with their first point', async () => {
    const unknown = (atS: number, value: number) => ({ timeUnixNano: nanosAt(atS), ...whole(value) });
    await send([
      counter('startless', unknown(60, 500), unknown(120, 501)),
      counter('at-start', point(60, 60, whole(500)), point(60, 120, whole(503))),
    ]);
    expect(await ask('startless', { measures: ['value_sum'] })).toEqual([{ value_sum: 1 }]);
    expect(await ask('at-start', { measures: ['value_sum'] })).toEqual([{ value_sum: 3 }]);
  });

  it('of an SDK add their first point also when it is exported in the millisecond of its start', async () => {
    await send([counter('quick', point(60, 60, whole(5)), point(60, 120, whole(5)))], { 'telemetry.sdk.language': 'nodejs' });
    expect(await ask('quick', { measures: ['value_sum'] })).toEqual([{ value_sum: 5 }]);
  });

  it('that the machine kept before the process began add only what they rise by', async () => {
    await send([counter('system.network.io', point(30, 60, whole(9_000_000)), point(30, 120, whole(9_000_400)))], { 'telemetry.sdk.language': 'go' });
    expect(await ask('system.network.io', { measures: ['value_sum'] })).toEqual([{ value_sum: 400 }]);
  });

  it('of delta points are added up, and a request sent again counts once', async () => {
    const request = [sum('sent', DELTA, true, [point(0, 60, whole(3)), point(60, 120, whole(4)), point(60, 120, whole(4), { lane: 'b' })])];
    await send(request);
    await send(request);
    expect(await ask('sent', { measures: ['value_sum', 'points'] })).toEqual([{ value_sum: 11, points: 3 }]);
  });

  it('fall into the bucket of the point that tells of them', async () => {
    await send([counter('hourly', point(0, 10 * MINUTE, whole(1)), point(0, 70 * MINUTE, whole(4)), point(0, 80 * MINUTE, whole(6)))]);
    expect(await ask('hourly', { measures: ['value_sum', 'points'], interval: '1h' })).toEqual([
      { time: '2026-11-20T09:00:00Z', value_sum: 1, points: 1 },
      { time: '2026-11-20T10:00:00Z', value_sum: 5, points: 2 },
    ]);
  });
});

describe('values as they stand', () => {
  it('of gauges are averaged, also the newest of several series', async () => {
    await send([
      gauge(
        'ratio',
        point(0, 60, { asDouble: 0.2 }, { cache: 'a' }),
        point(0, 120, { asDouble: 0.4 }, { cache: 'a' }),
        point(0, 120, { asDouble: 0.9 }, { cache: 'b' }),
      ),
    ]);
    const [row] = await ask('ratio', { measures: ['value_avg', 'value_min', 'value_max', 'value_last', 'value_sum'] });
    expect(row?.value_avg).toBeCloseTo(0.5, 12);
    expect(row?.value_last).toBeCloseTo(0.65, 12);
    expect(row).toMatchObject({ value_min: 0.2, value_max: 0.9, value_sum: null });
    expect(await ask('ratio', { measures: ['value_last'], group_by: ['attributes.cache'] })).toEqual([
      { 'attributes.cache': 'b', value_last: 0.9 },
      { 'attributes.cache': 'a', value_last: 0.4 },
    ]);
  });

  it('of sums that go up and down are added up over the series', async () => {
    const depth = (instance: string, ...values: number[]) =>
      send(
        [
          sum(
            'queue',
            CUMULATIVE,
            false,
            values.map((value, i) => point(0, (i + 1) * MINUTE, whole(value))),
          ),
        ],
        { 'service.instance.id': instance },
      );
    await depth('a', 5, 3);
    await depth('b', 1, 4);
    expect(await ask('queue', { measures: ['value_last', 'value_avg', 'value_sum'] })).toEqual([{ value_last: 7, value_avg: 3.25, value_sum: 7 }]);
  });

  it('are the newest of each bucket', async () => {
    await send([gauge('level', point(0, 10 * MINUTE, whole(1)), point(0, 50 * MINUTE, whole(2)), point(0, 70 * MINUTE, whole(9)))]);
    expect(await ask('level', { measures: ['value_last'], interval: '1h' })).toEqual([
      { time: '2026-11-20T09:00:00Z', value_last: 2 },
      { time: '2026-11-20T10:00:00Z', value_last: 9 },
    ]);
  });

  it('are missing where a point says that there is none', async () => {
    await send([gauge('gone', point(0, 60, whole(4)), point(0, 120, { flags: 1 }), point(0, 180, { asDouble: null }))]);
    expect(await ask('gone', { measures: ['points', 'value_last'] })).toEqual([{ points: 1, value_last: 4 }]);
  });
});

describe('histograms', () => {
  const bounds = { explicitBounds: [0.005, 0.01, 0.05, 0.1, 0.5, 1] };

  it('tell count, sum, average and percentiles of a total that is repeated', async () => {
    const total = { ...bounds, count: 6, sum: 3.6, min: 0.004, max: 2.5, bucketCounts: [1, 0, 1, 1, 1, 1, 1] };
    await send([histogram('latency', CUMULATIVE, point(0, 60, total), point(0, 120, total))]);
    const [row] = await ask('latency', {
      measures: ['histogram_count', 'histogram_sum', 'histogram_avg', 'histogram_p50', 'histogram_p95', 'histogram_p99'],
    });
    expect(row).toMatchObject({ histogram_count: 6, histogram_sum: 3.6, histogram_p50: 0.1 });
    expect(row?.histogram_avg).toBeCloseTo(0.6, 12);
    // Rank 5.7 and 5.94 of 6 lie in the last bucket, from 1 to the greatest value 2.5.
    expect(row?.histogram_p95).toBeCloseTo(1 + 0.7 * 1.5, 9);
    expect(row?.histogram_p99).toBeCloseTo(1 + 0.94 * 1.5, 9);
  });

  it('take only what was added in the range, over two instances', async () => {
    const total = (counts: number[]) => ({ explicitBounds: [1, 2], bucketCounts: counts, count: counts.reduce((a, b) => a + b), sum: counts[1] });
    const day = -24 * HOUR;
    await send([histogram('wait', CUMULATIVE, point(day, -60, total([500, 0, 0])), point(day, 60, total([500, 4, 0])))], {
      'service.instance.id': 'a',
    });
    await send([histogram('wait', CUMULATIVE, point(day, 60, total([9, 9, 9])), point(day, 120, total([13, 9, 9])))], { 'service.instance.id': 'b' });
    // Four in (1, 2] of a, four in (0, 1] of b.
    expect(await ask('wait', { measures: ['histogram_count', 'histogram_sum', 'histogram_p50', 'histogram_p99'] })).toEqual([
      { histogram_count: 8, histogram_sum: 4, histogram_p50: 1, histogram_p99: 1 + 0.98 },
    ]);
  });

  it('begin again when the count falls', async () => {
    const total = (count: number) => ({ explicitBounds: [1], bucketCounts: [count, 0], count, sum: count });
    await send([histogram('reset', CUMULATIVE, point(0, 60, total(10)), point(0, 120, total(2)))]);
    expect(await ask('reset', { measures: ['histogram_count', 'histogram_sum', 'histogram_p50'] })).toEqual([
      { histogram_count: 12, histogram_sum: 12, histogram_p50: 0.5 },
    ]);
  });

  it('of delta points are added up; values are kept within the least and the greatest', async () => {
    const one = { explicitBounds: [10], bucketCounts: [1, 0], count: 1, sum: 4, min: 4, max: 4 };
    await send([histogram('single', DELTA, point(0, 60, one), point(60, 120, one))]);
    expect(await ask('single', { measures: ['histogram_count', 'histogram_p50', 'histogram_p99'] })).toEqual([
      { histogram_count: 2, histogram_p50: 4, histogram_p99: 4 },
    ]);
  });

  it('without buckets have no percentiles', async () => {
    await send([histogram('bare', DELTA, point(0, 60, { count: 3, sum: 6 }))]);
    expect(await ask('bare', { measures: ['histogram_count', 'histogram_avg', 'histogram_p50'] })).toEqual([
      { histogram_count: 3, histogram_avg: 2, histogram_p50: null },
    ]);
  });

  it('say the last bound for what lies above it, when the greatest value is not sent', async () => {
    await send([histogram('open', DELTA, point(0, 60, { explicitBounds: [1, 5], bucketCounts: [0, 0, 3], count: 3, sum: 60 }))]);
    expect(await ask('open', { measures: ['histogram_p50'] })).toEqual([{ histogram_p50: 5 }]);
  });
});

describe('exponential histograms', () => {
  it('have percentiles over negative values, zeros and positive values', async () => {
    const sent = {
      count: 8,
      sum: 10,
      scale: 0,
      zeroCount: 2,
      positive: { offset: 1, bucketCounts: [2, 2] },
      negative: { offset: 1, bucketCounts: [2] },
    };
    await send([exponential('signed', DELTA, point(0, 60, sent))]);
    // Two in [-4, -2), two zeros, two in (2, 4], two in (4, 8].
    const [row] = await ask('signed', { measures: ['histogram_count', 'histogram_p50', 'histogram_p95'] });
    expect(row).toMatchObject({ histogram_count: 8, histogram_p50: 0 });
    expect(row?.histogram_p95).toBeCloseTo(4 + 4 * 0.8, 9);
  });

  it('subtract a former total of a finer scale', async () => {
    const fine = { count: 4, sum: 8, scale: 1, positive: { offset: 2, bucketCounts: [2, 2] } };
    const coarse = { count: 7, sum: 20, scale: 0, positive: { offset: 1, bucketCounts: [4, 3] } };
    const day = -24 * HOUR;
    await send([exponential('scaled', CUMULATIVE, point(day, -60, fine), point(day, 60, coarse))]);
    // Both buckets of the former total lie in (2, 4], so three in (4, 8] are new.
    expect(await ask('scaled', { measures: ['histogram_count', 'histogram_sum', 'histogram_p50'] })).toEqual([
      { histogram_count: 3, histogram_sum: 12, histogram_p50: 6 },
    ]);
  });

  it('survive bounds that no double can hold', async () => {
    await send([
      exponential(
        'extreme',
        DELTA,
        point(0, 60, {
          count: 2,
          scale: -32,
          positive: { offset: 2147480000, bucketCounts: [1] },
          negative: { offset: -2147480000, bucketCounts: [1] },
        }),
      ),
    ]);
    expect(await ask('extreme', { measures: ['histogram_count', 'histogram_p50'] })).toMatchObject([{ histogram_count: 2 }]);
  });
});

describe('questions about metric points', () => {
  it('are answered for every measure of the catalogue, also where there is nothing', async () => {
    const measures = METRIC_POINT_MEASURES.map(({ name }) => name);
    const empty = Object.fromEntries(METRIC_POINT_MEASURES.map(({ name, empty: value }) => [name, value]));
    expect(await ask('nothing', { measures })).toEqual([empty]);
    expect(await ask('nothing', { measures, interval: '1d' })).toEqual([{ ...empty, time: '2026-11-20T00:00:00Z' }]);
  });

  it('can be split and filtered by what tells series apart', async () => {
    await send([{ ...gauge('temperature', point(0, 60, whole(20), { room: 'attic', floor: 3 })), unit: 'Cel' }], {
      'service.name': 'house',
      'host.name': 'pi',
      'deployment.environment.name': 'home',
    });
    const group_by = ['metric_name', 'kind', 'unit', 'service_name'];
    expect(await ask('temperature', { measures: ['points'], group_by })).toEqual([
      { metric_name: 'temperature', kind: 'gauge', unit: 'Cel', service_name: 'house', points: 1 },
    ]);
    const filters = [
      { field: 'attributes.floor', op: '>' as const, value: 2 },
      { field: 'host_name', op: '=' as const, value: 'pi' },
      { field: 'environment', op: '=' as const, value: 'home' },
    ];
    expect(await ask('temperature', { measures: ['value_last'], filters, group_by: ['attributes.room'] })).toEqual([
      { 'attributes.room': 'attic', value_last: 20 },
    ]);
    expect(await ask('temperature', { measures: ['points'], filters: [{ field: 'attributes.floor', op: '>', value: 3 }] })).toEqual([{ points: 0 }]);
  });

  it('see no point of another workspace', async () => {
    await store(foreign, metricRequest([counter('secret', point(0, 60, whole(5)))]));
    expect(await ask('secret', { measures: ['points', 'value_sum'] })).toEqual([{ points: 0, value_sum: null }]);
    expect(await ask('secret', { measures: ['points', 'value_sum'] }, foreign)).toEqual([{ points: 1, value_sum: 5 }]);
  });
});
