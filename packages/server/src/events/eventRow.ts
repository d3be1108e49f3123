/** A row of `events` as queries bring it, and what it was when it was sent. The one place where '' turns into null. */
import type { EventStatus, EventType } from '@sightglass/contract/event';
import { parseUsd } from '@sightglass/contract/money';
import { type OpenText, openValues } from '../encryption/envelope.ts';
import type { DecodedAgentEvent } from '../normalise/decodedEvent.ts';

const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);

export const EVENT_COLUMNS = `lower(hex(event_key)) AS key,
  toString(toUnixTimestamp64Nano(timestamp)) AS timestamp_ns,
  toString(toUnixTimestamp64Milli(received_at)) AS received_ms,
  lower(hex(trace_id)) AS trace,
  lower(hex(span_id)) AS span,
  lower(hex(parent_span_id)) AS parent,
  toString(cost_usd) AS cost,
  event_id, dedupe_key, event_type, status, agent_id, run_id, run_key, session_id, user_id, user_email, department, environment,
  latency_ms, ttft_ms, provider, model,
  input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, total_tokens,
  tool_name, message, error_message, endpoint, method, status_code, flow_id, query_category, tags, payload`;

type Count = number | string | null;

export interface EventRow {
  key: string;
  timestamp_ns: string;
  received_ms: string;
  trace: string;
  span: string;
  parent: string;
  cost: string | null;
  event_id: string;
  dedupe_key: string;
  event_type: EventType;
  status: EventStatus;
  agent_id: string;
  run_id: string;
  run_key: string;
  session_id: string;
  user_id: string;
  user_email: string;
  department: string;
  environment: string;
  latency_ms: number | null;
  ttft_ms: number | null;
  provider: string;
  model: string;
  input_tokens: Count;
  output_tokens: Count;
  cache_read_tokens: Count;
  cache_write_tokens: Count;
  reasoning_tokens: Count;
  total_tokens: Count;
  tool_name: string;
  message: string;
  error_message: string;
  endpoint: string;
  method: string;
  status_code: number;
  flow_id: string;
  query_category: string;
  tags: string;
  payload: string;
}

/** The event of a row. Its trace and span are those that it has now: as sent, or derived. */
export function eventOfRow(row: EventRow, open: OpenText): DecodedAgentEvent {
  return {
    eventType: row.event_type,
    status: row.status,
    agentId: row.agent_id,
    timestampNs: BigInt(row.timestamp_ns),
    eventId: row.event_id,
    dedupeKey: textOrNull(row.dedupe_key),
    runId: textOrNull(row.run_id),
    traceId: row.trace === NO_TRACE ? null : row.trace,
    spanId: row.span === NO_SPAN ? null : row.span,
    parentSpanId: row.parent === NO_SPAN ? null : row.parent,
    sessionId: textOrNull(row.session_id),
    userId: textOrNull(row.user_id),
    userEmail: textOrNull(row.user_email),
    department: textOrNull(row.department),
    environment: textOrNull(row.environment),
    latencyMs: row.latency_ms,
    ttftMs: row.ttft_ms,
    provider: textOrNull(row.provider),
    model: textOrNull(row.model),
    inputTokens: countOf(row.input_tokens),
    outputTokens: countOf(row.output_tokens),
    cacheReadTokens: countOf(row.cache_read_tokens),
    cacheWriteTokens: countOf(row.cache_write_tokens),
    reasoningTokens: countOf(row.reasoning_tokens),
    totalTokens: countOf(row.total_tokens),
    costPicoUsd: row.cost === null ? null : (parseUsd(row.cost) ?? null),
    toolName: textOrNull(row.tool_name),
    message: textOrNull(row.message),
    errorMessage: textOrNull(row.error_message),
    endpoint: textOrNull(row.endpoint),
    method: textOrNull(row.method),
    statusCode: row.status_code === 0 ? null : row.status_code,
    flowId: textOrNull(row.flow_id),
    queryCategory: textOrNull(row.query_category),
    tags: row.tags === '' ? null : (JSON.parse(row.tags) as NonNullable<DecodedAgentEvent['tags']>),
    payload: row.payload === '' ? null : openValues(JSON.parse(row.payload) as NonNullable<DecodedAgentEvent['payload']>, open),
  };
}

const textOrNull = (text: string) => (text === '' ? null : text);
const countOf = (count: Count) => (count === null ? null : Number(count));
