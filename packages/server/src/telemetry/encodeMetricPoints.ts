import type { CanonicalMetricPoint } from '../normalise/normaliseMetricPoint.ts';
import type { ExponentialBuckets, Reading } from '../normalise/decodedMetric.ts';
import { addAttributes, createAttributeColumns } from './attributeColumns.ts';
import {
  CountsColumn,
  Float64Column,
  HexColumn,
  NumbersColumn,
  OptionalFloat64Column,
  OptionalUInt64Column,
  TextColumn,
  UInt8Column,
  UInt32Column,
  UInt64Column,
} from './columns.ts';
import { encodeRows } from './encodeTable.ts';
import { createResourceWriter } from './spanTexts.ts';
import { metricPointsTable } from './tables/metricPoints.ts';

const pointColumns = {
  workspace_id: new TextColumn(),
  metric_name: new TextColumn(),
  time: new UInt64Column(),
  series: new HexColumn(16),
  point_id: new HexColumn(8),
  start_time: new UInt64Column(),
  kind: new TextColumn(),
  temporality: new TextColumn(),
  monotonic: new UInt8Column(),
  unit: new TextColumn(),
  description: new TextColumn(),
  service_name: new TextColumn(),
  environment: new TextColumn(),
  scope_name: new TextColumn(),
  scope_version: new TextColumn(),
  no_value: new UInt8Column(),
  value: new OptionalFloat64Column(),
  count: new OptionalUInt64Column(),
  sum: new OptionalFloat64Column(),
  min: new OptionalFloat64Column(),
  max: new OptionalFloat64Column(),
  bucket_bounds: new NumbersColumn(),
  bucket_counts: new CountsColumn(),
  // Int32 by two's complement.
  scale: new UInt32Column(),
  zero_count: new UInt64Column(),
  zero_threshold: new Float64Column(),
  positive_offset: new UInt32Column(),
  positive_counts: new CountsColumn(),
  negative_offset: new UInt32Column(),
  negative_counts: new CountsColumn(),
  quantile_levels: new NumbersColumn(),
  quantile_values: new NumbersColumn(),
  ...createAttributeColumns(),
  resource: new TextColumn(),
  received_at: new UInt64Column(),
};

const resourceText = createResourceWriter();
const NOTHING: readonly number[] = [];
const NO_BUCKETS: ExponentialBuckets = { offset: 0, counts: [] };

/** One Native block of `metric_points`. `receivedAtMs` is Unix milliseconds. */
export function encodeMetricPoints(workspaceId: string, receivedAtMs: number, points: readonly CanonicalMetricPoint[]): Buffer {
  const receivedAt = BigInt(receivedAtMs);
  return encodeRows(metricPointsTable, pointColumns, points, (point) => addPoint(workspaceId, receivedAt, point));
}

function addPoint(workspaceId: string, receivedAt: bigint, point: CanonicalMetricPoint): void {
  const c = pointColumns;
  const { metric, scope } = point;
  c.workspace_id.add(workspaceId);
  c.metric_name.add(metric.name);
  c.time.add(point.timeNs);
  c.series.add(point.series);
  c.point_id.add(point.pointId);
  c.start_time.add(point.startNs);
  c.kind.add(metric.kind);
  c.temporality.add(metric.temporality);
  c.monotonic.add(metric.monotonic);
  c.unit.add(metric.unit);
  c.description.add(metric.description);
  c.service_name.add(point.serviceName);
  c.environment.add(point.environment);
  c.scope_name.add(scope.name);
  c.scope_version.add(scope.version);
  c.no_value.add(point.reading === null);
  addReading(point.reading);
  addAttributes(c, point.attributes);
  c.resource.add(resourceText(point.resource));
  c.received_at.add(receivedAt);
}

function addReading(reading: Reading | null): void {
  const c = pointColumns;
  const distribution = reading === null || reading.type === 'number' ? null : reading;
  const bounded = distribution === null || distribution.type === 'summary' ? null : distribution;
  const histogram = reading?.type === 'histogram' ? reading : null;
  const exponential = reading?.type === 'exponential' ? reading : null;
  const quantiles = reading?.type === 'summary' ? reading.quantiles : [];
  c.value.add(reading?.type === 'number' ? reading.value : null);
  c.count.add(distribution?.count ?? null);
  c.sum.add(distribution?.sum ?? null);
  c.min.add(bounded?.min ?? null);
  c.max.add(bounded?.max ?? null);
  c.bucket_bounds.add(histogram?.bounds ?? NOTHING);
  c.bucket_counts.add(histogram?.counts ?? NOTHING);
  c.scale.add(exponential?.scale ?? 0);
  c.zero_count.add(BigInt(exponential?.zeroCount ?? 0));
  c.zero_threshold.add(exponential?.zeroThreshold ?? 0);
  const { positive, negative } = exponential ?? { positive: NO_BUCKETS, negative: NO_BUCKETS };
  c.positive_offset.add(positive.offset);
  c.positive_counts.add(positive.counts);
  c.negative_offset.add(negative.offset);
  c.negative_counts.add(negative.counts);
  c.quantile_levels.add(quantiles.map(({ level }) => level));
  c.quantile_values.add(quantiles.map(({ value }) => value));
}
