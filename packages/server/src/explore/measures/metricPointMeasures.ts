import { percentileOfBuckets } from './bucketPercentile.ts';
import type { MeasureDefinition } from './measure.ts';
import { ADDS_UP, GREATEST, LEAST, NOT_AT_ALL, ratioOf, type Rollup } from './rollup.ts';

type Words = Pick<MeasureDefinition, 'name' | 'title' | 'description'>;

const ofPoints = (words: Words, sql: string, rollup: Rollup = NOT_AT_ALL): MeasureDefinition => ({
  ...words,
  source: 'metric_points',
  unit: 'none',
  type: 'number',
  better: 'neither',
  sql,
  empty: null,
  rollup,
});

const countOfPoints = (words: Words, sql: string, rollup: Rollup = ADDS_UP): MeasureDefinition => ({
  ...ofPoints(words, sql, rollup),
  unit: 'count',
  type: 'integer',
  empty: 0,
});

const BUCKETS = 'sumMap(bucket_keys, bucket_increases)';
/** The least and the greatest value, where every histogram that counted something tells them. */
const knownExtreme = (column: 'min' | 'max') =>
  `if(countIf(count_increase > 0 AND isNull(${column})) > 0, NULL, ${column}OrNullIf(${column}, count_increase > 0))`;

const percentile = (percent: number): MeasureDefinition =>
  ofPoints(
    {
      name: `histogram_p${percent}`,
      title: `Histogram, p${percent}`,
      description: `${percent} % of the observations lie at or below; from buckets, so off by at most the width of the bucket it falls into`,
    },
    percentileOfBuckets(percent / 100, { keys: `${BUCKETS}.1`, counts: `${BUCKETS}.2`, lowest: knownExtreme('min'), highest: knownExtreme('max') }),
  );

/**
 * Values are in the unit of the metric, so a question names its metric or groups by it. What `reading`, `increase`
 * and the others are stands in `metricPointSource.ts`.
 */
export const METRIC_POINT_MEASURES: readonly MeasureDefinition[] = [
  countOfPoints({ name: 'points', title: 'Data points', description: 'Data points with a value, each once' }, 'count()'),
  countOfPoints(
    { name: 'series', title: 'Series', description: 'Distinct combinations of metric, attributes and resource that sent a value' },
    'uniqExact(series)',
    { kind: 'distinct', column: 'series', condition: '1' },
  ),
  ofPoints(
    { name: 'value_avg', title: 'Value, average', description: 'Mean of gauges and sums as they stand; of a counter, of what each point rose by' },
    'avgOrNull(reading)',
    ratioOf({ sql: 'sum(reading)' }, { sql: 'count(reading)' }).rollup,
  ),
  ofPoints(
    { name: 'value_min', title: 'Value, least', description: 'Least of gauges and sums as they stand; of a counter, the smallest rise of a point' },
    'minOrNull(reading)',
    LEAST,
  ),
  ofPoints(
    {
      name: 'value_max',
      title: 'Value, greatest',
      description: 'Greatest of gauges and sums as they stand; of a counter, the largest rise of a point',
    },
    'maxOrNull(reading)',
    GREATEST,
  ),
  ofPoints(
    {
      name: 'value_last',
      title: 'Value, newest',
      description: 'Newest value of each series: of sums added up over the series, of gauges their mean',
    },
    `if(countIf(kind = 'gauge') > 0, avgOrNullIf(reading, newest), sumOrNullIf(reading, newest))`,
  ),
  ofPoints(
    {
      name: 'value_sum',
      title: 'Increase',
      description: 'What sums rose by, over all series; a counter that began again counts from zero. Gauges cannot be added up',
    },
    'sumOrNull(increase)',
    ADDS_UP,
  ),
  countOfPoints(
    { name: 'histogram_count', title: 'Observations', description: 'Observations that histograms and summaries counted' },
    'ifNull(sumOrNull(count_increase), 0)',
  ),
  ofPoints(
    { name: 'histogram_sum', title: 'Sum of observations', description: 'What the observations add up to' },
    'sumOrNull(sum_increase)',
    ADDS_UP,
  ),
  ofPoints(
    { name: 'histogram_avg', title: 'Average observation', description: 'Sum of observations ÷ observations' },
    'sumOrNull(sum_increase) / nullIf(sumIf(count_increase, isNotNull(sum_increase)), 0)',
    ratioOf({ sql: 'sum(sum_increase)' }, { sql: 'sumIf(count_increase, isNotNull(sum_increase))' }).rollup,
  ),
  percentile(50),
  percentile(95),
  percentile(99),
];
