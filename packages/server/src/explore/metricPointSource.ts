/**
 * The data points of a range, with what each of them adds. A cumulative point repeats the total since its start
 * time; what it adds is the difference to the point before it in the same series and since the same start. A
 * total that falls has begun again at zero. The first point of a total adds all of it when the total began in the
 * range that is read, and nothing when it is older: how much of it happened before is not known.
 *
 * Columns beside those of the table, all NULL or empty where they do not apply:
 *
 *     increase            what a sum rose by
 *     reading             a gauge or an up-and-down sum as it stands, any other sum as its increase
 *     newest              1 on the last point of its series (in its bucket, when the question is over time)
 *     count_increase      observations of a histogram or summary
 *     sum_increase        what they add up to
 *     bucket_keys         (upper, lower) bound of each bucket; upper bounds are inclusive
 *     bucket_increases    how many observations fell into it, never 0; negative where a former total is taken off
 */

/** How far before the range the point before the first one is looked for: longer than exporters' intervals, which are a minute by default. */
const LOOK_BACK_NS = 15n * 60_000_000_000n;

const READ_FROM = `fromUnixTimestamp64Nano({from:Int64} - ${LOOK_BACK_NS}, 'UTC')`;
const FROM = `fromUnixTimestamp64Nano({from:Int64}, 'UTC')`;
const TO = `fromUnixTimestamp64Nano({to:Int64}, 'UTC')`;

const previous = (column: string) => `lagInFrame(${column}) OVER run AS previous_${column}`;
const PREVIOUS_OF = [
  'value',
  'count',
  'sum',
  'bucket_bounds',
  'bucket_counts',
  'scale',
  'zero_count',
  'zero_threshold',
  'positive_offset',
  'positive_counts',
  'negative_offset',
  'negative_counts',
];

/**
 * A start time equal to the point's own says that the true start is not known (a scraped counter), unless it comes
 * from an SDK: that one counts from zero, and may export in the millisecond of the first count.
 */
const START_IS_TRUE = `(start_time < time OR JSONExtractString(resource, 'telemetry.sdk.language') != '')`;
/** Totals that the machine kept before the process began; SDKs report them under a start time of their own all the same. */
const KEPT_BY_THE_MACHINE = `match(metric_name, '^(system|container|k8s|hw|host)[.]')`;
const BEGINS_HERE = `(NOT has_previous AND toUnixTimestamp64Nano(start_time) != 0 AND start_time >= ${READ_FROM} AND ${START_IS_TRUE} AND NOT ${KEPT_BY_THE_MACHINE})`;
const IS_DISTRIBUTION = `kind IN ('histogram', 'exponential_histogram', 'summary')`;
const IS_DELTA = `temporality = 'delta'`;
const VALUE_CONTINUES = '(has_previous AND (NOT monotonic OR value >= previous_value))';
const COUNT_CONTINUES = '(has_previous AND count >= previous_count)';
const STARTS_ANEW = `(has_previous OR ${BEGINS_HERE})`;

/** What a total adds, when `continues` is the condition of following on the former one. */
const increaseOf = (total: string, former: string, continues: string) =>
  `multiIf(${IS_DELTA}, ${total}, ${continues}, ${total} - ${former}, ${STARTS_ANEW}, ${total}, NULL)`;

const SUBTRACTS = `(NOT ${IS_DELTA} AND ${COUNT_CONTINUES})`;
/** Layouts that cannot be subtracted from one another add nothing: SDKs change them only when the process starts again. */
const COMPARABLE = `if(kind = 'histogram', previous_bucket_bounds = bucket_bounds, previous_scale >= scale AND previous_zero_threshold = zero_threshold)`;
const ADDS_BUCKETS = `(kind IN ('histogram', 'exponential_histogram') AND if(${SUBTRACTS}, ${COMPARABLE}, ${IS_DELTA} OR ${STARTS_ANEW}))`;

const NO_KEYS = `CAST([], 'Array(Tuple(Float64, Float64))')`;

