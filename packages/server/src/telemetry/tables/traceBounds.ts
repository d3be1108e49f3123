import type { Table } from './table.ts';

/** How an agent's id is written where only equality matters: 64 bits of its MD5. */
export const agentHashSql = (agentId: string): string => `halfMD5(${agentId})`;

export const AGENT_HASHES = { name: 'agent_hashes', store: 'SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64))' } as const;

/**
 * First and last moment of every trace, so that a look-up by trace id reads only its minutes, and the agents of its spans, by hash, so
 * that what belongs to a trace of hidden agents is told apart without reading spans (`explore/hiddenAgentFilters.ts`). Filled by the
 * materialised view below with every insert into `spans`; minimum and maximum do not mind repetition.
 * Read with `GROUP BY`: rows of one trace merge only in time.
 */
export const traceBoundsTable: Table = {
  name: 'trace_bounds',
  columns: [
    { name: 'workspace_id', store: 'LowCardinality(String)' },
    { name: 'trace_id', store: 'FixedString(16)' },
    { name: 'start_time', store: "SimpleAggregateFunction(min, DateTime64(9, 'UTC'))" },
    { name: 'end_time', store: "SimpleAggregateFunction(max, DateTime64(9, 'UTC'))" },
    AGENT_HASHES,
  ],
  engine: { family: 'AggregatingMergeTree' },
  partitionBy: 'tuple()',
  orderBy: '(workspace_id, trace_id)',
  settings: { index_granularity: 1024 },
};

/** The bounds of the traces of some spans (`spans AS s`), as the table holds them. */
export const BOUNDS_OF_SPANS = `workspace_id, trace_id, min(s.start_time) AS start_time, max(addNanoseconds(s.start_time, s.duration_ns)) AS end_time,
  groupUniqArrayIf(${agentHashSql('agent_id')}, agent_id != '') AS ${AGENT_HASHES.name}`;

export const TRACE_BOUNDS_QUERY_SQL = `SELECT ${BOUNDS_OF_SPANS}
FROM spans AS s GROUP BY workspace_id, trace_id`;

export const TRACE_BOUNDS_VIEW_SQL = `CREATE MATERIALIZED VIEW IF NOT EXISTS trace_bounds_of_spans TO trace_bounds AS
${TRACE_BOUNDS_QUERY_SQL}`;
