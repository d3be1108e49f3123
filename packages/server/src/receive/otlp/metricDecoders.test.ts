import protobuf from 'protobufjs/minimal.js';
import { describe, expect, it } from 'vitest';
import type { DecodedMetricPoint } from '../../normalise/decodedMetric.ts';
import { explainRejections, REASONS, UndecodableBody } from '../decoded.ts';
import { CLOCK_REASONS } from '../requestClock.ts';
import { keyValues, METRIC_START_MS, metricRequest, nanosAt } from '../testing/metricRequests.ts';
import { encodeMetricRequest } from '../testing/metricWriter.ts';
import { decodeMetricsJson } from './metricsJson.ts';
import { decodeMetricsProtobuf } from './metricsProtobuf.ts';
import { type DecodedPoints, POINT_LIMITS, POINT_REASONS, type PointLimits } from './pointFields.ts';

type Json = Record<string, unknown>;

const decodeJson = (request: unknown, limits?: PointLimits): DecodedPoints =>
  decodeMetricsJson(Buffer.from(JSON.stringify(request)), METRIC_START_MS, limits);
const decodeProtobuf = (request: Json, limits?: PointLimits): DecodedPoints =>
  decodeMetricsProtobuf(encodeMetricRequest(request), METRIC_START_MS, limits);

const ENCODINGS = [
  ['json', decodeJson],
  ['protobuf', decodeProtobuf],
] as const;

const TIMES = { startTimeUnixNano: nanosAt(0), timeUnixNano: nanosAt(60) };
const gauge = (...dataPoints: unknown[]) => ({ name: 'g', gauge: { dataPoints } });
const sum = (changes: Json, ...dataPoints: unknown[]) => ({ name: 's', unit: '1', sum: { dataPoints, ...changes } });
const histogram = (...dataPoints: unknown[]) => ({ name: 'h', unit: 's', histogram: { aggregationTemporality: 2, dataPoints } });
const exponential = (...dataPoints: unknown[]) => ({ name: 'e', exponentialHistogram: { aggregationTemporality: 1, dataPoints } });
const summary = (...dataPoints: unknown[]) => ({ name: 'q', summary: { dataPoints } });

function only(points: DecodedPoints): DecodedMetricPoint {
  expect([points.items.length, [...points.reasons]]).toEqual([1, []]);
  return points.items[0] as DecodedMetricPoint;
}

