import type { Table } from './table.ts';

/**
 * How many rows were written for each hour of start time, and when last: tells whether what was computed from
 * a window still holds. `rows` counts rows, not spans, and only ever grows with an insert; who deletes or
 * updates rows in another way inserts a row here for the hours it touched. Read with `GROUP BY`.
 */
export const spanArrivalsTable: Table = {
  name: 'span_arrivals',
  columns: [
    { name: 'workspace_id', store: 'LowCardinality(String)' },
    { name: 'hour', store: "DateTime('UTC')" },
    { name: 'rows', store: 'SimpleAggregateFunction(sum, UInt64)' },
    { name: 'last_at', store: "SimpleAggregateFunction(max, DateTime('UTC'))" },
  ],
  engine: { family: 'AggregatingMergeTree' },
  partitionBy: 'toYYYYMM(hour)',
  orderBy: '(workspace_id, hour)',
};

export const SPAN_ARRIVALS_VIEW_SQL = `CREATE MATERIALIZED VIEW IF NOT EXISTS span_arrivals_of_spans TO span_arrivals AS
SELECT workspace_id, toDateTime(toStartOfHour(start_time), 'UTC') AS hour, count() AS rows, now('UTC') AS last_at
FROM spans GROUP BY workspace_id, hour`;
