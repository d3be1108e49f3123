import type { DecodedAgentEvent, EventIdentity } from '../normalise/decodedEvent.ts';
import { isRunEvent, runKeyOf, spanIdsOf } from '../normalise/eventSpan.ts';
import {
  HashesColumn,
  HexColumn,
  OptionalDecimalColumn,
  OptionalFloat64Column,
  OptionalUInt64Column,
  TextColumn,
  UInt16Column,
  UInt64Column,
} from './columns.ts';
import { encodeRows } from './encodeTable.ts';
import { eventsTable } from './tables/events.ts';

/** An event with all that a row of `events` holds. */
export interface StoredEvent {
  event: DecodedAgentEvent;
  identity: EventIdentity;
}

const columns = {
  workspace_id: new TextColumn(),
  timestamp: new UInt64Column(),
  event_key: new HexColumn(16),
  known_by: new HashesColumn(),
  event_id: new TextColumn(),
  dedupe_key: new TextColumn(),
  event_type: new TextColumn(),
  status: new TextColumn(),
  agent_id: new TextColumn(),
  run_id: new TextColumn(),
  run_key: new TextColumn(),
  trace_id: new HexColumn(16),
  span_id: new HexColumn(8),
  parent_span_id: new HexColumn(8),
  session_id: new TextColumn(),
  user_id: new TextColumn(),
  user_email: new TextColumn(),
  department: new TextColumn(),
  environment: new TextColumn(),
  latency_ms: new OptionalFloat64Column(),
  ttft_ms: new OptionalFloat64Column(),
  provider: new TextColumn(),
  model: new TextColumn(),
  input_tokens: new OptionalUInt64Column(),
  output_tokens: new OptionalUInt64Column(),
  cache_read_tokens: new OptionalUInt64Column(),
  cache_write_tokens: new OptionalUInt64Column(),
  reasoning_tokens: new OptionalUInt64Column(),
  total_tokens: new OptionalUInt64Column(),
  cost_usd: new OptionalDecimalColumn(),
  tool_name: new TextColumn(),
  message: new TextColumn(),
  error_message: new TextColumn(),
  endpoint: new TextColumn(),
  method: new TextColumn(),
  status_code: new UInt16Column(),
  flow_id: new TextColumn(),
  query_category: new TextColumn(),
  tags: new TextColumn(),
  payload: new TextColumn(),
  received_at: new UInt64Column(),
};

/** One Native block of `events`. `receivedAtMs` is Unix milliseconds. */
export function encodeEvents(workspaceId: string, receivedAtMs: number, events: readonly StoredEvent[]): Buffer {
  const receivedAt = BigInt(receivedAtMs);
  return encodeRows(eventsTable, columns, events, ({ event, identity }) => {
    const { key } = identity;
    const { traceId, spanId } = spanIdsOf({ event, key });
    columns.workspace_id.add(workspaceId);
    columns.timestamp.add(event.timestampNs);
    columns.event_key.add(key);
    columns.known_by.add(identity.knownBy.map((hex) => Buffer.from(hex, 'hex')));
    columns.event_id.add(identity.eventId);
    columns.dedupe_key.add(event.dedupeKey);
    columns.event_type.add(event.eventType);
    columns.status.add(event.status);
    columns.agent_id.add(event.agentId);
    columns.run_id.add(event.runId);
    columns.run_key.add(isRunEvent(event.eventType) ? runKeyOf(event, key) : null);
    columns.trace_id.add(traceId);
    columns.span_id.add(spanId);
    columns.parent_span_id.add(event.parentSpanId);
    columns.session_id.add(event.sessionId);
    columns.user_id.add(event.userId);
    columns.user_email.add(event.userEmail);
    columns.department.add(event.department);
    columns.environment.add(event.environment);
    addFigures(event);
    columns.tool_name.add(event.toolName);
    columns.message.add(event.message);
    columns.error_message.add(event.errorMessage);
    columns.endpoint.add(event.endpoint);
    columns.method.add(event.method);
    columns.status_code.add(event.statusCode ?? 0);
    columns.flow_id.add(event.flowId);
    columns.query_category.add(event.queryCategory);
    columns.tags.add(event.tags === null ? null : JSON.stringify(event.tags));
    columns.payload.add(event.payload === null ? null : JSON.stringify(event.payload));
    columns.received_at.add(receivedAt);
  });
}

function addFigures(event: DecodedAgentEvent): void {
  columns.latency_ms.add(event.latencyMs);
  columns.ttft_ms.add(event.ttftMs);
  columns.provider.add(event.provider);
  columns.model.add(event.model);
  columns.input_tokens.add(event.inputTokens);
  columns.output_tokens.add(event.outputTokens);
  columns.cache_read_tokens.add(event.cacheReadTokens);
  columns.cache_write_tokens.add(event.cacheWriteTokens);
  columns.reasoning_tokens.add(event.reasoningTokens);
  columns.total_tokens.add(event.totalTokens);
  columns.cost_usd.add(event.costPicoUsd);
}
