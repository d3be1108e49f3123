/** Caches and systems, from the points of metrics that are agreed on (semconv.md, section 12). */
import { CACHE, CACHE_METRICS, HIT_RATE_NAMES, HITS, KEYS_NAMES, MEMORY_NAMES, MISSES } from '../../explore/measures/cacheMeasures.ts';
import { isMetric } from '../../explore/measures/namedMetrics.ts';
import { ATTRIBUTES_JSON } from './spanColumns.ts';
import { column, text, type View } from './view.ts';

const POINTS = 'SELECT * FROM metric_points FINAL WHERE no_value = 0';

/** What a receiver watches is told by its metrics' names. */
const KIND_OF_CACHE = `if(${CACHE} != '', ${CACHE}, multiIf(startsWith(metric_name, 'redis.'), 'redis', startsWith(metric_name, 'memcached.'), 'memcached', ''))`;
const isOneOf = (names: readonly string[]) => isMetric({ names });
const summed = (condition: string) => `sumOrNullIf(value, ${condition})`;
const whole = (sql: string) => `if(${sql} >= 0, toUInt64(${sql}), NULL)`;
const HITS_SUM = summed(isMetric(HITS));
const MISSES_SUM = summed(isMetric(MISSES));

const cacheMetrics: View = {
  name: 'cache_metrics',
  row: 'what a cache reported at a moment',
  columns: [
    column('id', 'lower(hex(sipHash128(toStartOfSecond(time), resource, cache)))'),
    column('timestamp', 'toStartOfSecond(time)'),
    text('cache_type', 'cache', 'what the cache is called, or what it is'),
    column('hits', whole(HITS_SUM), 'as the cache counts them: most count from their start'),
    column('misses', whole(MISSES_SUM)),
    column(
      'hit_rate',
      `coalesce(${HITS_SUM} / nullIf(${HITS_SUM} + ${MISSES_SUM}, 0), avgOrNullIf(value, ${isOneOf(HIT_RATE_NAMES)}))`,
      '0 to 1; hits ÷ look-ups, else as reported',
    ),
    column('memory_used_bytes', whole(summed(isOneOf(MEMORY_NAMES)))),
    column('keys_count', whole(summed(isOneOf(KEYS_NAMES)))),
  ],
  from: `(SELECT *, ${KIND_OF_CACHE} AS cache FROM (${POINTS}) WHERE ${isOneOf(CACHE_METRICS)}) GROUP BY toStartOfSecond(time), resource, cache`,
};

/** Beginnings of names, the first that fits tells the type. */
const TYPES = [
  ['event_loop', ['nodejs.eventloop.', 'process.runtime.nodejs.eventloop.', 'process.runtime.nodejs.event_loop.']],
  ['gc', ['v8js.gc.', 'nodejs.gc.', 'jvm.gc.', 'process.runtime.nodejs.gc.', 'process.runtime.jvm.gc.', 'process.runtime.cpython.gc', 'cpython.gc.']],
  [
    'cpu',
    [
      'process.cpu.',
      'system.cpu.',
      'jvm.cpu.',
      'process.runtime.cpython.cpu',
      'process.runtime.jvm.cpu.',
      'dotnet.process.cpu.',
      'container.cpu.',
      'k8s.pod.cpu.',
    ],
  ],
  [
    'memory',
    [
      'process.memory.',
      'system.memory.',
      'v8js.memory.',
      'v8js.heap.',
      'jvm.memory.',
      'process.runtime.nodejs.memory.',
      'process.runtime.cpython.memory',
      'process.runtime.jvm.memory.',
      'go.memory.',
      'dotnet.process.memory.',
      'container.memory.',
      'k8s.pod.memory.',
    ],
  ],
  ['network', ['system.network.', 'process.network.', 'container.network.']],
  ['disk', ['system.disk.', 'system.filesystem.', 'process.disk.', 'container.blockio.']],
  ['database', ['db.client.', 'postgresql.', 'mysql.', 'sightglass.db.']],
  ['websocket', ['sightglass.ws.', 'signalr.server.']],
  ['http', ['http.server.', 'http.client.']],
  ['process', ['process.', 'system.', 'nodejs.', 'v8js.', 'jvm.', 'go.', 'dotnet.', 'cpython.', 'container.', 'k8s.', 'host.', 'hw.']],
] as const;

const beginsWith = (prefixes: readonly string[]) => prefixes.map((prefix) => `startsWith(metric_name, '${prefix}')`).join(' OR ');
const METRIC_TYPE = `multiIf(${TYPES.map(([type, prefixes]) => `${beginsWith(prefixes)}, '${type}'`).join(', ')}, '')`;

const systemMetrics: View = {
  name: 'system_metrics',
  row: 'a point of a metric that tells of programs, machines, databases or connections',
  columns: [
    column('id', `concat(lower(hex(series)), '-', toString(toUnixTimestamp64Nano(time)), '-', lower(hex(point_id)))`),
    column('timestamp', 'time'),
    column('metric_type', 'metric_type', TYPES.map(([type]) => `\`${type}\``).join(' ')),
    column('metric_name', 'toString(metric_name)'),
    column('value', 'if(isNotNull(value), value, sum / nullIf(count, 0))', 'as sent; of a histogram the mean of its observations'),
    text('unit'),
    column('tags', ATTRIBUTES_JSON, 'JSON text of the attributes'),
  ],
  from: `(SELECT *, ${METRIC_TYPE} AS metric_type FROM (${POINTS}) WHERE metric_type != '')`,
};

export const METRIC_VIEWS: readonly View[] = [cacheMetrics, systemMetrics];
