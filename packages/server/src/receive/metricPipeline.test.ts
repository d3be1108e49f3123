import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { recordedBodies } from '../../test/otlpFixtures.ts';
import { createMetricPipeline } from './metricPipeline.ts';
import { keyValues, METRIC_START_MS, metricRequest, nanosAt } from './testing/metricRequests.ts';
import { encodeMetricRequest } from './testing/metricWriter.ts';
import type { TelemetryRequest } from './pipeline.ts';

type Json = Record<string, unknown>;

let temporary: TemporaryTelemetry;
let inserts = 0;
const process = createMetricPipeline();

beforeAll(async () => {
  temporary = await openTemporaryTelemetry();
});
afterAll(() => temporary.remove());

async function store(workspaceId: string, body: Pick<TelemetryRequest, 'body' | 'contentType' | 'encoding'>) {
  const processed = process({ signal: 'metrics', workspaceId, receivedAtMs: METRIC_START_MS, source: 'test', ...body });
  for (const { name, native } of processed.content?.tables ?? []) {
    inserts += 1;
    await temporary.telemetry.insertNative(name, native, `${inserts}`);
  }
  return processed;
}
const json = (request: object) => ({ body: Buffer.from(JSON.stringify(request)), contentType: 'json', encoding: 'identity' }) as const;
const protobuf = (request: object) => ({ body: encodeMetricRequest(request), contentType: 'protobuf', encoding: 'identity' }) as const;

const rows = (workspaceId: string, columns: string) =>
  temporary.telemetry.rows<Json>(
    `SELECT ${columns} FROM metric_points FINAL WHERE workspace_id = {workspaceId:String} ORDER BY metric_name, time, series`,
    {
      workspaceId,
    },
  );

const TIMES = { startTimeUnixNano: nanosAt(0), timeUnixNano: nanosAt(60) };
const EVERY_KIND = metricRequest(
  [
    {
      name: 'a.gauge',
      unit: 'By',
      description: 'Bytes',
      gauge: { dataPoints: [{ timeUnixNano: nanosAt(1), asDouble: -1.5, attributes: keyValues({ text: 'é', flag: true, number: 2 }) }] },
    },
    { name: 'b.sum', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ ...TIMES, asInt: '7' }] } },
    {
      name: 'c.histogram',
      histogram: {
        aggregationTemporality: 1,
        dataPoints: [{ ...TIMES, count: '3', sum: 4.5, min: 1, max: 2, bucketCounts: ['1', '2'], explicitBounds: [1.5] }],
      },
    },
    {
      name: 'd.exponential',
      exponentialHistogram: {
        aggregationTemporality: 1,
        dataPoints: [
          {
            ...TIMES,
            count: '6',
            scale: -3,
            zeroCount: '1',
            zeroThreshold: 0.5,
            positive: { offset: -2, bucketCounts: ['2'] },
            negative: { offset: 9, bucketCounts: ['3'] },
          },
        ],
      },
    },
    { name: 'e.summary', summary: { dataPoints: [{ ...TIMES, count: '2', sum: 3, quantileValues: [{ quantile: 0.5, value: 1.25 }] }] } },
    { name: 'f.gone', gauge: { dataPoints: [{ ...TIMES, flags: 1 }] } },
  ],
  { 'service.name': 'shop', 'deployment.environment.name': 'test' },
);

describe.each([
  ['json', json],
  ['protobuf', protobuf],
] as const)('a metric request in %s', (encoding, encode) => {
  it('has every field of every kind of point in the store', async () => {
    expect(await store(encoding, encode(EVERY_KIND))).toMatchObject({ accepted: 6, rejected: 0, rejectedWhy: '', faults: [] });
    const stored = await rows(
      encoding,
      `metric_name, kind, unit, description, temporality, monotonic, service_name, environment, scope_name, scope_version, no_value,
       toString(toUnixTimestamp64Nano(start_time)) AS start, toString(toUnixTimestamp64Nano(time)) AS at, value, toUInt32(count) AS n, sum, min, max,
       bucket_bounds, arrayMap(c -> toUInt32(c), bucket_counts) AS counts, scale, toUInt32(zero_count) AS zeros, zero_threshold,
       positive_offset, arrayMap(c -> toUInt32(c), positive_counts) AS positive, negative_offset, arrayMap(c -> toUInt32(c), negative_counts) AS negative,
       quantile_levels, quantile_values, attributes_string, attributes_number, attributes_bool, resource`,
    );
    const common = {
      unit: '',
      description: '',
      temporality: '',
      monotonic: 0,
      service_name: 'shop',
      environment: 'test',
      scope_name: 'test',
      scope_version: '1',
      no_value: 0,
      start: nanosAt(0),
      at: nanosAt(60),
      value: null,
      n: null,
      sum: null,
      min: null,
      max: null,
      bucket_bounds: [],
      counts: [],
      scale: 0,
      zeros: 0,
      zero_threshold: 0,
      positive_offset: 0,
      positive: [],
      negative_offset: 0,
      negative: [],
      quantile_levels: [],
      quantile_values: [],
      attributes_string: {},
      attributes_number: {},
      attributes_bool: {},
      resource: JSON.stringify({ 'service.name': 'shop', 'deployment.environment.name': 'test' }),
    };
    expect(stored).toEqual([
      {
        ...common,
        metric_name: 'a.gauge',
        kind: 'gauge',
        unit: 'By',
        description: 'Bytes',
        start: '0',
        at: nanosAt(1),
        value: -1.5,
        attributes_string: { text: 'é' },
        attributes_number: { number: 2 },
        attributes_bool: { flag: true },
      },
      { ...common, metric_name: 'b.sum', kind: 'sum', temporality: 'cumulative', monotonic: 1, value: 7 },
      {
        ...common,
        metric_name: 'c.histogram',
        kind: 'histogram',
        temporality: 'delta',
        n: 3,
        sum: 4.5,
        min: 1,
        max: 2,
        bucket_bounds: [1.5],
        counts: [1, 2],
      },
      {
        ...common,
        metric_name: 'd.exponential',
        kind: 'exponential_histogram',
        temporality: 'delta',
        n: 6,
        scale: -3,
        zeros: 1,
        zero_threshold: 0.5,
        positive_offset: -2,
        positive: [2],
        negative_offset: 9,
        negative: [3],
      },
      { ...common, metric_name: 'e.summary', kind: 'summary', n: 2, sum: 3, quantile_levels: [0.5], quantile_values: [1.25] },
      { ...common, metric_name: 'f.gone', kind: 'gauge', no_value: 1 },
    ]);
  });
});

