import { dictionary } from './columnKinds.ts';
import type { Table } from './table.ts';

const sum = (name: string) => ({ name, store: 'SimpleAggregateFunction(sum, UInt64)', wire: 'UInt64' });

/**
 * What became of everything that was received, by minute of receipt: received = stored + rejected + duplicate + sampled +
 * quarantined. Written with the rows that it counts and under the same deduplication token, so that it is as exact as
 * they are. `error` is why some were rejected or quarantined, '' for rows without such. Read with sums.
 */
export const ingestAccountsTable: Table = {
  name: 'ingest_accounts',
  columns: [
    dictionary('workspace_id'),
    { name: 'minute', store: "DateTime('UTC')" },
    dictionary('source'),
    dictionary('signal'),
    { name: 'error', store: 'String' },
    sum('received'),
    sum('stored'),
    sum('rejected'),
    sum('duplicate'),
    sum('sampled'),
    sum('quarantined'),
    { name: 'last_at', store: "SimpleAggregateFunction(max, DateTime64(3, 'UTC'))", wire: "DateTime64(3, 'UTC')" },
  ],
  engine: { family: 'AggregatingMergeTree' },
  partitionBy: 'toYYYYMM(minute)',
  orderBy: '(workspace_id, minute, source, signal, error)',
  ttl: 'minute + INTERVAL 90 DAY',
};
