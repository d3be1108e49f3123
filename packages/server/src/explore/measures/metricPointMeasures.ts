import type { MeasureDefinition } from './measure.ts';

type Words = Pick<MeasureDefinition, 'name' | 'title' | 'description'>;

const ofPoints = (words: Words, sql: string): MeasureDefinition => ({
  ...words,
  source: 'metric_points',
  unit: 'none',
  type: 'number',
  better: 'neither',
  sql,
  empty: null,
});

const countOfPoints = (words: Words, sql: string): MeasureDefinition => ({ ...ofPoints(words, sql), unit: 'count', type: 'integer', empty: 0 });

const BUCKETS = 'sumMap(bucket_keys, bucket_increases)';
/** The least and the greatest value, where every histogram that counted something tells them. */
const knownExtreme = (column: 'min' | 'max') =>
  `if(countIf(count_increase > 0 AND isNull(${column})) > 0, NULL, ${column}OrNullIf(${column}, count_increase > 0))`;

/** `let name = value in body`, as the engine can say it. */
const letting = (bound: Readonly<Record<string, string>>, body: string) =>
  `arrayMap((${Object.keys(bound).join(', ')}) -> ${body}, ${Object.values(bound)
    .map((value) => `[${value}]`)
    .join(', ')})[1]`;

/**
 * The value below which a share of the observations lies, from buckets: they are put in order, the bucket that
 * holds the rank is found, and within it values are taken as evenly spread. An open end is closed by the least or
 * greatest value where that is known, else by 0 below and by the last bound above.
 */
function percentileOfBuckets(level: number): string {
  const upper = 'if(isFinite(keys[i].1), keys[i].1, ifNull(highest, keys[i].2))';
  const lower = 'if(isFinite(keys[i].2), keys[i].2, ifNull(lowest, if(keys[i].1 > 0, 0, keys[i].1)))';
  const share = `(${level} * total - reached[i] + counts[i]) / counts[i]`;
  const spread = letting({ below: lower, above: upper }, `below + (above - below) * ${share}`);
  const found = letting({ i: `arrayFirstIndex(c -> c >= ${level} * total, reached)` }, spread);
  const within = `greatest(ifNull(lowest, -inf), least(ifNull(highest, inf), ${found}))`;
  const ranked = letting({ total: 'arraySum(counts)', reached: 'arrayCumSum(counts)' }, `if(total = 0, NULL, ${within})`);
  const counts = `arrayMap(c -> greatest(c, 0), ${BUCKETS}.2)`;
  return letting({ keys: `${BUCKETS}.1`, counts, lowest: knownExtreme('min'), highest: knownExtreme('max') }, ranked);
}

const percentile = (percent: number): MeasureDefinition =>
  ofPoints(
    {
      name: `histogram_p${percent}`,
      title: `Histogram, p${percent}`,
      description: `${percent} % of the observations lie at or below; from buckets, so off by at most the width of the bucket it falls into`,
    },
    percentileOfBuckets(percent / 100),
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
  ),
  ofPoints(
    { name: 'value_avg', title: 'Value, average', description: 'Mean of gauges and sums as they stand; of a counter, of what each point rose by' },
    'avgOrNull(reading)',
  ),
  ofPoints(
    { name: 'value_min', title: 'Value, least', description: 'Least of gauges and sums as they stand; of a counter, the smallest rise of a point' },
    'minOrNull(reading)',
  ),
  ofPoints(
    {
      name: 'value_max',
      title: 'Value, greatest',
      description: 'Greatest of gauges and sums as they stand; of a counter, the largest rise of a point',
    },
    'maxOrNull(reading)',
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
  ),
  countOfPoints(
    { name: 'histogram_count', title: 'Observations', description: 'Observations that histograms and summaries counted' },
    'ifNull(sumOrNull(count_increase), 0)',
  ),
  ofPoints({ name: 'histogram_sum', title: 'Sum of observations', description: 'What the observations add up to' }, 'sumOrNull(sum_increase)'),
  ofPoints(
    { name: 'histogram_avg', title: 'Average observation', description: 'Sum of observations ÷ observations' },
    'sumOrNull(sum_increase) / nullIf(sumIf(count_increase, isNotNull(sum_increase)), 0)',
  ),
  percentile(50),
  percentile(95),
  percentile(99),
];
