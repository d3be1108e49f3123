/** What SQL that people write may use: tables, functions and types, by name. Whatever is not listed is refused. */
import { eventsTable } from '../telemetry/tables/events.ts';
import { logsTable } from '../telemetry/tables/logs.ts';
import { metricPointsTable } from '../telemetry/tables/metricPoints.ts';
import { spansTable } from '../telemetry/tables/spans.ts';
import { VIEWS } from '../telemetry/views/all.ts';

/** The documented views, and the tables of what was sent. */
export const ALLOWED_TABLES: readonly string[] = [
  ...VIEWS.map(({ name }) => name),
  spansTable.name,
  logsTable.name,
  eventsTable.name,
  metricPointsTable.name,
];

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/**
 * Functions whose answer follows from their arguments (and the clock) alone, and is no larger than they are: nothing that reads
 * files, other tables, settings or the machine, and nothing that makes long texts or arrays out of a number, such as `range`,
 * `repeat` and `printf`.
 */
const FUNCTIONS = words(`
  plus minus multiply divide intDiv intDivOrZero divideOrNull modulo moduloOrZero positiveModulo negate abs gcd lcm greatest least clamp
  equals notEquals less greater lessOrEquals greaterOrEquals isDistinctFrom isNotDistinctFrom
  and or not xor if multiIf caseWithExpression caseWithoutExpression transform
  in notIn nullIn notNullIn exists
  isNull isNotNull ifNull nullIf coalesce assumeNotNull toNullable isZeroOrNull isNaN isFinite isInfinite ifNotFinite
  exp exp2 exp10 log ln log2 log10 log1p sqrt cbrt pow power sign sin cos tan asin acos atan atan2 tanh pi e degrees radians sigmoid
  round floor ceil ceiling trunc truncate roundBankers roundDown widthBucket
  bitAnd bitOr bitXor bitNot bitShiftLeft bitShiftRight bitTest bitCount

  now now64 today yesterday current_timestamp current_date curdate
  toDate toDate32 toDateOrNull toDateTime toDateTime64 toDateTimeOrNull toDateTime64OrNull parseDateTimeBestEffort parseDateTimeBestEffortOrNull
  parseDateTime64BestEffort parseDateTime64BestEffortOrNull makeDate makeDateTime makeDateTime64
  toYear toQuarter toMonth toWeek toISOWeek toISOYear toDayOfMonth toDayOfWeek toDayOfYear toHour toMinute toSecond toMillisecond
  year quarter month week day dayofmonth dayofweek dayofyear hour minute second
  toMonday toStartOfYear toStartOfISOYear toStartOfQuarter toStartOfMonth toStartOfWeek toStartOfDay toStartOfHour toStartOfMinute
  toStartOfFiveMinutes toStartOfTenMinutes toStartOfFifteenMinutes toStartOfSecond toStartOfMillisecond toStartOfInterval
  toLastDayOfMonth toLastDayOfWeek toYYYYMM toYYYYMMDD toYYYYMMDDhhmmss toTimeZone
  toUnixTimestamp toUnixTimestamp64Milli toUnixTimestamp64Micro toUnixTimestamp64Nano
  fromUnixTimestamp fromUnixTimestamp64Milli fromUnixTimestamp64Micro fromUnixTimestamp64Nano
  dateDiff date_diff timestampDiff dateTrunc date_trunc age timeDiff formatDateTime dateName monthName date_format
  addYears addQuarters addMonths addWeeks addDays addHours addMinutes addSeconds addMilliseconds addDate
  subtractYears subtractQuarters subtractMonths subtractWeeks subtractDays subtractHours subtractMinutes subtractSeconds subDate
  toIntervalYear toIntervalQuarter toIntervalMonth toIntervalWeek toIntervalDay toIntervalHour toIntervalMinute toIntervalSecond
  toIntervalMillisecond toIntervalMicrosecond toIntervalNanosecond

  CAST _CAST accurateCast accurateCastOrNull toString toBool toUUID toUUIDOrNull toLowCardinality
  toInt8 toInt16 toInt32 toInt64 toInt128 toUInt8 toUInt16 toUInt32 toUInt64 toUInt128 toFloat32 toFloat64
  toInt8OrNull toInt16OrNull toInt32OrNull toInt64OrNull toUInt8OrNull toUInt16OrNull toUInt32OrNull toUInt64OrNull toFloat32OrNull toFloat64OrNull
  toInt8OrZero toInt16OrZero toInt32OrZero toInt64OrZero toUInt8OrZero toUInt16OrZero toUInt32OrZero toUInt64OrZero toFloat32OrZero toFloat64OrZero
  toDecimal32 toDecimal64 toDecimal128 toDecimal64OrNull toDecimal128OrNull toDecimal64OrZero toDecimal128OrZero

  length lengthUTF8 char_length empty notEmpty lower upper lowerUTF8 upperUTF8 lcase ucase initcap reverse reverseUTF8
  concat concat_ws concatWithSeparator substring substringUTF8 substr mid left right leftUTF8 rightUTF8
  trim trimLeft trimRight trimBoth ltrim rtrim startsWith endsWith startsWithUTF8 endsWithUTF8
  position positionCaseInsensitive positionUTF8 positionCaseInsensitiveUTF8 locate countSubstrings countSubstringsCaseInsensitive
  like notLike ilike notILike match extract extractAll replaceOne replaceAll replace replaceRegexpOne replaceRegexpAll regexpQuoteMeta
  hasToken hasTokenCaseInsensitive hasSubsequence splitByChar splitByString splitByWhitespace splitByNonAlpha alphaTokens arrayStringConcat
  ascii hex unhex base64Encode base64Decode tryBase64Decode isValidUTF8 toValidUTF8 substringIndex
  formatReadableSize formatReadableDecimalSize formatReadableQuantity formatReadableTimeDelta
  MD5 SHA1 SHA256 cityHash64 sipHash64 xxHash64 CRC32
  domain domainWithoutWWW topLevelDomain protocol path pathFull queryString fragment cutQueryString cutFragment extractURLParameter decodeURLComponent
  isIPv4String isIPv6String isIPAddressInRange toIPv4OrNull toIPv6OrNull

  JSONHas JSONLength JSONType JSONKey JSONExtractString JSONExtractInt JSONExtractUInt JSONExtractFloat JSONExtractBool JSONExtractRaw
  JSONExtractArrayRaw JSONExtractKeys JSONExtractKeysAndValuesRaw JSON_VALUE JSON_EXISTS isValidJSON toJSONString
  simpleJSONHas simpleJSONExtractString simpleJSONExtractInt simpleJSONExtractUInt simpleJSONExtractFloat simpleJSONExtractBool simpleJSONExtractRaw

  array arrayElement arrayElementOrNull has hasAny hasAll indexOf countEqual arrayJoin arrayConcat arraySlice arrayReverse arraySort arrayReverseSort
  arrayDistinct arrayUniq arrayCompact arrayFlatten arrayIntersect arrayEnumerate arrayZip arraySum arrayAvg arrayMin arrayMax arrayProduct
  arrayCumSum arrayDifference arrayMap arrayFilter arrayExists arrayAll arrayCount arrayFirst arrayFirstOrNull arrayFirstIndex arrayLast
  arrayLastOrNull arrayLastIndex arrayPushBack arrayPushFront arrayPopBack arrayPopFront
  tuple tupleElement map mapKeys mapValues mapContains mapContainsKey mapFromArrays mapFilter mapApply mapExists mapAll

  row_number rank denseRank dense_rank percentRank percent_rank cume_dist ntile lag lead lagInFrame leadInFrame first_value last_value nth_value
`);

