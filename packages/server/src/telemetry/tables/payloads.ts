import type { Table } from './table.ts';
import { TRACE_ID_IN } from '../idsSql.ts';

/**
 * Parts of inputs and outputs, stored once per workspace, day and content. `hash` is the first 16 bytes of
 * SHA-256 of the content, of encrypted content those of a keyed hash; `day` is the day of the span's start in UTC, so that a span's parts are found by
 * key and leave with its day. Small granules, because a look-up wants single rows.
 */
const PARTS: Table = {
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

export const payloadsTable: Table = PARTS;

/** Parts that only spans have which sampling leaves out; they move to `payloads` when more of the trace saves it, or go with the spans. */
export const heldPayloadsTable: Table = {
  ...PARTS,
  name: 'held_payloads',
  columns: [...PARTS.columns, { name: 'held_at', store: "DateTime('UTC')" }],
  ttl: 'held_at + INTERVAL 1 HOUR',
};

/** Moves the held parts of the spans of `{traceIds}`. Twice is as good as once. */
export const RELEASE_PAYLOADS_SQL = `INSERT INTO payloads (workspace_id, day, hash, content)
SELECT workspace_id, day, hash, content FROM held_payloads
WHERE workspace_id = {workspace:String} AND hash IN (
  SELECT arrayJoin(arrayConcat(input_parts, output_parts, tool_definition_parts, document_parts)) FROM spans
  WHERE workspace_id = {workspace:String}
    AND start_time >= fromUnixTimestamp64Nano({fromNs:Int64}, 'UTC') AND start_time <= fromUnixTimestamp64Nano({toNs:Int64}, 'UTC')
    AND ${TRACE_ID_IN})`;