/** A former histogram has the same bounds, so its counts are taken off one by one. */
const EXPLICIT_KEYS = 'arrayZip(arrayPushBack(bucket_bounds, inf), arrayPushFront(bucket_bounds, -inf))';
const EXPLICIT_INCREASES = `if(${SUBTRACTS}, arrayMap((c, p) -> toInt64(c) - toInt64(p), bucket_counts, arrayResize(previous_bucket_counts, length(bucket_counts))), arrayMap(c -> toInt64(c), bucket_counts))`;

/** Bounds of the buckets at the scale of the row; those of a finer, former scale fall together. */
const WIDTH = 'exp2(-toFloat64(scale))';
const indexesOf = (prefix: string, sign: string) =>
  `arrayMap(k -> floor((${prefix}${sign}_offset + k) / ${prefix === '' ? '1' : 'exp2(toFloat64(previous_scale) - scale)'}), range(length(${prefix}${sign}_counts)))`;
const positiveKeys = (prefix: string) => `arrayMap(i -> (exp2((i + 1) * ${WIDTH}), exp2(i * ${WIDTH})), ${indexesOf(prefix, 'positive')})`;
const negativeKeys = (prefix: string) => `arrayMap(i -> (-exp2(i * ${WIDTH}), -exp2((i + 1) * ${WIDTH})), ${indexesOf(prefix, 'negative')})`;
const exponentialKeys = (prefix: string) => `arrayConcat(${positiveKeys(prefix)}, ${negativeKeys(prefix)}, [(zero_threshold, -zero_threshold)])`;
const exponentialCounts = (prefix: string, sign: '' | '-') =>
  `arrayMap(c -> ${sign}toInt64(c), arrayConcat(${prefix}positive_counts, ${prefix}negative_counts, [${prefix}zero_count]))`;

const KEYS = `multiIf(NOT ${ADDS_BUCKETS}, ${NO_KEYS}, kind = 'exponential_histogram', arrayConcat(${exponentialKeys('')}, if(${SUBTRACTS}, ${exponentialKeys('previous_')}, ${NO_KEYS})), empty(bucket_counts), ${NO_KEYS}, ${EXPLICIT_KEYS})`;
const INCREASES = `multiIf(NOT ${ADDS_BUCKETS}, [], kind = 'exponential_histogram', arrayConcat(${exponentialCounts('', '')}, if(${SUBTRACTS}, ${exponentialCounts('previous_', '-')}, [])), ${EXPLICIT_INCREASES})`;

/**
 * The rows of `[{from:Int64}, {to:Int64})` for which the conditions hold. The conditions stand inside, so that only
 * the points of the metrics asked for are read and put in order: they must not tell points of one series apart.
 */
export function metricPointsIn(conditions: readonly string[], overTime: boolean): string {
  const where = [`time >= ${READ_FROM}`, `time < ${TO}`, 'no_value = 0', ...conditions].join('\n      AND ');
  const bucket = overTime ? ', roundDown(toUnixTimestamp64Nano(time), {buckets:Array(Int64)})' : '';
  return `(SELECT *, row_number() OVER (PARTITION BY series${bucket} ORDER BY time DESC, point_id) = 1 AS newest
  FROM (SELECT *,
    if(kind = 'sum', ${increaseOf('value', 'previous_value', VALUE_CONTINUES)}, NULL) AS increase,
    if(kind = 'gauge' OR (NOT ${IS_DELTA} AND NOT monotonic), value, increase) AS reading,
    if(${IS_DISTRIBUTION}, ${increaseOf('toInt64(count)', 'toInt64(previous_count)', COUNT_CONTINUES)}, NULL) AS count_increase,
    if(${IS_DISTRIBUTION}, ${increaseOf('sum', 'previous_sum', COUNT_CONTINUES)}, NULL) AS sum_increase,
    ${KEYS} AS all_keys,
    ${INCREASES} AS all_increases,
    arrayFilter((key, increase) -> increase != 0, all_keys, all_increases) AS bucket_keys,
    arrayFilter(increase -> increase != 0, all_increases) AS bucket_increases
    FROM (SELECT *, lagInFrame(toUInt8(1)) OVER run AS has_previous, ${PREVIOUS_OF.map(previous).join(', ')}
      FROM (SELECT * FROM metric_points FINAL
      WHERE ${where})
      WINDOW run AS (PARTITION BY series, start_time ORDER BY time, point_id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW))
    WHERE time >= ${FROM}))`;
}
