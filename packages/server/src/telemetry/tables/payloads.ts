import type { Table } from './table.ts';

/**
 * Parts of inputs and outputs, stored once per workspace, day and content. `hash` is the first 16 bytes of
 * SHA-256 of the content, of encrypted content those of a keyed hash; `day` is the day of the span's start in UTC, so that a span's parts are found by
 * key and leave with its day. Small granules, because a look-up wants single rows.
 */
export const payloadsTable: Table = {
  name: 'payloads',
  columns: [
    { name: 'workspace_id', store: 'LowCardinality(String)', wire: 'String' },
    { name: 'day', store: 'Date' },
    { name: 'hash', store: 'FixedString(16)' },
    { name: 'content', store: 'String', codec: 'ZSTD(1)' },
  ],
  engine: { family: 'ReplacingMergeTree' },
  partitionBy: 'toYYYYMM(day)',
  orderBy: '(workspace_id, day, hash)',
  settings: { index_granularity: 512, index_granularity_bytes: 262144, min_index_granularity_bytes: 1024 },
};
