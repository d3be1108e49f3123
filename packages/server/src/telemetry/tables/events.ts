import { dictionary, optional, text } from './columnKinds.ts';
import type { Table } from './table.ts';

/**
 * The agent event log: one row an event, as it was sent. A text that was not sent is `''`, a number NULL.
 *
 * `event_key` follows from the `dedupe_key`, else the `event_id`, else it is random; so the same event with
 * the same time is one row however often it is stored. Reads use FINAL. Events that are calls or runs are in
 * `spans` too, under `trace_id` and `span_id`; cost, tokens and measures are read there and nowhere else.
 */
export const eventsTable: Table = {
  name: 'events',
  columns: [
    dictionary('workspace_id'),
    { name: 'timestamp', store: "DateTime64(9, 'UTC')", codec: 'Delta(8), ZSTD(1)' },
    { name: 'event_key', store: 'FixedString(16)' },
    /** Hashes of everything that the event is known by: see `event_keys`. */
    { name: 'known_by', store: 'Array(FixedString(16))', codec: 'ZSTD(1)' },
    text('event_id'),
    text('dedupe_key'),
    dictionary('event_type'),
    dictionary('status'),
    dictionary('agent_id'),
    text('run_id'),
    /** By which the events of a run find one another; '' on events that neither begin nor end one. */
    text('run_key'),
    /** Zeros where there is none. */
    { name: 'trace_id', store: 'FixedString(16)' },
    { name: 'span_id', store: 'FixedString(8)' },
    /** As sent. */
    { name: 'parent_span_id', store: 'FixedString(8)', codec: 'ZSTD(1)' },
    text('session_id'),
    text('user_id'),
    text('user_email'),
    dictionary('department'),
    dictionary('environment'),
    optional('latency_ms', 'Float64'),
    optional('ttft_ms', 'Float64'),
    dictionary('provider'),
    dictionary('model'),
    optional('input_tokens', 'UInt64'),
    optional('output_tokens', 'UInt64'),
    optional('cache_read_tokens', 'UInt64'),
    optional('cache_write_tokens', 'UInt64'),
    optional('reasoning_tokens', 'UInt64'),
    optional('total_tokens', 'UInt64'),
    /** As sent. What a call costs now stands with its span. */
    optional('cost_usd', 'Decimal(38, 12)'),
    dictionary('tool_name'),
    text('message'),
    text('error_message'),
    dictionary('endpoint'),
    dictionary('method'),
    /** 0 when not sent. */
    { name: 'status_code', store: 'UInt16', codec: 'ZSTD(1)' },
    dictionary('flow_id'),
    dictionary('query_category'),
    /** JSON text of an object, or ''. */
    text('tags'),
    text('payload'),
    { name: 'received_at', store: "DateTime64(3, 'UTC')", codec: 'Delta(8), ZSTD(1)' },
  ],
  engine: { family: 'ReplacingMergeTree' },
  partitionBy: 'toYYYYMM(timestamp)',
  orderBy: '(workspace_id, toStartOfMinute(timestamp), event_key)',
};

/**
 * What stored events are known by, so that a repeat is found by key whatever its time. Filled by the view
 * below with every insert into `events`, so a key is never there without its event. Partitioned by the time
 * of the event: who drops old events drops their keys by the same rule.
 */
export const eventKeysTable: Table = {
  name: 'event_keys',
  columns: [
    { name: 'workspace_id', store: 'LowCardinality(String)' },
    { name: 'known_by', store: 'FixedString(16)' },
    { name: 'timestamp', store: "DateTime64(9, 'UTC')", codec: 'ZSTD(1)' },
  ],
  engine: { family: 'ReplacingMergeTree' },
  partitionBy: 'toYYYYMM(timestamp)',
  orderBy: '(workspace_id, known_by)',
  settings: { index_granularity: 1024 },
};

export const EVENT_KEYS_VIEW_SQL = `CREATE MATERIALIZED VIEW IF NOT EXISTS event_keys_of_events TO event_keys AS
SELECT workspace_id, arrayJoin(e.known_by) AS known_by, timestamp FROM events AS e`;

/**
 * Where the events lie that begin and end runs, by run; filled by the view below. `start_time` is where the
 * run's span would begin if this were all that is known of it.
 */
export const runEventsTable: Table = {
  name: 'run_events',
  columns: [
    { name: 'workspace_id', store: 'LowCardinality(String)' },
    { name: 'run_key', store: 'String' },
    { name: 'event_key', store: 'FixedString(16)' },
    { name: 'event_type', store: 'LowCardinality(String)' },
    { name: 'timestamp', store: "DateTime64(9, 'UTC')", codec: 'ZSTD(1)' },
    { name: 'start_time', store: "DateTime64(9, 'UTC')", codec: 'ZSTD(1)' },
    { name: 'trace_id', store: 'FixedString(16)' },
    { name: 'span_id', store: 'FixedString(8)' },
  ],
  engine: { family: 'ReplacingMergeTree' },
  partitionBy: 'toYYYYMM(timestamp)',
  orderBy: '(workspace_id, run_key, event_key, timestamp)',
  settings: { index_granularity: 1024 },
};

export const RUN_EVENTS_VIEW_SQL = `CREATE MATERIALIZED VIEW IF NOT EXISTS run_events_of_events TO run_events AS
SELECT workspace_id, run_key, event_key, event_type, e.timestamp AS timestamp, trace_id, span_id,
  if(event_type = 'run_finished', subtractNanoseconds(e.timestamp, toInt64(round(ifNull(latency_ms, 0) * 1e6))), e.timestamp) AS start_time
FROM events AS e WHERE run_key != ''`;
