/** OTLP metric requests in JSON. Counts and integers come as numbers or as decimal text. */
import type {
  DecodedMetric,
  ExponentialBuckets,
  ExponentialReading,
  HistogramReading,
  MetricKind,
  NumberReading,
  Reading,
  SummaryReading,
} from '../../normalise/decodedMetric.ts';
import type { DecodedResource, DecodedScope } from '../../normalise/decodedSpan.ts';
import { REASONS, reject, UndecodableBody } from '../decoded.ts';
import { type EnvelopeNames, readJsonItems } from './jsonEnvelope.ts';
import { enumAt, isObject, type JsonObject, listAt, nameAt, nanosecondsAt, objectAt, readAttributes, textAt } from './jsonFields.ts';
import { createDecodedPoints, type DecodedPoints, finiteOrNull, hasRoom, POINT_LIMITS, takePoint, temporalityOf } from './pointFields.ts';
import type { RequestRoom } from './requestRoom.ts';

const TEMPORALITY_NAMES = ['AGGREGATION_TEMPORALITY_UNSPECIFIED', 'AGGREGATION_TEMPORALITY_DELTA', 'AGGREGATION_TEMPORALITY_CUMULATIVE'];

const READERS: readonly { kind: MetricKind; key: string; snakeKey: string; read(point: JsonObject): Reading | null }[] = [
  { kind: 'gauge', key: 'gauge', snakeKey: 'gauge', read: readNumber },
  { kind: 'sum', key: 'sum', snakeKey: 'sum', read: readNumber },
  { kind: 'histogram', key: 'histogram', snakeKey: 'histogram', read: readHistogram },
  { kind: 'exponential_histogram', key: 'exponentialHistogram', snakeKey: 'exponential_histogram', read: readExponential },
  { kind: 'summary', key: 'summary', snakeKey: 'summary', read: readSummary },
];

const ENVELOPE: EnvelopeNames = {
  resources: ['resourceMetrics', 'resource_metrics'],
  scopes: ['scopeMetrics', 'scope_metrics'],
  items: ['metrics', 'metrics'],
};

/** @throws UndecodableBody when the bytes are not JSON of an ExportMetricsServiceRequest. */
export function decodeMetricsJson(body: Uint8Array, receivedAtMs: number, limits = POINT_LIMITS): DecodedPoints {
  const points = createDecodedPoints(receivedAtMs, limits);
  readJsonItems(body, ENVELOPE, (metric, resource, scope, room) => {
    if (!isObject(metric)) throw new UndecodableBody('metrics holds something that is not an object');
    readMetric(metric, { resource, scope }, points, room);
  });
  return points;
}

interface Origin {
  resource: DecodedResource;
  scope: DecodedScope;
}

function readMetric(sent: JsonObject, origin: Origin, points: DecodedPoints, room: RequestRoom): void {
  for (const { kind, key, snakeKey, read } of READERS) {
    const data = objectAt(sent, key) ?? objectAt(sent, snakeKey);
    if (data === undefined) continue;
    const temporality = enumAt(data, 'aggregationTemporality', TEMPORALITY_NAMES) || enumAt(data, 'aggregation_temporality', TEMPORALITY_NAMES);
    const metric: DecodedMetric = {
      name: textAt(sent, 'name'),
      description: nameAt(sent, 'description'),
      unit: nameAt(sent, 'unit'),
      kind,
      temporality: kind === 'gauge' || kind === 'summary' ? null : temporalityOf(temporality),
      monotonic: kind === 'sum' && (data.isMonotonic ?? data.is_monotonic) === true,
    };
    for (const point of listAt(data, 'dataPoints', 'data_points')) {
      if (!hasRoom(points)) continue;
      if (!isObject(point)) {
        reject(points, REASONS.shape);
        continue;
      }
      room.beginItem();
      try {
        takePoint(points, room, {
          ...origin,
          metric,
          attributes: readAttributes(point, room),
          startNs: nanosecondsAt(point, 'startTimeUnixNano', 'start_time_unix_nano'),
          timeNs: nanosecondsAt(point, 'timeUnixNano', 'time_unix_nano'),
          flags: typeof point.flags === 'number' ? point.flags : 0,
          reading: read(point),
        });
      } catch (error) {
        // A list that is none spoils its own point only.
        if (!(error instanceof UndecodableBody)) throw error;
        room.giveBack();
        reject(points, error.message);
      }
    }
    return;
  }
}

/** NaN is written as null by exporters that use JSON.stringify: the key is there, the value is not. */
function readNumber(point: JsonObject): NumberReading | null {
  for (const key of ['asDouble', 'as_double', 'asInt', 'as_int']) {
    if (key in point) return { type: 'number', value: numberOf(point[key]) };
  }
  return null;
}

function readHistogram(point: JsonObject): HistogramReading {
  return {
    type: 'histogram',
    ...readTotals(point),
    min: finiteOrNull(numberOf(point.min)),
    max: finiteOrNull(numberOf(point.max)),
    bounds: numbersAt(point, 'explicitBounds', 'explicit_bounds', numberOf),
    counts: numbersAt(point, 'bucketCounts', 'bucket_counts', countOf),
  };
}

function readExponential(point: JsonObject): ExponentialReading {
  return {
    type: 'exponential',
    ...readTotals(point),
    min: finiteOrNull(numberOf(point.min)),
    max: finiteOrNull(numberOf(point.max)),
    scale: countOf(point.scale),
    zeroCount: countOf(point.zeroCount ?? point.zero_count),
    zeroThreshold: finiteOrNull(numberOf(point.zeroThreshold ?? point.zero_threshold)) ?? 0,
    positive: readBuckets(objectAt(point, 'positive')),
    negative: readBuckets(objectAt(point, 'negative')),
  };
}

function readBuckets(buckets: JsonObject | undefined): ExponentialBuckets {
  if (buckets === undefined) return { offset: 0, counts: [] };
  return { offset: countOf(buckets.offset), counts: numbersAt(buckets, 'bucketCounts', 'bucket_counts', countOf) };
}

function readSummary(point: JsonObject): SummaryReading {
  const quantiles = listAt(point, 'quantileValues', 'quantile_values').map((quantile) => {
    const { quantile: level = 0, value = 0 } = isObject(quantile) ? quantile : { quantile: null };
    return { level: numberOf(level), value: numberOf(value) };
  });
  return { type: 'summary', ...readTotals(point), quantiles: quantiles.filter(({ level, value }) => Number.isNaN(level) || Number.isFinite(value)) };
}

function readTotals(point: JsonObject): { count: number; sum: number | null } {
  return { count: countOf(point.count), sum: finiteOrNull(numberOf(point.sum)) };
}

function numbersAt(holder: JsonObject, key: string, snakeKey: string, read: (value: unknown) => number): number[] {
  const value = holder[key] ?? holder[snakeKey] ?? [];
  return Array.isArray(value) ? value.map(read) : [Number.NaN];
}

/** A whole number; absent is 0, as proto3 leaves zeros out, and anything else NaN. */
function countOf(value: unknown): number {
  if (value === undefined || value === null) return 0;
  const number = numberOf(value);
  return Number.isInteger(number) ? number : Number.NaN;
}

/** A number or its decimal text; anything else, also the texts NaN and Infinity, is NaN. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^[+-]?[\d.]/.test(value) ? Number(value) : Number.NaN;
}