describe.each(ENCODINGS)('a metric in %s', (_name, decode) => {
  it('keeps name, unit, description, times, attributes, resource and scope', () => {
    const metric = {
      name: 'orders',
      unit: '{order}',
      description: 'Orders placed',
      gauge: { dataPoints: [{ ...TIMES, asInt: '7', attributes: keyValues({ currency: 'EUR', vip: true, weight: 0.5 }) }] },
    };
    const point = only(decode(metricRequest([metric])));
    expect(point.metric).toEqual({
      name: 'orders',
      unit: '{order}',
      description: 'Orders placed',
      kind: 'gauge',
      temporality: null,
      monotonic: false,
    });
    expect([point.startNs, point.timeNs]).toEqual([BigInt(nanosAt(0)), BigInt(nanosAt(60))]);
    expect(Object.fromEntries(point.attributes)).toEqual({ currency: 'EUR', vip: true, weight: 0.5 });
    expect(point.resource.attributes.get('service.name')).toBe('shop');
    expect(point.scope).toEqual({ name: 'test', version: '1' });
    expect(point.reading).toEqual({ type: 'number', value: 7 });
  });

  it.each([
    [{ asInt: '-9' }, -9],
    [{ asInt: '0' }, 0],
    [{ asDouble: 0.25 }, 0.25],
    [{ asDouble: 0 }, 0],
    [{ asInt: '9007199254740993' }, 9007199254740992],
  ])('reads the value %j', (value, expected) => {
    expect(only(decode(metricRequest([gauge({ ...TIMES, ...value })]))).reading).toEqual({ type: 'number', value: expected });
  });

  it.each([
    [1, true, 'delta'],
    [1, false, 'delta'],
    [2, true, 'cumulative'],
    [2, false, 'cumulative'],
  ])('tells temporality %i and monotonic %s apart', (aggregationTemporality, isMonotonic, temporality) => {
    const point = only(decode(metricRequest([sum({ aggregationTemporality, isMonotonic }, { ...TIMES, asInt: '1' })])));
    expect(point.metric).toMatchObject({ kind: 'sum', temporality, monotonic: isMonotonic });
  });

  it('reads a histogram', () => {
    const sent = { ...TIMES, count: '6', sum: 4.5, min: 0.1, max: 3, bucketCounts: ['1', '2', '3'], explicitBounds: [0.5, 1] };
    expect(only(decode(metricRequest([histogram(sent)])))).toMatchObject({
      metric: { kind: 'histogram', temporality: 'cumulative', unit: 's' },
      reading: { type: 'histogram', count: 6, sum: 4.5, min: 0.1, max: 3, bounds: [0.5, 1], counts: [1, 2, 3] },
    });
  });

  it('takes a histogram without buckets, sum, minimum and maximum', () => {
    expect(only(decode(metricRequest([histogram({ ...TIMES, count: '2' })]))).reading).toEqual({
      type: 'histogram',
      count: 2,
      sum: null,
      min: null,
      max: null,
      bounds: [],
      counts: [],
    });
  });

  it('reads an exponential histogram with negative offsets and negative values', () => {
    const sent = {
      ...TIMES,
      count: '10',
      sum: 12.5,
      scale: -2,
      zeroCount: '3',
      zeroThreshold: 0.001,
      positive: { offset: -4, bucketCounts: ['1', '0', '2'] },
      negative: { offset: 5, bucketCounts: ['4'] },
    };
    expect(only(decode(metricRequest([exponential(sent)]))).reading).toEqual({
      type: 'exponential',
      count: 10,
      sum: 12.5,
      min: null,
      max: null,
      scale: -2,
      zeroCount: 3,
      zeroThreshold: 0.001,
      positive: { offset: -4, counts: [1, 0, 2] },
      negative: { offset: 5, counts: [4] },
    });
  });

  it('reads a summary and leaves out quantiles without a value', () => {
    const sent = {
      ...TIMES,
      count: '3',
      sum: 1.5,
      quantileValues: [
        { quantile: 0.5, value: 0.4 },
        { quantile: 0.99, value: Number.NaN },
      ],
    };
    expect(only(decode(metricRequest([summary(sent)])))).toMatchObject({
      metric: { kind: 'summary', temporality: null },
      reading: { type: 'summary', count: 3, sum: 1.5, quantiles: [{ level: 0.5, value: 0.4 }] },
    });
  });

  it('takes a point that says "no recorded value", and NaN, as a point without a value', () => {
    const points = decode(metricRequest([gauge({ ...TIMES, flags: 1 }, { ...TIMES, asDouble: Number.NaN }), histogram({ ...TIMES, flags: 1 })]));
    expect(points.items.map(({ reading }) => reading)).toEqual([null, null, null]);
    expect(points.rejected).toBe(0);
  });

  it('lets no infinite sum through', () => {
    const sent = { ...TIMES, count: '1', sum: Number.POSITIVE_INFINITY, min: Number.NaN, max: Number.NEGATIVE_INFINITY };
    expect(only(decode(metricRequest([histogram(sent)]))).reading).toMatchObject({ count: 1, sum: null, min: null, max: null });
  });

  const good = { ...TIMES, asInt: '1' };
  it.each([
    ['a metric without a name', { ...gauge(good), name: '' }, POINT_REASONS.name],
    ['a point without a time', gauge({ asInt: '1' }), REASONS.time],
    ['a time beyond what is a time', gauge({ timeUnixNano: '18446744073709551615', asInt: '1' }), CLOCK_REASONS.ahead],
    ['a start time that is no time', gauge({ ...TIMES, startTimeUnixNano: '1', asInt: '1' }), REASONS.time],
    ['a gauge without a value', gauge({ ...TIMES }), POINT_REASONS.value],
    ['a sum without temporality', sum({}, good), POINT_REASONS.temporality],
    ['a sum of unknown temporality', sum({ aggregationTemporality: 7 }, good), POINT_REASONS.temporality],
    ['too few buckets', histogram({ ...TIMES, count: '1', bucketCounts: ['1'], explicitBounds: [1] }), POINT_REASONS.buckets],
    ['bounds without buckets', histogram({ ...TIMES, count: '1', explicitBounds: [1] }), POINT_REASONS.buckets],
    ['bounds that do not ascend', histogram({ ...TIMES, count: '1', bucketCounts: ['1', '0', '0'], explicitBounds: [1, 1] }), POINT_REASONS.buckets],
    ['a bound that is NaN', histogram({ ...TIMES, count: '1', bucketCounts: ['1', '0'], explicitBounds: [Number.NaN] }), POINT_REASONS.buckets],
    ['a count beyond 2^53', histogram({ ...TIMES, count: '18446744073709551615' }), POINT_REASONS.count],
    ['a scale that no double can follow', exponential({ ...TIMES, count: '1', scale: 33 }), POINT_REASONS.scale],
    [
      'an offset at the end of its range',
      exponential({ ...TIMES, count: '1', positive: { offset: 2147483647, bucketCounts: ['1'] } }),
      POINT_REASONS.offset,
    ],
    ['a quantile above 1', summary({ ...TIMES, count: '1', quantileValues: [{ quantile: 1.5, value: 1 }] }), POINT_REASONS.quantiles],
  ])('refuses %s alone, and keeps its neighbours', (_what, metric, reason) => {
    const points = decode(metricRequest([gauge(good), metric, gauge({ ...good, asInt: '2' })]));
    expect(points.items.map(({ reading }) => reading)).toEqual([
      { type: 'number', value: 1 },
      { type: 'number', value: 2 },
    ]);
    expect([points.rejected, [...points.reasons]]).toEqual([1, [[reason, 1]]]);
    expect(explainRejections(points, 'data point')).toBe(`1 data point: ${reason}`);
  });

  it('takes as many points and buckets as the limits say, and not one more', () => {
    const limits: PointLimits = { points: 3, bucketsOfPoint: 5, buckets: 12 };
    const of = (buckets: number) => exponential({ ...TIMES, count: '0', positive: { offset: 0, bucketCounts: Array(buckets).fill('0') } });
    expect(decode(metricRequest([of(5)]), limits)).toMatchObject({ rejected: 0 });
    expect([...decode(metricRequest([of(6)]), limits).reasons]).toEqual([[POINT_REASONS.tooManyBuckets, 1]]);
    expect(decode(metricRequest([of(5), of(5), of(2)]), limits)).toMatchObject({ rejected: 0 });
    const over = decode(metricRequest([of(5), of(5), of(3)]), limits);
    expect([over.items.length, [...over.reasons]]).toEqual([2, [[POINT_REASONS.tooManyBuckets, 1]]]);
    const many = decode(metricRequest([gauge(good, good, good, good, good)]), limits);
    expect([many.items.length, [...many.reasons]]).toEqual([3, [[POINT_REASONS.tooManyPoints, 2]]]);
  });

  it('answers an empty request with nothing', () => {
    expect(decode({})).toMatchObject({ items: [], rejected: 0 });
    expect(decode(metricRequest([{ name: 'no data at all' }]))).toMatchObject({ items: [], rejected: 0 });
  });
});