describe('identity', () => {
  const point = (attributes: Json[], changes: Json = {}) => ({ ...TIMES, asInt: '1', attributes, ...changes });
  const gauge = (...dataPoints: Json[]) => [{ name: 'g', gauge: { dataPoints } }];

  it('counts a request that is sent again once, in either encoding', async () => {
    await store('again', json(EVERY_KIND));
    await store('again', json(EVERY_KIND));
    await store('again', protobuf(EVERY_KIND));
    expect(await rows('again', 'metric_name')).toHaveLength(6);
  });

  it('of a series does not depend on the order of attributes', async () => {
    const [a, b] = keyValues({ a: 1, b: 'x' }) as [Json, Json];
    await store('order', json(metricRequest(gauge(point([a, b]), point([b, a])))));
    expect(await rows('order', 'metric_name')).toHaveLength(1);
  });

  it.each([
    ['attributes', metricRequest(gauge(point(keyValues({ a: 2 }))))],
    ['a text that looks like the number', metricRequest(gauge(point(keyValues({ a: '1' }))))],
    ['the resource', metricRequest(gauge(point(keyValues({ a: 1 }))), { 'service.name': 'shop', 'service.instance.id': 'b' })],
    ['the unit', metricRequest([{ ...gauge(point(keyValues({ a: 1 })))[0], unit: 's' }])],
    ['the kind', metricRequest([{ name: 'g', sum: { aggregationTemporality: 2, dataPoints: [point(keyValues({ a: 1 }))] } }])],
  ])('of a series differs by %s', async (what, other) => {
    await store(what, json(metricRequest(gauge(point(keyValues({ a: 1 }))))));
    await store(what, json(other));
    expect(await rows(what, 'DISTINCT series')).toHaveLength(2);
  });

  it('of a point differs by time, start and value, within one series', async () => {
    const points = [point([]), point([], { timeUnixNano: nanosAt(61) }), point([], { startTimeUnixNano: nanosAt(1) }), point([], { asInt: '2' })];
    await store('points', json(metricRequest(gauge(...points))));
    expect(await rows('points', 'metric_name')).toHaveLength(4);
    expect(await temporary.telemetry.rows(`SELECT DISTINCT series FROM metric_points WHERE workspace_id = 'points'`)).toHaveLength(1);
  });
});

describe('recorded requests', () => {
  it.each([
    ['plain-otel-metrics-app', 16],
    ['plain-otel-metrics-host', 82],
    ['otel-openai-rag', 5],
    ['ai-sdk-v7-otel-agent', 1],
    ['logfire-agent', 2],
  ])('of %s are taken whole, and stored once however often they are sent', async (group, points) => {
    const bodies = recordedBodies(group, 'metrics');
    for (const body of [...bodies, ...bodies]) expect(await store(group, body)).toMatchObject({ rejected: 0, faults: [] });
    expect(await rows(group, 'metric_name')).toHaveLength(points);
  });

  it('keep what the client said of tokens apart by their attributes', async () => {
    for (const body of recordedBodies('plain-otel-metrics-app', 'metrics').slice(0, 1)) await store('tokens', body);
    const tokens = await temporary.telemetry.rows(
      `SELECT attributes_string['gen_ai.token.type'] AS type, toUInt32(count) AS n, sum FROM metric_points
       WHERE workspace_id = 'tokens' AND metric_name = 'gen_ai.client.token.usage' ORDER BY type`,
    );
    expect(tokens).toEqual([
      { type: 'input', n: 1, sum: 1213 },
      { type: 'output', n: 1, sum: 347 },
    ]);
  });
});

describe('refusals', () => {
  it('name each reason with its count, and store the rest', async () => {
    const dataPoints = [{ ...TIMES, asInt: '1' }, { asInt: '1' }, TIMES, TIMES];
    const answer = await store('partly', json(metricRequest([{ name: 'g', gauge: { dataPoints } }])));
    expect(answer).toMatchObject({
      accepted: 1,
      rejected: 3,
      rejectedWhy: '1 data point: the time is missing or out of range; 2 data points: the value is missing',
    });
    expect(await rows('partly', 'metric_name')).toHaveLength(1);
  });

  it('of everything leave nothing to store', async () => {
    expect(await store('nothing', json(metricRequest([{ name: '', gauge: { dataPoints: [TIMES] } }])))).toMatchObject({
      accepted: 0,
      content: undefined,
    });
  });
});
