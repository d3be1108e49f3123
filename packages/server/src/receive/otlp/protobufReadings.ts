/** The values of each kind of data point, field by field. Field numbers of opentelemetry-proto 1.x (`metrics/v1/metrics.proto`). */
import type { ExponentialBuckets, ExponentialReading, HistogramReading, MetricKind, Reading, SummaryReading } from '../../normalise/decodedMetric.ts';
import { finiteOrNull } from './pointFields.ts';
import type { ProtobufReader } from './protobufReader.ts';

/** Reads the fields of one kind of point. `field` answers false for a tag that is not its own. */
interface ReadingOnTheWire {
  field(reader: ProtobufReader, tag: number, end: number): boolean;
  reading(): Reading | null;
}

export const READINGS_ON_THE_WIRE: Readonly<Record<MetricKind, (bucketsMax: number) => ReadingOnTheWire>> = {
  gauge: numberOnTheWire,
  sum: numberOnTheWire,
  histogram: histogramOnTheWire,
  exponential_histogram: exponentialOnTheWire,
  summary: summaryOnTheWire,
};

function numberOnTheWire(): ReadingOnTheWire {
  let value: number | undefined;
  return {
    field: (reader, tag, end) => {
      if (tag === 33) value = reader.double(end);
      else if (tag === 49) value = Number(BigInt.asIntN(64, reader.fixed64(end)));
      else return false;
      return true;
    },
    reading: () => (value === undefined ? null : { type: 'number', value }),
  };
}

function histogramOnTheWire(bucketsMax: number): ReadingOnTheWire {
  const histogram: HistogramReading = { type: 'histogram', count: 0, sum: null, min: null, max: null, bounds: [], counts: [] };
  return {
    field: (reader, tag, end) => {
      if (tag === 33) histogram.count = Number(reader.fixed64(end));
      else if (tag === 41) histogram.sum = finiteOrNull(reader.double(end));
      else if (tag === 49) keep(histogram.counts, fixedCount(reader, end), bucketsMax);
      else if (tag === 50) readPacked(reader, end, histogram.counts, bucketsMax, fixedCount);
      else if (tag === 57) keep(histogram.bounds, reader.double(end), bucketsMax);
      else if (tag === 58) readPacked(reader, end, histogram.bounds, bucketsMax, double);
      else if (tag === 89) histogram.min = finiteOrNull(reader.double(end));
      else if (tag === 97) histogram.max = finiteOrNull(reader.double(end));
      else return false;
      return true;
    },
    reading: () => histogram,
  };
}

function exponentialOnTheWire(bucketsMax: number): ReadingOnTheWire {
  const histogram: ExponentialReading = {
    type: 'exponential',
    count: 0,
    sum: null,
    min: null,
    max: null,
    scale: 0,
    zeroCount: 0,
    zeroThreshold: 0,
    positive: { offset: 0, counts: [] },
    negative: { offset: 0, counts: [] },
  };
  return {
    field: (reader, tag, end) => {
      if (tag === 33) histogram.count = Number(reader.fixed64(end));
      else if (tag === 41) histogram.sum = finiteOrNull(reader.double(end));
      else if (tag === 48) histogram.scale = zigzag(reader.varint(end));
      else if (tag === 57) histogram.zeroCount = Number(reader.fixed64(end));
      else if (tag === 66) readBuckets(reader, reader.lengthEnd(end), histogram.positive, bucketsMax);
      else if (tag === 74) readBuckets(reader, reader.lengthEnd(end), histogram.negative, bucketsMax);
      else if (tag === 97) histogram.min = finiteOrNull(reader.double(end));
      else if (tag === 105) histogram.max = finiteOrNull(reader.double(end));
      else if (tag === 113) histogram.zeroThreshold = finiteOrNull(reader.double(end)) ?? 0;
      else return false;
      return true;
    },
    reading: () => histogram,
  };
}

function readBuckets(reader: ProtobufReader, end: number, buckets: ExponentialBuckets, bucketsMax: number): void {
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 8) buckets.offset = zigzag(reader.varint(end));
    else if (tag === 16) keep(buckets.counts, reader.varint(end), bucketsMax);
    else if (tag === 18) readPacked(reader, end, buckets.counts, bucketsMax, varint);
    else reader.skip(tag & 7, end);
  }
}

function summaryOnTheWire(bucketsMax: number): ReadingOnTheWire {
  const summary: SummaryReading = { type: 'summary', count: 0, sum: null, quantiles: [] };
  return {
    field: (reader, tag, end) => {
      if (tag === 33) summary.count = Number(reader.fixed64(end));
      else if (tag === 41) summary.sum = finiteOrNull(reader.double(end));
      else if (tag === 50) readQuantile(reader, reader.lengthEnd(end), summary.quantiles, bucketsMax);
      else return false;
      return true;
    },
    reading: () => summary,
  };
}

/** A quantile without a value (NaN: nothing was observed) is left out. */
function readQuantile(reader: ProtobufReader, end: number, into: SummaryReading['quantiles'], quantilesMax: number): void {
  const quantile = { level: 0, value: 0 };
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 9) quantile.level = reader.double(end);
    else if (tag === 17) quantile.value = reader.double(end);
    else reader.skip(tag & 7, end);
  }
  if (into.length <= quantilesMax && (Number.isNaN(quantile.level) || Number.isFinite(quantile.value))) into.push(quantile);
}

/** A packed list. Stops keeping numbers once they are more than may be: the check of the point then refuses it. */
function readPacked(
  reader: ProtobufReader,
  end: number,
  into: number[],
  elementsMax: number,
  read: (reader: ProtobufReader, end: number) => number,
): void {
  const listEnd = reader.lengthEnd(end);
  while (reader.pos < listEnd && into.length <= elementsMax) into.push(read(reader, listEnd));
  reader.pos = listEnd;
}

function keep(into: number[], value: number, elementsMax: number): void {
  if (into.length <= elementsMax) into.push(value);
}

const fixedCount = (reader: ProtobufReader, end: number) => Number(reader.fixed64(end));
const double = (reader: ProtobufReader, end: number) => reader.double(end);
const varint = (reader: ProtobufReader, end: number) => reader.varint(end);

/** Signed numbers lie in a varint as 0, -1, 1, -2 … */
const zigzag = (value: number) => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);