describe('metrics in JSON', () => {
  it('takes numbers as numbers or text, enums as names, and snake_case', () => {
    const metric = {
      name: 'h',
      exponential_histogram: {
        aggregation_temporality: 'AGGREGATION_TEMPORALITY_DELTA',
        data_points: [
          { time_unix_nano: nanosAt(1), count: 3, sum: '1.5', scale: '1', zero_count: 1, positive: { offset: -1, bucket_counts: [1, '1'] } },
        ],
      },
    };
    expect(only(decodeJson({ resource_metrics: [{ scope_metrics: [{ metrics: [metric] }] }] }))).toMatchObject({
      startNs: 0n,
      metric: { temporality: 'delta' },
      reading: { count: 3, sum: 1.5, scale: 1, zeroCount: 1, positive: { offset: -1, counts: [1, 1] } },
    });
  });

  it.each([[null], ['NaN'], ['Infinity'], ['-Infinity']])('takes a double of %j as no value', (asDouble) => {
    expect(only(decodeJson(metricRequest([gauge({ ...TIMES, asDouble })]))).reading).toBeNull();
  });

  it.each([
    ['a point that is a number', gauge(5), REASONS.shape],
    ['a negative count', histogram({ ...TIMES, count: -1 }), POINT_REASONS.count],
    ['half a count', histogram({ ...TIMES, count: 1.5 }), POINT_REASONS.count],
    ['a count that is an object', histogram({ ...TIMES, count: {} }), POINT_REASONS.count],
    ['a negative bucket', histogram({ ...TIMES, count: 1, bucketCounts: [-1, 2], explicitBounds: [1] }), POINT_REASONS.count],
    ['bounds that are a text', histogram({ ...TIMES, count: 1, bucketCounts: [1, 2], explicitBounds: '1' }), POINT_REASONS.buckets],
    ['a scale that is a text', exponential({ ...TIMES, count: 1, scale: 'big' }), POINT_REASONS.scale],
    ['quantiles that are numbers', summary({ ...TIMES, count: 1, quantileValues: [0.5] }), POINT_REASONS.quantiles],
  ])('refuses %s', (_what, metric, reason) => {
    expect([...decodeJson(metricRequest([metric])).reasons]).toEqual([[reason, 1]]);
  });

  it.each([['not json'], ['[]'], ['{"resourceMetrics":5}'], ['{"resourceMetrics":[{"scopeMetrics":[{"metrics":[7]}]}]}']])(
    'cannot decode %s as a whole',
    (body) => {
      expect(() => decodeMetricsJson(Buffer.from(body), METRIC_START_MS)).toThrow(UndecodableBody);
    },
  );
});

