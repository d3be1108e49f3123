/**
 * OTLP metric requests in protobuf, read in one pass over the bytes into decoded points.
 * Field numbers are those of opentelemetry-proto 1.x (`metrics/v1/metrics.proto`).
 */
import type { DecodedMetric, MetricKind } from '../../normalise/decodedMetric.ts';
import type { AttributeValue, DecodedResource, DecodedScope } from '../../normalise/decodedSpan.ts';
import { createDecodedPoints, type DecodedPoints, hasRoom, POINT_LIMITS, takePoint, temporalityOf } from './pointFields.ts';
import { NO_ATTRIBUTES, readInterned, readKeyValue, readName } from './protobufAttributes.ts';
import { readItems } from './protobufEnvelope.ts';
import type { ProtobufReader } from './protobufReader.ts';
import { READINGS_ON_THE_WIRE } from './protobufReadings.ts';

/** @throws UndecodableBody when the bytes are not an ExportMetricsServiceRequest. */
export function decodeMetricsProtobuf(body: Uint8Array, receivedAtMs: number, limits = POINT_LIMITS): DecodedPoints {
  const points = createDecodedPoints(receivedAtMs, limits);
  readItems(body, (reader, end, resource, scope) => readMetric(reader, end, { resource, scope }, points));
  return points;
}

interface Origin {
  resource: DecodedResource;
  scope: DecodedScope;
}

/** Tag of the metric's data → its kind. */
const DATA_KINDS: Readonly<Record<number, MetricKind>> = { 42: 'gauge', 58: 'sum', 74: 'histogram', 82: 'exponential_histogram', 90: 'summary' };

function readMetric(reader: ProtobufReader, end: number, origin: Origin, points: DecodedPoints): void {
  const metric: DecodedMetric = { name: '', description: '', unit: '', kind: 'gauge', temporality: null, monotonic: false };
  let dataStart = end;
  let dataEnd = end;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    const kind = DATA_KINDS[tag];
    if (kind !== undefined) {
      // Of a oneof that is sent twice the last one counts.
      metric.kind = kind;
      dataEnd = reader.lengthEnd(end);
      dataStart = reader.pos;
      reader.pos = dataEnd;
    } else if (tag === 10) metric.name = readInterned(reader, end);
    else if (tag === 18) metric.description = readName(reader, end);
    else if (tag === 26) metric.unit = readName(reader, end);
    else reader.skip(tag & 7, end);
  }
  reader.pos = dataStart;
  while (reader.pos < dataEnd) {
    const tag = reader.tag(dataEnd);
    if (tag === 16 && metric.kind !== 'gauge' && metric.kind !== 'summary') metric.temporality = temporalityOf(reader.varint(dataEnd));
    else if (tag === 24 && metric.kind === 'sum') metric.monotonic = reader.varint(dataEnd) !== 0;
    else reader.skip(tag & 7, dataEnd);
  }
  reader.pos = dataStart;
  while (reader.pos < dataEnd) {
    const tag = reader.tag(dataEnd);
    if (tag === 10) readPoint(reader, reader.lengthEnd(dataEnd), metric, origin, points);
    else reader.skip(tag & 7, dataEnd);
  }
  reader.pos = end;
}

/** What a point of each kind has at which tag: the messages share their fields, not their numbers. */
interface PointTags {
  attributes: number;
  flags: number;
}
const POINT_TAGS: Readonly<Record<MetricKind, PointTags>> = {
  gauge: { attributes: 58, flags: 64 },
  sum: { attributes: 58, flags: 64 },
  histogram: { attributes: 74, flags: 80 },
  exponential_histogram: { attributes: 10, flags: 80 },
  summary: { attributes: 58, flags: 64 },
};

function readPoint(reader: ProtobufReader, end: number, metric: DecodedMetric, origin: Origin, points: DecodedPoints): void {
  if (!hasRoom(points)) {
    reader.pos = end;
    return;
  }
  reader.room.beginItem();
  const tags = POINT_TAGS[metric.kind];
  const wire = READINGS_ON_THE_WIRE[metric.kind](points.limits.bucketsOfPoint);
  let attributes: Map<string, AttributeValue> | undefined;
  let startNs = 0n;
  let timeNs = 0n;
  let flags = 0;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 17) startNs = reader.fixed64(end);
    else if (tag === 25) timeNs = reader.fixed64(end);
    else if (tag === tags.attributes) {
      attributes ??= new Map();
      readKeyValue(reader, reader.lengthEnd(end), attributes, 0);
    } else if (tag === tags.flags) flags = reader.varint(end);
    else if (!wire.field(reader, tag, end)) reader.skip(tag & 7, end);
  }
  const { resource, scope } = origin;
  takePoint(points, reader.room, {
    resource,
    scope,
    metric,
    attributes: attributes ?? NO_ATTRIBUTES,
    startNs,
    timeNs,
    flags,
    reading: wire.reading(),
  });
}
