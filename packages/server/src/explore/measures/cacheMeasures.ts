/** Caches as they report of themselves (B8). What programs say of their commands to them is in `serviceMeasures.ts`. */
import { firstText } from '../attributeSql.ts';
import { letting } from './letting.ts';
import { averageOf, averageTotalOf, increaseOf, isMetric, type NamedMetrics, quotientOf } from './namedMetrics.ts';
import { type MeasureDefinition, WINDOW_END_NS } from './measure.ts';
import { NOT_AT_ALL } from './rollup.ts';

/** Both our SDK's names and plain ones. */
const ours = (name: string) => [`sightglass.cache.${name}`, `cache.${name}`];
const named = (...names: readonly string[]): NamedMetrics => ({ names });

/** Which cache a series tells of, where it says so; the Collector's receivers tell by the resource. */
export const CACHE = firstText('cache', 'cache.name', 'cache_type', 'db.client.connection.pool.name');

/** Collector's Memcached receiver; micrometer's and others' counters of look-ups by result. */
const LOOKUPS_BY_RESULT = ['memcached.operations', 'cache.gets', 'cache.requests'];
const RESULT = `lower(${firstText('result', 'type', 'cache.result')})`;
export const HITS: NamedMetrics = {
  names: [...ours('hits'), 'redis.keyspace.hits', ...LOOKUPS_BY_RESULT],
  condition: `(metric_name NOT IN (${LOOKUPS_BY_RESULT.map((name) => `'${name}'`).join(', ')}) OR ${RESULT} = 'hit')`,
};
export const MISSES: NamedMetrics = {
  names: [...ours('misses'), 'redis.keyspace.misses', ...LOOKUPS_BY_RESULT],
  condition: `(metric_name NOT IN (${LOOKUPS_BY_RESULT.map((name) => `'${name}'`).join(', ')}) OR ${RESULT} = 'miss')`,
};

const AVAILABLE = named(...ours('available'), 'redis.up', 'memcached.up');
export const HIT_RATE_NAMES = [...ours('hit_rate'), ...ours('hit_ratio')];
export const MEMORY_NAMES = [...ours('memory_used_bytes'), 'redis.memory.used', 'memcached.bytes'];
export const KEYS_NAMES = [...ours('keys'), 'redis.db.keys', 'memcached.current_items'];
/** By which a cache is known to be there. */
export const CACHE_METRICS = [
  ...new Set([
    ...HITS.names,
    ...MISSES.names,
    ...HIT_RATE_NAMES,
    ...MEMORY_NAMES,
    ...KEYS_NAMES,
    ...ours('evictions'),
    ...ours('errors'),
    ...AVAILABLE.names,
    'redis.uptime',
  ]),
];

/** Points of one cache by when they came: (time in ns, whether it says that the cache is not there). */
const PER_CACHE = `groupArrayIf((cityHash64(resource, ${CACHE}), toUnixTimestamp64Nano(time), toUInt8(${isMetric(AVAILABLE)} AND value = 0)), ${isMetric(named(...CACHE_METRICS))})`;
/** Silent for longer than this many of its intervals, and a cache that reported before is unavailable. */
const INTERVALS = 2;
/** Where a cache sent one point only, its interval is taken to be the usual one of exporters. */
const USUAL_INTERVAL_NS = 60_000_000_000;

/**
 * How many of the caches that reported are not there at the end of the window: the newest points say so, or nothing was
 * heard for two intervals. The interval of a cache is the median distance of its points.
 */
function unavailableCaches(): string {
  const ofCache = `arrayFilter(point -> point.1 = cache, points)`;
  const gaps = `arraySort(arrayPopFront(arrayDifference(times)))`;
  const interval = `if(length(times) < 2, ${USUAL_INTERVAL_NS}, ${gaps}[intDiv(length(times), 2)])`;
  // The last moment by name: the engine copies an array that a lambda refers to once for every element.
  const saysSo = `arrayExists(point -> point.2 = newest AND point.3 = 1, own)`;
  const gone = letting({ newest: 'times[-1]' }, `${saysSo} OR ${WINDOW_END_NS} - newest > ${INTERVALS} * (${interval})`);
  const ofOwn = letting({ times: `arraySort(arrayDistinct(arrayMap(point -> point.2, own)))` }, gone);
  const unavailable = letting({ own: ofCache }, ofOwn);
  return letting({ points: PER_CACHE }, `arrayCount(cache -> ${unavailable}, arrayDistinct(arrayMap(point -> point.1, points)))`);
}

export const CACHE_MEASURES: readonly MeasureDefinition[] = [
  increaseOf({ name: 'cache_hits', title: 'Cache hits', description: 'Look-ups that a cache could answer', unit: 'count', better: 'higher' }, HITS),
  increaseOf(
    { name: 'cache_misses', title: 'Cache misses', description: 'Look-ups that a cache could not answer', unit: 'count', better: 'lower' },
    MISSES,
  ),
  quotientOf(
    {
      name: 'cache_lookup_hit_rate',
      title: 'Hit rate of caches',
      description: 'Hits ÷ hits and misses that caches counted. cache_hit_rate is that of providers’ prompt caches',
      unit: 'ratio',
      better: 'higher',
    },
    'increase',
    HITS,
    [HITS, MISSES],
  ),
  averageOf(
    {
      name: 'cache_reported_hit_rate',
      title: 'Hit rate as reported',
      description: 'Mean of the hit rates that caches report as such, where they do not count hits and misses',
      unit: 'ratio',
      better: 'higher',
    },
    named(...HIT_RATE_NAMES),
  ),
  averageTotalOf(
    { name: 'cache_memory_bytes', title: 'Cache memory', description: 'Memory that a cache uses, on average', unit: 'bytes', better: 'neither' },
    named(...MEMORY_NAMES),
    CACHE,
  ),
  averageTotalOf(
    { name: 'cache_keys', title: 'Keys in a cache', description: 'Keys that a cache holds, on average', unit: 'count', better: 'neither' },
    named(...KEYS_NAMES),
    CACHE,
  ),
  increaseOf(
    { name: 'cache_evictions', title: 'Cache evictions', description: 'Keys that caches gave up for want of room', unit: 'count', better: 'lower' },
    named(...ours('evictions'), 'redis.keys.evicted', 'memcached.evictions'),
  ),
  increaseOf(
    {
      name: 'cache_connection_errors',
      title: 'Cache connection errors',
      description: 'Connections to caches that failed or were refused',
      unit: 'count',
      better: 'lower',
    },
    named(...ours('errors'), ...ours('connection_errors'), 'redis.connections.rejected'),
  ),
  averageOf(
    {
      name: 'cache_availability',
      title: 'Cache availability',
      description: 'Share of the reports of a cache’s availability that say that it is there',
      unit: 'ratio',
      better: 'higher',
    },
    AVAILABLE,
  ),
  {
    name: 'caches_unavailable',
    title: 'Caches unavailable',
    description: `Caches that reported and at the end of the window say that they are not there, or said nothing for ${INTERVALS} of their intervals`,
    source: 'metric_points',
    unit: 'count',
    type: 'integer',
    better: 'lower',
    sql: `if(countIf(${isMetric(named(...CACHE_METRICS))}) = 0, NULL, ${unavailableCaches()})`,
    empty: null,
    rollup: NOT_AT_ALL,
    metrics: CACHE_METRICS,
  },
];