const AGGREGATES = words(`
  count sum avg min max any anyLast anyHeavy any_value argMin argMax avgWeighted sumWithOverflow sumKahan sumCount
  uniq uniqExact uniqCombined uniqCombined64 uniqHLL12 uniqUpTo
  quantile quantileExact quantileExactLow quantileExactHigh quantileExactInclusive quantileExactExclusive quantileTDigest quantileTiming quantileDD
  quantileBFloat16 quantileExactWeighted quantileTDigestWeighted quantileInterpolatedWeighted
  quantiles quantilesExact quantilesTDigest quantilesTiming quantilesDD
  median medianExact medianTDigest medianTiming
  stddevPop stddevSamp varPop varSamp stddev_pop stddev_samp var_pop var_samp covarPop covarSamp corr skewPop skewSamp kurtPop kurtSamp entropy
  deltaSum deltaSumTimestamp simpleLinearRegression exponentialMovingAverage topK topKWeighted windowFunnel
  groupBitAnd groupBitOr groupBitXor singleValueOrNull boundingRatio maxIntersections intervalLengthSum
`);
/** These keep every value, so they need a size: `groupArray(100)(x)`. */
const SIZED_AGGREGATES = words('groupArray groupUniqArray groupArraySample groupArrayLast groupArraySorted');
export const GROUP_ARRAY_SIZE_MAX = 1_000;
/** Of aggregate functions, e.g. `sumIf`. No states: a state can be written by hand and read as something else. */
const COMBINATOR = /(?:if|ornull|ordefault|distinct|array)$/;

