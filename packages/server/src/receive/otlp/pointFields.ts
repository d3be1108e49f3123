/** What makes a data point one that can be taken, whatever the encoding; the limits that keep a request's points bounded. */
import type { DecodedMetricPoint, ExponentialBuckets, MetricKind, Reading, Temporality } from '../../normalise/decodedMetric.ts';
import { createDecoded, type Decoded, isTime, REASONS, reject } from '../decoded.ts';
import { ATTRIBUTES_OF_ITEM_MAX, KEY_CHARS_MAX, NAME_CHARS_MAX } from '../limits.ts';
import { CLOCK_REASONS, createRequestClock, type RequestClock } from '../requestClock.ts';
import type { RequestRoom } from './requestRoom.ts';

export interface PointLimits {
  /** Points a request. */
  points: number;
  /** Buckets and quantiles of a single point. */
  bucketsOfPoint: number;
  /** Buckets and quantiles of all points of a request together. */
  buckets: number;
}

/**
 * A point takes 20 bytes on the wire and a hundred times as much on its way into the journal, a bucket 1 byte and 16:
 * without limits a body of 64 MiB would need gigabytes. SDKs send at most 160 buckets a point and export some thousand points.
 */
export const POINT_LIMITS: PointLimits = { points: 200_000, bucketsOfPoint: 4_096, buckets: 4_000_000 };

/** SDKs use -11 to 20; beyond 32 a double cannot tell neighbouring bounds apart. */
const SCALE_MAX = 32;
const INT32_MAX = 2_147_483_647;

export const POINT_REASONS = {
  name: 'the metric has no name',
  longName: `the name of the metric has more than ${NAME_CHARS_MAX} characters`,
  attributes: `a data point may have at most ${ATTRIBUTES_OF_ITEM_MAX} attributes, and their keys ${KEY_CHARS_MAX} characters`,
  temporality: 'aggregation_temporality must be delta or cumulative',
  value: 'the value is missing',
  count: 'a count is negative, no whole number or above 2^53',
  buckets: 'bucket_counts must be one more than explicit_bounds, and the bounds must ascend',
  scale: `the scale must be between -${SCALE_MAX} and ${SCALE_MAX}`,
  offset: 'a bucket offset is out of range',
  quantiles: 'a quantile must be between 0 and 1',
  tooManyBuckets: `a point may have at most ${POINT_LIMITS.bucketsOfPoint} buckets, and all points of a request ${POINT_LIMITS.buckets}`,
  tooManyPoints: `a request may have at most ${POINT_LIMITS.points} data points: send smaller batches`,
} as const;

/** Bit 0 of a point's flags: it is valid and has no recorded value. */
const NO_RECORDED_VALUE = 1;

export interface DecodedPoints extends Decoded<DecodedMetricPoint> {
  limits: PointLimits;
  clock: RequestClock;
  bucketsLeft: number;
}

export function createDecodedPoints(receivedAtMs: number, limits: PointLimits): DecodedPoints {
  return { ...createDecoded<DecodedMetricPoint>(), limits, clock: createRequestClock(receivedAtMs), bucketsLeft: limits.buckets };
}

/** Whether another point may be read at all; when not, it is counted as refused. */
export function hasRoom(points: DecodedPoints): boolean {
  if (points.items.length < points.limits.points) return true;
  reject(points, POINT_REASONS.tooManyPoints);
  return false;
}

/** A point as sent: counts that are no counts are NaN, numbers that are not there are null. */
export type SentPoint = Omit<DecodedMetricPoint, 'reading'> & {
  /** Null when the point carries no value at all. */
  reading: Reading | null;
  flags: number;
};

