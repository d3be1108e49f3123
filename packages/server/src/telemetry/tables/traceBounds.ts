import type { Table } from './table.ts';

/**
 * First and last moment of every trace, so that a look-up by trace id reads only its minutes. Filled by the
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
  ],
  engine: { family: 'AggregatingMergeTree' },
  partitionBy: 'tuple()',
  orderBy: '(workspace_id, trace_id)',
  settings: { index_granularity: 1024 },
};

export const TRACE_BOUNDS_VIEW_SQL = `CREATE MATERIALIZED VIEW IF NOT EXISTS trace_bounds_of_spans TO trace_bounds AS
SELECT workspace_id, trace_id, min(s.start_time) AS start_time, max(addNanoseconds(s.start_time, s.duration_ns)) AS end_time
FROM spans AS s GROUP BY workspace_id, trace_id`;