const lowered = (names: readonly string[]): ReadonlySet<string> => new Set(names.map((name) => name.toLowerCase()));
// Some names may be written in any case; where the engine does not agree, it does not know the function.
const functions = lowered([...FUNCTIONS, ...AGGREGATES]);
const aggregates = lowered(AGGREGATES);
const sized = lowered(SIZED_AGGREGATES);

export type FunctionKind = 'allowed' | 'sized' | 'refused';

export function kindOfFunction(name: string): FunctionKind {
  const plain = name.toLowerCase();
  if (functions.has(plain)) return 'allowed';
  if (sized.has(plain)) return 'sized';
  let base = plain;
  while (COMBINATOR.test(base)) {
    base = base.replace(COMBINATOR, '');
    if (aggregates.has(base)) return 'allowed';
    if (sized.has(base)) return 'sized';
  }
  return 'refused';
}

const TYPE_WORDS = lowered(
  words(`
  Int8 Int16 Int32 Int64 Int128 Int256 UInt8 UInt16 UInt32 UInt64 UInt128 UInt256 Float32 Float64 Decimal Decimal32 Decimal64 Decimal128
  String Bool Date Date32 DateTime DateTime64 UUID IPv4 IPv6 Nullable Array Tuple Map LowCardinality Nothing
  int integer bigint smallint tinyint signed unsigned float double real text varchar char boolean bool timestamp
`),
);

/** Whether it is a type that a value may be turned into, e.g. `Nullable(Decimal(18, 6))`. Long fixed strings, enums and states are not. */
export function isAllowedType(type: string): boolean {
  const rest = type.replaceAll(/'[A-Za-z0-9_/+-]{1,64}'/g, '0');
  return /^[\w(), ]{1,300}$/.test(rest) && (rest.match(/[A-Za-z_]\w*/g) ?? []).every((word) => TYPE_WORDS.has(word.toLowerCase()));
}

/**
 * Which argument must be written out as a constant. The clock is looked at between blocks of rows, so no function may take long for one
 * block: these take as long as the product of their arguments, or make a program of the argument.
 */
const CONSTANT_ARGUMENT: ReadonlyMap<RegExp, 'second' | 'either'> = new Map([
  [/^(?:not)?i?like$|^match$|^extract(?:all)?$|^replaceregexp(?:one|all)$/, 'second'],
  [/^has(?:any|all)$/, 'either'],
  // A text made of all rows, looked for something else in each of them, held the engine for three minutes within one block.
  [/^(?:position(?:caseinsensitive)?(?:utf8)?|locate|countsubstrings(?:caseinsensitive)?)$/, 'either'],
]);

export function constantArgumentOf(name: string): 'second' | 'either' | undefined {
  const plain = name.toLowerCase();
  return [...CONSTANT_ARGUMENT].find(([pattern]) => pattern.test(plain))?.[1];
}

export const ALL_FUNCTIONS: readonly string[] = [...FUNCTIONS, ...AGGREGATES, ...SIZED_AGGREGATES];