describe('metrics in protobuf', () => {
  const whole = encodeMetricRequest(
    metricRequest([
      sum({ aggregationTemporality: 2, isMonotonic: true }, { ...TIMES, asInt: '5', attributes: keyValues({ a: 'b' }) }),
      histogram({ ...TIMES, count: '3', sum: 2, bucketCounts: ['1', '2'], explicitBounds: [1] }),
      exponential({ ...TIMES, count: '1', scale: 3, positive: { offset: 4, bucketCounts: ['1'] } }),
      summary({ ...TIMES, count: '1', quantileValues: [{ quantile: 0.5, value: 1 }] }),
    ]),
  );

  it('refuses a body that is cut off anywhere, and never fails in another way', () => {
    expect(decodeMetricsProtobuf(whole, METRIC_START_MS).items).toHaveLength(4);
    for (let length = 1; length < whole.length; length++) {
      expect(() => decodeMetricsProtobuf(whole.subarray(0, length), METRIC_START_MS), `${length} bytes`).toThrow(UndecodableBody);
    }
  });

  it('survives every single changed byte', () => {
    for (let at = 0; at < whole.length; at++) {
      const changed = Uint8Array.from(whole);
      changed[at] = (changed[at] as number) ^ 0xff;
      try {
        decodeMetricsProtobuf(changed, METRIC_START_MS);
      } catch (error) {
        expect(error).toBeInstanceOf(UndecodableBody);
      }
    }
  });

  it('takes lists that are not packed', () => {
    const point = protobuf.Writer.create().uint32(25).fixed64(nanosAt(1)).uint32(33).fixed64(3);
    for (const count of [1, 2]) point.uint32(49).fixed64(count);
    point.uint32(57).double(0.5);
    const data = protobuf.Writer.create().uint32(10).bytes(point.finish()).uint32(16).int32(1).finish();
    const metric = protobuf.Writer.create().uint32(10).string('h').uint32(74).bytes(data).finish();
    const scope = protobuf.Writer.create().uint32(18).bytes(metric).finish();
    const resource = protobuf.Writer.create().uint32(18).bytes(scope).finish();
    const request = protobuf.Writer.create().uint32(10).bytes(resource).finish();
    expect(only(decodeMetricsProtobuf(request, METRIC_START_MS)).reading).toMatchObject({ count: 3, bounds: [0.5], counts: [1, 2] });
  });

  it('keeps no more of a huge list than the limit', () => {
    const sent = { ...TIMES, count: '0', positive: { offset: 0, bucketCounts: Array(POINT_LIMITS.bucketsOfPoint + 1000).fill(0) } };
    expect([...decodeProtobuf(metricRequest([exponential(sent)])).reasons]).toEqual([[POINT_REASONS.tooManyBuckets, 1]]);
  });
});
