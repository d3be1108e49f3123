import { attributeColumns, dictionary, flag, resource, optional } from './columnKinds.ts';
import type { Column, Table } from './table.ts';

const numbers = (name: string): Column => ({ name, store: 'Array(Float64)', codec: 'ZSTD(1)' });
const counts = (name: string): Column => ({ name, store: 'Array(UInt64)', codec: 'ZSTD(1)' });
const whole = (name: string): Column => ({ name, store: 'Int32', codec: 'ZSTD(1)' });

/**
 * One row a data point of an OpenTelemetry metric, as it was sent: cumulative totals are stored as totals and
 * turned into increases when they are read (`explore/metricPointSource.ts`), so that the order of arrival does
 * not matter.
 *
 * A point that is sent again has the same `series`, `time` and `point_id`, and counts once: reads use FINAL.
 * The key begins with the metric's name, because a question is about few metrics, and then with time.
 */
export const metricPointsTable: Table = {
  name: 'metric_points',
  columns: [
    dictionary('workspace_id'),
    dictionary('metric_name'),
    { name: 'time', store: "DateTime64(9, 'UTC')", codec: 'Delta(8), ZSTD(1)' },
    { name: 'series', store: 'FixedString(16)', codec: 'ZSTD(1)' },
    { name: 'point_id', store: 'FixedString(8)' },
    /** When a total began to count; 1970-01-01 when the sender did not say. */
    { name: 'start_time', store: "DateTime64(9, 'UTC')", codec: 'Delta(8), ZSTD(1)' },
    /** `gauge`, `sum`, `histogram`, `exponential_histogram` or `summary`. */
    dictionary('kind'),
    /** `delta`, `cumulative`, or '' for kinds without. */
    dictionary('temporality'),
    flag('monotonic'),
    dictionary('unit'),
    dictionary('description'),
    dictionary('service_name'),
    dictionary('environment'),
    dictionary('scope_name'),
    dictionary('scope_version'),
    /** 1 on a point that says that there is no value: nothing else is known of it. */
    flag('no_value'),

    /** Of gauges and sums. */
    optional('value', 'Float64'),
    /** Of histograms and summaries. */
    optional('count', 'UInt64'),
    optional('sum', 'Float64'),
    optional('min', 'Float64'),
    optional('max', 'Float64'),
    /** Of histograms: upper bounds, and one count more than bounds. */
    numbers('bucket_bounds'),
    counts('bucket_counts'),
    /** Of exponential histograms: element i counts the values in (b^(offset + i), b^(offset + i + 1)] with b = 2^(2^-scale). */
    whole('scale'),
    { name: 'zero_count', store: 'UInt64', codec: 'ZSTD(1)' },
    { name: 'zero_threshold', store: 'Float64', codec: 'ZSTD(1)' },
    whole('positive_offset'),
    counts('positive_counts'),
    whole('negative_offset'),
    counts('negative_counts'),
    /** Of summaries: levels from 0 to 1 and the values there. */
    numbers('quantile_levels'),
    numbers('quantile_values'),

    ...attributeColumns,
    resource,
    { name: 'received_at', store: "DateTime64(3, 'UTC')", codec: 'Delta(8), ZSTD(1)' },
  ],
  engine: { family: 'ReplacingMergeTree' },
  partitionBy: 'toYYYYMM(time)',
  orderBy: '(workspace_id, metric_name, toStartOfMinute(time), series, time, point_id)',
};
