import { dictionary, flag, optional, text } from './columnKinds.ts';
import type { Table } from './table.ts';

/** Days that a part is kept for later parts of the same trace; scores are kept without end. */
const KEPT_DAYS = 30;

/**
 * The items of Langfuse's older batches as they were sent: parts of traces and observations, of which the spans
 * are made (`observations/`), and scores and logs of the client, which make none. An item that is sent again has
 * the same key and counts once. What the shape of a trace decides has columns of its own, so that it is known
 * without reading a body.
 */
export const observationPartsTable: Table = {
  name: 'observation_parts',
  columns: [
    dictionary('workspace_id'),
    /** Ours; zeros where the item belongs to no trace. */
    { name: 'trace_id', store: 'FixedString(16)' },
    /** Zeros on what is about no observation. */
    { name: 'span_id', store: 'FixedString(8)' },
    { name: 'item_key', store: 'FixedString(16)' },
    /** `trace`, `observation`, `score` or `log`. */
    dictionary('about'),
    /** As sent: `generation-create`. */
    dictionary('type'),
    text('item_id'),
    /** When the client wrote it, and its place in its batch. */
    { name: 'timestamp', store: "DateTime64(9, 'UTC')", codec: 'ZSTD(1)' },
    { name: 'place', store: 'UInt32', codec: 'ZSTD(1)' },
    flag('creates'),
    flag('has_parent'),
    optional('started_at', "DateTime64(9, 'UTC')"),
    optional('ended_at', "DateTime64(9, 'UTC')"),
    text('name'),
    dictionary('sdk_name'),
    dictionary('sdk_version'),
    /** JSON text of the item's body. */
    text('body'),
    /** Its length, so that it is known without reading it. */
    { name: 'body_bytes', store: 'UInt32', codec: 'ZSTD(1)' },
    { name: 'received_at', store: "DateTime64(3, 'UTC')", codec: 'Delta(8), ZSTD(1)' },
  ],
  engine: { family: 'ReplacingMergeTree' },
  partitionBy: 'toYYYYMM(timestamp)',
  orderBy: '(workspace_id, trace_id, span_id, item_key)',
  ttl: `toDateTime(received_at) + INTERVAL ${KEPT_DAYS} DAY DELETE WHERE about != 'score'`,
  indexes: ['by_arrival received_at TYPE minmax GRANULARITY 1'],
  settings: { index_granularity: 1024 },
};
