/** Requests, tools, external services, databases and caches as their spans tell of them (B8, B12). */
import {
  EXTERNAL_FAILED,
  firstNumber,
  IS_CACHE_CALL,
  IS_DEADLOCK,
  IS_EXTERNAL,
  IS_QUERY,
  IS_ROLLBACK,
  REQUEST_BYTES,
  RESPONSE_BYTES,
} from '../attributeSql.ts';
import { FAILED, IS_CALL, IS_REQUEST, isCallOf } from '../spanSql.ts';
import { countOf, distributionOf, type MeasureDefinition, shareOf, totalOf } from './measure.ts';
import { NOT_AT_ALL } from './rollup.ts';

const TOOL = isCallOf('tool');
const DURATION_MS = 'duration_ns / 1e6';
const SLOW_QUERY_NS = 1_000_000_000;

const latencyOf = (name: string, title: string, subject: string, condition: string) =>
  distributionOf({ name: `${name}_latency_ms`, title, subject, value: DURATION_MS, condition, withMaximum: true });

const sizeOf = (name: string, title: string, subject: string, bytes: string) =>
  distributionOf({
    name,
    title,
    subject,
    unit: 'bytes',
    better: 'neither',
    value: `ifNull(${bytes}, 0)`,
    condition: `${IS_REQUEST} AND isNotNull(${bytes})`,
    withMaximum: true,
  });

/** The newest of a failed span's words, and when it began. */
function lastErrorOf(prefix: string, of: string, condition: string): MeasureDefinition[] {
  const shared = { source: 'spans', unit: 'none', better: 'neither', empty: null, rollup: NOT_AT_ALL } as const;
  const words = `if(status_message != '', status_message, if(error_type != '', error_type, status))`;
  return [
    {
      ...shared,
      name: `${prefix}last_error`,
      title: 'Last error',
      description: `What the newest failed ${of} said`,
      type: 'string',
      sql: `nullIf(argMaxIf(${words}, (start_time, span_id), ${condition}), '')`,
    },
    {
      ...shared,
      name: `${prefix}last_error_at`,
      title: 'Last error at',
      description: `When the newest failed ${of} began`,
      type: 'time',
      sql: `if(countIf(${condition}) = 0, NULL, toString(maxIf(toUnixTimestamp64Nano(start_time), ${condition})))`,
    },
  ];
}

const REQUESTS: MeasureDefinition[] = [
  ...sizeOf('request_size_bytes', 'Request size', 'bodies of requests held', REQUEST_BYTES),
  ...sizeOf('response_size_bytes', 'Response size', 'bodies of answers held', RESPONSE_BYTES),
  countOf(
    { name: 'request_client_errors', title: 'Refused requests', description: 'Requests that were answered with 400 to 499', better: 'lower' },
    `${IS_REQUEST} AND status_code >= 400 AND status_code < 500`,
  ),
  countOf(
    { name: 'websocket_messages', title: 'WebSocket messages', description: 'Messages of WebSocket connections that were traced', better: 'neither' },
    `trace_type = 'websocket_message'`,
  ),
  totalOf(
    { name: 'streamed_chunks', title: 'Streamed chunks', description: 'Chunks that streams were sent in', better: 'neither', unit: 'count' },
    `toUInt64(ifNull(${firstNumber('sightglass.stream.chunk_count')}, 0))`,
    '1',
  ),
  totalOf(
    { name: 'streamed_bytes', title: 'Streamed bytes', description: 'Bytes that were sent in streams', better: 'neither', unit: 'bytes' },
    `toUInt64(ifNull(${firstNumber('sightglass.stream.total_bytes')}, 0))`,
    '1',
  ),
];

const TOOLS: MeasureDefinition[] = [
  shareOf(
    { name: 'tool_success_rate', title: 'Tool success rate', description: 'Tool calls that succeeded ÷ tool calls', better: 'higher' },
    `status = 'success'`,
    TOOL,
  ),
  ...lastErrorOf('', 'call', `${IS_CALL} AND ${FAILED}`),
];

const EXTERNAL: MeasureDefinition[] = [
  countOf(
    {
      name: 'external_calls',
      title: 'External calls',
      description: 'Calls of other services over HTTP or RPC, whoever made them',
      better: 'neither',
    },
    IS_EXTERNAL,
  ),
  countOf(
    {
      name: 'external_errors',
      title: 'External errors',
      description: 'Calls of other services that failed, timed out or were answered with 500 or above',
      better: 'lower',
    },
    `${IS_EXTERNAL} AND ${EXTERNAL_FAILED}`,
  ),
  shareOf(
    { name: 'external_error_rate', title: 'External error rate', description: 'Failed calls of other services ÷ calls of them', better: 'lower' },
    EXTERNAL_FAILED,
    IS_EXTERNAL,
  ),
  shareOf(
    {
      name: 'external_availability',
      title: 'Service availability',
      description: 'Calls of other services that did not fail ÷ calls of them: compare it with the target that was agreed on',
      better: 'higher',
    },
    `NOT ${EXTERNAL_FAILED}`,
    IS_EXTERNAL,
  ),
  ...latencyOf('external', 'External latency', 'calls of other services took', IS_EXTERNAL),
  ...lastErrorOf('external_', 'call of another service', `${IS_EXTERNAL} AND ${EXTERNAL_FAILED}`),
];

const QUERIES: MeasureDefinition[] = [
  countOf(
    { name: 'db_calls', title: 'Database calls', description: 'Queries and connects of databases that are no caches', better: 'neither' },
    IS_QUERY,
  ),
  countOf(
    { name: 'db_errors', title: 'Database errors', description: 'Database calls that failed or timed out', better: 'lower' },
    `${IS_QUERY} AND ${FAILED}`,
  ),
  shareOf(
    { name: 'db_error_rate', title: 'Database error rate', description: 'Failed database calls ÷ database calls', better: 'lower' },
    FAILED,
    IS_QUERY,
  ),
  ...latencyOf('db', 'Database latency', 'database calls took', IS_QUERY),
  countOf(
    { name: 'slow_queries', title: 'Slow queries', description: 'Database calls that took more than a second', better: 'lower' },
    `${IS_QUERY} AND duration_ns > ${SLOW_QUERY_NS}`,
  ),
  countOf(
    { name: 'rollbacks', title: 'Rollbacks', description: 'Transactions that programs rolled back, from their spans', better: 'lower' },
    IS_ROLLBACK,
  ),
  countOf(
    { name: 'deadlocks', title: 'Deadlocks', description: 'Database calls that failed by a deadlock, from their spans', better: 'lower' },
    IS_DEADLOCK,
  ),
];

const CACHES: MeasureDefinition[] = [
  countOf(
    { name: 'cache_calls', title: 'Cache calls', description: 'Commands sent to Redis, Memcached and their like', better: 'neither' },
    IS_CACHE_CALL,
  ),
  countOf(
    { name: 'cache_call_errors', title: 'Cache errors', description: 'Commands to caches that failed or timed out', better: 'lower' },
    `${IS_CACHE_CALL} AND ${FAILED}`,
  ),
  shareOf(
    { name: 'cache_call_error_rate', title: 'Cache error rate', description: 'Failed commands to caches ÷ commands', better: 'lower' },
    FAILED,
    IS_CACHE_CALL,
  ),
  ...latencyOf('cache', 'Cache latency', 'commands to caches took', IS_CACHE_CALL),
];

export const SERVICE_MEASURES: readonly MeasureDefinition[] = [...REQUESTS, ...TOOLS, ...EXTERNAL, ...QUERIES, ...CACHES];
