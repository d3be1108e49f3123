/** Connection pools, databases as they report of themselves, and WebSockets (B8). */
import { firstText } from '../attributeSql.ts';
import {
  averageOf,
  averageTotalOf,
  greatestOf,
  increaseOf,
  type NamedMetrics,
  observationsAbove,
  observedPercentileOf,
  quotientOf,
} from './namedMetrics.ts';
import type { MeasureDefinition } from './measure.ts';

/** What a pool is called: unique within a program. */
export const POOL = firstText('db.client.connection.pool.name', 'db.client.connections.pool.name', 'pool.name', 'pool');

const STATE = firstText('db.client.connection.state', 'db.client.connections.state', 'state');
const inState = (state: string): NamedMetrics => ({
  names: ['db.client.connection.count', 'db.client.connections.usage', 'sightglass.db.connections'],
  condition: `${STATE} = '${state}'`,
});
const USED = inState('used');
const both = (name: string): NamedMetrics => ({ names: [`db.client.connection.${name}`, `db.client.connections.${name}`] });
const LIMIT: NamedMetrics = { names: ['db.client.connection.max', 'db.client.connections.max', 'sightglass.db.connections.max'] };
const WAITING: NamedMetrics = {
  names: ['db.client.connection.pending_requests', 'db.client.connections.pending_requests', 'sightglass.db.connections.waiting'],
};
const OPERATIONS: NamedMetrics = { names: ['db.client.operation.duration'] };

const POOLS: MeasureDefinition[] = [
  averageOf(
    {
      name: 'db_connections_used',
      title: 'Connections in use',
      description: 'Connections of a pool that are in use, on average',
      unit: 'count',
      better: 'neither',
    },
    USED,
  ),
  greatestOf(
    {
      name: 'db_connections_used_max',
      title: 'Connections in use, most',
      description: 'The most connections of one pool that were in use',
      unit: 'count',
      better: 'lower',
    },
    USED,
  ),
  averageOf(
    {
      name: 'db_connections_idle',
      title: 'Idle connections',
      description: 'Connections of a pool that are idle, on average',
      unit: 'count',
      better: 'neither',
    },
    inState('idle'),
  ),
  averageOf(
    { name: 'db_connections_limit', title: 'Size of a pool', description: 'Connections that a pool may have open', unit: 'count', better: 'neither' },
    LIMIT,
  ),
  quotientOf(
    {
      name: 'db_pool_utilization',
      title: 'Pool utilization',
      description: 'Connections in use ÷ connections that pools may have open',
      unit: 'ratio',
      better: 'lower',
    },
    'reading',
    USED,
    [LIMIT],
  ),
  averageOf(
    {
      name: 'db_connections_waiting',
      title: 'Waiting for a connection',
      description: 'Requests that wait for a connection of a pool, on average',
      unit: 'count',
      better: 'lower',
    },
    WAITING,
  ),
  greatestOf(
    {
      name: 'db_connections_waiting_max',
      title: 'Waiting for a connection, most',
      description: 'The most requests that waited for a connection of one pool',
      unit: 'count',
      better: 'lower',
    },
    WAITING,
  ),
  increaseOf(
    {
      name: 'db_connection_timeouts',
      title: 'Connection time-outs',
      description: 'Requests that got no connection of a pool in time',
      unit: 'count',
      better: 'lower',
    },
    { names: [...both('timeouts').names, 'sightglass.db.connections.timeouts'] },
  ),
  observedPercentileOf(
    {
      name: 'db_connection_wait_ms_p95',
      title: 'Wait for a connection, p95',
      description: '95 % of requests got a connection of their pool within this; from buckets',
      unit: 'ms',
      better: 'lower',
    },
    both('wait_time'),
    0.95,
  ),
  observedPercentileOf(
    {
      name: 'db_connection_use_ms_p95',
      title: 'Use of a connection, p95',
      description: '95 % of connections were given back to their pool within this; from buckets',
      unit: 'ms',
      better: 'lower',
    },
    both('use_time'),
    0.95,
  ),
];

const DATABASES: MeasureDefinition[] = [
  observedPercentileOf(
    {
      name: 'db_operation_ms_p95',
      title: 'Database operations, p95',
      description: '95 % of the operations that database clients report took at most this; from buckets',
      unit: 'ms',
      better: 'lower',
    },
    OPERATIONS,
    0.95,
  ),
  observationsAbove(
    {
      name: 'db_slow_operations',
      title: 'Slow operations',
      description: 'Operations above a second that database clients report; exact where a bucket ends at a second',
      unit: 'count',
      better: 'lower',
    },
    OPERATIONS,
    1,
  ),
  increaseOf(
    {
      name: 'db_rollbacks',
      title: 'Rollbacks of a database',
      description: 'Transactions that a database says were rolled back',
      unit: 'count',
      better: 'lower',
    },
    { names: ['postgresql.rollbacks', 'sightglass.db.rollbacks'] },
  ),
  increaseOf(
    { name: 'db_deadlocks', title: 'Deadlocks of a database', description: 'Deadlocks that a database says it had', unit: 'count', better: 'lower' },
    { names: ['postgresql.deadlocks', 'sightglass.db.deadlocks'] },
  ),
  averageTotalOf(
    {
      name: 'db_backends',
      title: 'Database backends',
      description: 'Connections that a PostgreSQL server has open, all databases together',
      unit: 'count',
      better: 'neither',
    },
    { names: ['postgresql.backends'] },
  ),
  increaseOf(
    {
      name: 'db_reported_errors',
      title: 'Errors of a database',
      description: 'Errors that programs count as database errors',
      unit: 'count',
      better: 'lower',
    },
    { names: ['sightglass.db.errors'] },
  ),
];

const DIRECTION = `lower(${firstText('direction', 'network.io.direction')})`;
const messages = (...directions: readonly string[]): NamedMetrics => ({
  names: ['sightglass.ws.messages'],
  condition: `${DIRECTION} IN (${directions.map((direction) => `'${direction}'`).join(', ')})`,
});
const CONNECTIONS: NamedMetrics = { names: ['sightglass.ws.connections', 'signalr.server.active_connections'] };

const WEBSOCKETS: MeasureDefinition[] = [
  averageTotalOf(
    {
      name: 'websocket_connections',
      title: 'WebSocket connections',
      description: 'Connections that a program has open, on average',
      unit: 'count',
      better: 'neither',
    },
    CONNECTIONS,
  ),
  greatestOf(
    {
      name: 'websocket_connections_max',
      title: 'WebSocket connections, most',
      description: 'The most connections that were open at a time',
      unit: 'count',
      better: 'neither',
    },
    CONNECTIONS,
  ),
  increaseOf(
    {
      name: 'websocket_messages_in',
      title: 'WebSocket messages in',
      description: 'Messages that came over WebSockets',
      unit: 'count',
      better: 'neither',
    },
    messages('in', 'receive', 'received'),
  ),
  increaseOf(
    {
      name: 'websocket_messages_out',
      title: 'WebSocket messages out',
      description: 'Messages that were sent over WebSockets',
      unit: 'count',
      better: 'neither',
    },
    messages('out', 'transmit', 'sent'),
  ),
];

export const POOL_MEASURES: readonly MeasureDefinition[] = [...POOLS, ...DATABASES, ...WEBSOCKETS];