/** Adds the point, or counts why not. */
export function takePoint(points: DecodedPoints, room: RequestRoom, { flags, ...point }: SentPoint): void {
  const bucketsBefore = points.bucketsLeft;
  const noValue = (flags & NO_RECORDED_VALUE) !== 0 || (point.reading?.type === 'number' && !Number.isFinite(point.reading.value));
  const reason =
    wrongAttributes(room) ??
    wrongHead(point) ??
    wrongStart(point, points.clock) ??
    (noValue ? undefined : wrongReading(point.reading, points)) ??
    points.clock.problemOf(point.timeNs);
  if (reason !== undefined) {
    room.giveBack();
    points.bucketsLeft = bucketsBefore;
    return reject(points, reason);
  }
  points.items.push(noValue ? { ...point, reading: null } : point);
}

const WITH_TEMPORALITY: ReadonlySet<MetricKind> = new Set(['sum', 'histogram', 'exponential_histogram']);

/** Attributes are what a point is told apart by: it is not taken without some of them. */
function wrongAttributes(room: RequestRoom): string | undefined {
  if (room.hasTooManyAttributes()) return REASONS.attributes;
  return room.dropped > 0 ? POINT_REASONS.attributes : undefined;
}

/** A total may have begun at any time: that of a machine that runs since 2015, or 0, which is not known. */
function wrongStart({ startNs }: Omit<SentPoint, 'flags'>, { latestNs }: RequestClock): string | undefined {
  if (startNs > latestNs) return CLOCK_REASONS.ahead;
  return startNs === 0n || isTime(startNs) ? undefined : REASONS.time;
}

function wrongHead({ metric }: Omit<SentPoint, 'flags'>): string | undefined {
  if (metric.name === '') return POINT_REASONS.name;
  if (metric.name.length > NAME_CHARS_MAX) return POINT_REASONS.longName;
  return WITH_TEMPORALITY.has(metric.kind) && metric.temporality === null ? POINT_REASONS.temporality : undefined;
}

function wrongReading(reading: Reading | null, points: DecodedPoints): string | undefined {
  if (reading === null) return POINT_REASONS.value;
  if (reading.type === 'number') return undefined;
  if (!isCount(reading.count)) return POINT_REASONS.count;
  const buckets = bucketsOf(reading);
  if (buckets > points.limits.bucketsOfPoint || buckets > points.bucketsLeft) return POINT_REASONS.tooManyBuckets;
  points.bucketsLeft -= buckets;
  if (reading.type === 'histogram') return wrongBuckets(reading.bounds, reading.counts);
  if (reading.type === 'summary') return reading.quantiles.every(({ level }) => level >= 0 && level <= 1) ? undefined : POINT_REASONS.quantiles;
  if (!Number.isInteger(reading.scale) || Math.abs(reading.scale) > SCALE_MAX) return POINT_REASONS.scale;
  return wrongRange(reading.positive) ?? wrongRange(reading.negative) ?? (isCount(reading.zeroCount) ? undefined : POINT_REASONS.count);
}

function bucketsOf(reading: Exclude<Reading, { type: 'number' }>): number {
  if (reading.type === 'histogram') return reading.counts.length + reading.bounds.length;
  return reading.type === 'summary' ? reading.quantiles.length : reading.positive.counts.length + reading.negative.counts.length;
}

function wrongBuckets(bounds: readonly number[], counts: readonly number[]): string | undefined {
  if (counts.length !== (counts.length === 0 ? bounds.length : bounds.length + 1)) return POINT_REASONS.buckets;
  for (let i = 0; i < bounds.length; i++) {
    const bound = bounds[i] as number;
    if (!Number.isFinite(bound) || (i > 0 && bound <= (bounds[i - 1] as number))) return POINT_REASONS.buckets;
  }
  return counts.every(isCount) ? undefined : POINT_REASONS.count;
}

function wrongRange({ offset, counts }: ExponentialBuckets): string | undefined {
  if (!Number.isInteger(offset) || Math.abs(offset) + counts.length > INT32_MAX) return POINT_REASONS.offset;
  return counts.every(isCount) ? undefined : POINT_REASONS.count;
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;

/** NaN and infinite numbers are "not sent". */
export const finiteOrNull = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);

export function temporalityOf(value: number): Temporality | null {
  return value === 1 ? 'delta' : value === 2 ? 'cumulative' : null;
}
