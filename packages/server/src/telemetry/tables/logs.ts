import { attributeColumns, dictionary, resource, text } from './columnKinds.ts';
import type { Table } from './table.ts';

/**
 * One immutable row a log record. A text that was not sent is `''`; an id that was not sent is all zeros.
 *
 * `log_id` is made of the request and the record's place in it, so a request that is sent again has the same
 * keys and its rows count once: reads use FINAL. The key begins with time, because logs are read by time; the
 * records of one request at one moment keep their order by `log_id`. Context columns hold what the record itself
 * says; what it leaves open is told by its span or trace when it is read (`explore/logContext.ts`).
 */
export const logsTable: Table = {
  name: 'logs',
  columns: [
    dictionary('workspace_id'),
    { name: 'time', store: "DateTime64(9, 'UTC')", codec: 'Delta(8), ZSTD(1)' },
    { name: 'log_id', store: 'FixedString(16)', codec: 'ZSTD(1)' },
    { name: 'trace_id', store: 'FixedString(16)', codec: 'ZSTD(1)' },
    { name: 'span_id', store: 'FixedString(8)', codec: 'ZSTD(1)' },
    dictionary('level'),
    { name: 'severity_number', store: 'UInt8', codec: 'ZSTD(1)' },
    dictionary('severity_text'),
    dictionary('logger'),
    text('message'),
    dictionary('event_name'),
    /** JSON text of a structured body, or ''. */
    text('body'),
    dictionary('exception_type'),
    text('exception'),
    dictionary('service_name'),
    dictionary('scope_name'),
    dictionary('scope_version'),
    dictionary('agent_id'),
    text('run_id'),
    text('session_id'),
    text('user_id'),
    text('user_email'),
    dictionary('department'),
    dictionary('endpoint'),
    dictionary('method'),
    dictionary('environment'),
    dictionary('release'),
    ...attributeColumns,
    resource,
    /** How many records this one stands for. */
    { name: 'weight', store: 'UInt16', codec: 'ZSTD(1)', default: '1' },
    /** Length of the record's texts in characters: lets a page stop before it is too large to answer. */
    { name: 'text_length', store: 'UInt32', codec: 'ZSTD(1)' },
    { name: 'received_at', store: "DateTime64(3, 'UTC')", codec: 'Delta(8), ZSTD(1)' },
  ],
  engine: { family: 'ReplacingMergeTree' },
  partitionBy: 'toYYYYMM(time)',
  orderBy: '(workspace_id, time, log_id)',
  indexes: ['by_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 1'],
};
