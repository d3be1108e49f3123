import { attributeColumns, dictionary, flag, optional, parts, resource, text } from './columnKinds.ts';
import type { Table } from './table.ts';

/**
 * Parts below this size (before compression) keep their columns in one file. In files of their own a hundred columns cost
 * a merge a quarter of a second of CPU time and a hundred megabytes of buffers, however few rows it has.
 */
const SPANS_WIDE_FROM_BYTES = 256 * 1024 * 1024;

/**
 * One wide, immutable row a finished span. A text that was not sent is `''`, a number that was not sent is
 * NULL; readers turn `''` into null at the edge.
 *
 * The key begins with time so that windows read little, then trace, so that a trace lies together; a span
 * sent again has the same key, and the engine keeps the row with the highest `version`. Reads use FINAL.
 * `version` is 0 as received and the time of resolution (ms) for a row that `settle` wrote again because
 * its trace came in several requests. The bits above `SPAN_KNOWLEDGE_SHIFT` count what the row was made of:
 * the span of a run that is told by events is written again with each event, and must win over an older one
 * that was settled in the meantime; so is a span that Langfuse's older clients tell in parts. Who writes a row again
 * keeps these bits.
 */
export const spansTable: Table = {
  name: 'spans',
  columns: [
    dictionary('workspace_id'),
    { name: 'start_time', store: "DateTime64(9, 'UTC')", codec: 'Delta(8), ZSTD(1)' },
    { name: 'duration_ns', store: 'UInt64', codec: 'ZSTD(1)' },
    { name: 'trace_id', store: 'FixedString(16)' },
    { name: 'span_id', store: 'FixedString(8)' },
    /** Eight zero bytes for a root. */
    { name: 'parent_span_id', store: 'FixedString(8)', codec: 'ZSTD(1)' },
    dictionary('name'),
    dictionary('kind'),
    dictionary('status'),
    text('status_message'),
    dictionary('error_type'),
    flag('otel_kind'),
    dictionary('service_name'),
    dictionary('scope_name'),
    dictionary('scope_version'),
    dictionary('dialect'),

    // Context: resolved over the trace. Bit n of context_own is set where the span itself said it (contextColumns below).
    dictionary('agent_id'),
    text('run_id'),
    dictionary('flow_id'),
    text('session_id'),
    text('user_id'),
    text('user_email'),
    dictionary('department'),
    dictionary('query_category'),
    dictionary('endpoint'),
    dictionary('method'),
    { name: 'status_code', store: 'UInt16', codec: 'ZSTD(1)' },
    { name: 'context_own', store: 'UInt16', codec: 'ZSTD(1)' },
    dictionary('environment'),
    dictionary('release'),
    /** What the span itself or its trace's shape says; '' on spans that decide nothing. */
    dictionary('trace_type'),
    { name: 'tags', store: 'Array(String)', codec: 'ZSTD(1)' },

    // Facts of the whole trace, made by resolveTrace.
    /** 1 on the one span that stands for its run: the outermost agent span, or the first span of a run without one. */
    flag('is_run'),
    /** 1 on a failed span none of whose descendants failed: the one that is counted. */
    flag('error_origin'),
    /** 1 on an llm span inside which another reports the same response id: its usage is not counted. */
    flag('superseded'),
    /** How many spans this one stands for; 0 when sampling leaves it out, which readers never see (`sampling/leftOut.ts`). */
    { name: 'weight', store: 'UInt16', codec: 'ZSTD(1)', default: '1' },

    dictionary('provider'),
    dictionary('request_model'),
    dictionary('response_model'),
    text('response_id'),
    optional('input_tokens', 'UInt64'),
    optional('output_tokens', 'UInt64'),
    optional('cache_read_tokens', 'UInt64'),
    optional('cache_write_tokens', 'UInt64'),
    optional('cache_write_1h_tokens', 'UInt64'),
    optional('reasoning_tokens', 'UInt64'),
    optional('audio_input_tokens', 'UInt64'),
    optional('audio_output_tokens', 'UInt64'),
    optional('image_input_tokens', 'UInt64'),
    optional('total_tokens', 'UInt64'),
    /** JSON text: { name: tokens } as the client reports them, or ''. */
    text('usage_reported'),
    dictionary('token_rule'),
    flag('usage_estimated'),
    optional('cost_usd', 'Decimal(38, 12)'),
    dictionary('cost_source'),
    dictionary('price_id'),
    dictionary('service_tier'),
    optional('ttft_ms', 'Float64'),
    dictionary('finish_reason'),
    optional('temperature', 'Float64'),
    optional('max_tokens', 'UInt64'),
    dictionary('tool_name'),
    text('tool_call_id'),

    /** `messages`, `json`, `text`, or '' when there is none. */
    dictionary('input_format'),
    parts('input_parts'),
    text('input_preview'),
    dictionary('output_format'),
    parts('output_parts'),
    text('output_preview'),
    parts('tool_definition_parts'),
    parts('document_parts'),
    optional('document_count', 'UInt32'),
    optional('top_score', 'Float64'),
    optional('avg_score', 'Float64'),

    ...attributeColumns,
    resource,
    /** JSON text: [{ name, time, attributes }] or ''. */
    text('events'),
    /** JSON text: [{ trace_id, span_id, attributes }] or ''. */
    text('links'),
    { name: 'received_at', store: "DateTime64(3, 'UTC')", codec: 'Delta(8), ZSTD(1)' },
    { name: 'version', store: 'UInt64', codec: 'ZSTD(1)' },
  ],
  engine: { family: 'ReplacingMergeTree', version: 'version' },
  partitionBy: 'toYYYYMM(start_time)',
  orderBy: '(workspace_id, toStartOfMinute(start_time), trace_id, span_id)',
  // Merging more parts at a time, a row is written again less often: a quarter fewer times over the first minute of steady load.
  settings: { min_bytes_for_wide_part: SPANS_WIDE_FROM_BYTES, merge_selector_base: 10 },
};

/** Milliseconds since 1970 fit below it until the year 2527. */
export const SPAN_KNOWLEDGE_SHIFT = 44n;
/** What fits above the shift. */
const KNOWLEDGE_MAX = (1n << (64n - SPAN_KNOWLEDGE_SHIFT)) - 1n;

/** The version of a row made of so many parts: it wins over one made of fewer, settled or not. */
export const versionOfKnowledge = (parts: number): bigint => (BigInt(parts) < KNOWLEDGE_MAX ? BigInt(parts) : KNOWLEDGE_MAX) << SPAN_KNOWLEDGE_SHIFT;

/** Bit numbers of `context_own`. Endpoint, method and status code come together, from one http server span. */
export const CONTEXT_OWN_BITS = {
  agentId: 0,
  runId: 1,
  flowId: 2,
  sessionId: 3,
  userId: 4,
  userEmail: 5,
  department: 6,
  queryCategory: 7,
  http: 8,
  traceType: 9,
} as const;
