/** A metric's data point as the wire carried it: what the decoders of `/v1/metrics` end in. */
import type { Attributes, DecodedResource, DecodedScope } from './decodedSpan.ts';

export type MetricKind = 'gauge' | 'sum' | 'histogram' | 'exponential_histogram' | 'summary';

/**
 * What `delta` and `cumulative` mean: a delta point tells what happened since the point before it, a cumulative
 * one the total since its start time, so that an export may repeat the total any number of times.
 */
export type Temporality = 'delta' | 'cumulative';

/** One object per metric of a request, shared by its points: compare by identity, never mutate. */
export interface DecodedMetric {
  name: string;
  description: string;
  /** UCUM, such as `s`, `By` or `{token}`; '' when not sent. */
  unit: string;
  kind: MetricKind;
  /** Null where the kind knows none: gauges and summaries. */
  temporality: Temporality | null;
  /** Whether a sum only ever rises; false for other kinds. */
  monotonic: boolean;
}

export interface NumberReading {
  type: 'number';
  /** Finite. Integers beyond 2^53 are the nearest double. */
  value: number;
}

export interface HistogramReading {
  type: 'histogram';
  count: number;
  sum: number | null;
  min: number | null;
  max: number | null;
  /** Upper bounds, inclusive, ascending; the last bucket has none. */
  bounds: number[];
  /** One more than `bounds`, or both are empty: then only count and sum are known. */
  counts: number[];
}

/** Bucket i of `counts` holds the values in (b^(offset + i), b^(offset + i + 1)] with b = 2^(2^-scale). */
export interface ExponentialBuckets {
  offset: number;
  counts: number[];
}

export interface ExponentialReading {
  type: 'exponential';
  count: number;
  sum: number | null;
  min: number | null;
  max: number | null;
  scale: number;
  zeroCount: number;
  /** Values of at most this size are counted by `zeroCount`. */
  zeroThreshold: number;
  positive: ExponentialBuckets;
  /** Of the absolute values. */
  negative: ExponentialBuckets;
}

export interface SummaryReading {
  type: 'summary';
  count: number;
  sum: number | null;
  /** `level` is 0 to 1. */
  quantiles: { level: number; value: number }[];
}

export type Reading = NumberReading | HistogramReading | ExponentialReading | SummaryReading;

export interface DecodedMetricPoint {
  resource: DecodedResource;
  scope: DecodedScope;
  metric: DecodedMetric;
  attributes: Attributes;
  /** When a sum or histogram began to count; 0n when not sent. Unix nanoseconds. */
  startNs: bigint;
  timeNs: bigint;
  /** Null for a point that says "there is no value" (the flag NO_RECORDED_VALUE, or NaN): a series that has ended. */
  reading: Reading | null;
}
