/**
 * Measures of metrics that programs of every make report under names that are agreed on: what OpenTelemetry's
 * conventions, their instrumentations and the Collector's receivers call them, old names among them. What a column
 * of a row means stands in `metricPointSource.ts`.
 */
import { percentileOfBuckets } from './bucketPercentile.ts';
import type { MeasureDefinition, MeasureWords } from './measure.ts';
import { ADDS_UP, GREATEST, NOT_AT_ALL, ratioOf, type Rollup } from './rollup.ts';

export interface NamedMetrics {
  names: readonly string[];
  /** Over a row: which of the series of these metrics are meant. */
  condition?: string;
}

export type MetricWords = MeasureWords & Pick<MeasureDefinition, 'unit'>;

export const isMetric = ({ names, condition }: NamedMetrics) =>
  `(metric_name IN (${names.map((name) => `'${name}'`).join(', ')})${condition === undefined ? '' : ` AND ${condition}`})`;

/** Times are in seconds unless the metric says otherwise. */
const MS_PER_UNIT = `multiIf(unit = 'ms', 1, unit IN ('us', 'µs'), 1e-3, unit = 'ns', 1e-6, 1e3)`;
/** A value in the unit of the measure. */
const inUnit = (value: string, unit: MeasureDefinition['unit']) => (unit === 'ms' ? `${value} * ${MS_PER_UNIT}` : value);

const ofMetrics = (words: MetricWords, metrics: readonly NamedMetrics[], sql: string, rollup: Rollup): MeasureDefinition => ({
  ...words,
  source: 'metric_points',
  type: 'number',
  sql,
  empty: null,
  rollup,
  metrics: [...new Set(metrics.flatMap(({ names }) => names))],
});

/** The mean of what each series reported. */
export function averageOf(words: MetricWords, metrics: NamedMetrics): MeasureDefinition {
  const told = `${isMetric(metrics)} AND isNotNull(reading)`;
  const { sql, rollup } = ratioOf({ sql: `sumIf(${inUnit('reading', words.unit)}, ${told})` }, { sql: `countIf(${told})` });
  return ofMetrics(words, [metrics], sql, rollup);
}

/** The series of one program at one moment belong together, as the parts of its memory do: the mean of their sums. */
export function averageTotalOf(words: MetricWords, metrics: NamedMetrics, alsoApart = `''`): MeasureDefinition {
  const told = `${isMetric(metrics)} AND isNotNull(reading)`;
  const moments = `uniqExactIf((time, resource, metric_name, ${alsoApart}), ${told})`;
  const { sql, rollup } = ratioOf({ sql: `sumIf(${inUnit('reading', words.unit)}, ${told})` }, { sql: moments });
  return ofMetrics(words, [metrics], sql, rollup);
}

export const greatestOf = (words: MetricWords, metrics: NamedMetrics): MeasureDefinition =>
  ofMetrics(words, [metrics], `maxOrNullIf(${inUnit('reading', words.unit)}, ${isMetric(metrics)})`, GREATEST);

/** What counters rose by; null when none was reported. */
export const increaseOf = (words: MetricWords, metrics: NamedMetrics): MeasureDefinition =>
  ofMetrics(words, [metrics], `sumOrNullIf(${inUnit('increase', words.unit)}, ${isMetric(metrics)})`, ADDS_UP);

/** The sum of one set of readings or increases, divided by that of another. */
export const quotientOf = (
  words: MetricWords,
  value: 'reading' | 'increase',
  of: NamedMetrics,
  by: readonly [NamedMetrics, ...NamedMetrics[]],
): MeasureDefinition => {
  const divisor = `sumIf(${value}, ${by.map(isMetric).join(' OR ')})`;
  const { sql, rollup } = ratioOf({ sql: `sumOrNullIf(${value}, ${isMetric(of)})` }, { sql: divisor });
  return ofMetrics(words, [of, ...by], sql, rollup);
};

/** Observations that histograms counted. */
export const observationsOf = (words: MetricWords, metrics: NamedMetrics): MeasureDefinition =>
  ofMetrics(words, [metrics], `sumOrNullIf(count_increase, ${isMetric(metrics)})`, ADDS_UP);

/** What the observations of histograms add up to. */
export const observedSumOf = (words: MetricWords, metrics: NamedMetrics): MeasureDefinition =>
  ofMetrics(words, [metrics], `sumOrNullIf(${inUnit('sum_increase', words.unit)}, ${isMetric(metrics)})`, ADDS_UP);

/** Observations of times above so many seconds, as far as buckets tell: those of buckets that begin there or above. */
export const observationsAbove = (words: MetricWords, metrics: NamedMetrics, seconds: number): MeasureDefinition => {
  const above = `arraySum(arrayMap((key, n) -> if(key.2 * ${MS_PER_UNIT} >= ${seconds * 1000}, n, 0), bucket_keys, bucket_increases))`;
  return ofMetrics(words, [metrics], `sumOrNullIf(${above}, ${isMetric(metrics)} AND count_increase > 0)`, ADDS_UP);
};

/** A percentile of histograms, from their buckets. */
export function observedPercentileOf(words: MetricWords, metrics: NamedMetrics, level: number): MeasureDefinition {
  const is = isMetric(metrics);
  const keys = words.unit === 'ms' ? `arrayMap(key -> (key.1 * ${MS_PER_UNIT}, key.2 * ${MS_PER_UNIT}), bucket_keys)` : 'bucket_keys';
  const buckets = `sumMapIf(${keys}, bucket_increases, ${is})`;
  const extreme = (column: 'min' | 'max') =>
    `if(countIf(${is} AND count_increase > 0 AND isNull(${column})) > 0, NULL, ${column}OrNullIf(${inUnit(column, words.unit)}, ${is} AND count_increase > 0))`;
  const sql = percentileOfBuckets(level, { keys: `${buckets}.1`, counts: `${buckets}.2`, lowest: extreme('min'), highest: extreme('max') });
  return ofMetrics(words, [metrics], sql, NOT_AT_ALL);
}
