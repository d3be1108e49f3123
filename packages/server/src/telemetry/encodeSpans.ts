import { type ColumnEncoder, column } from './columnEncoders.ts';
import { encodeTable } from './encodeTable.ts';
import type { PayloadRow, SpanPayloads } from './payloadParts.ts';
import { createResourceReader, eventsText, linksText, type TypedAttributes, typedAttributes } from './spanAttributes.ts';
import type { StoredSpan } from './storedSpan.ts';
import { payloadsTable } from './tables/payloads.ts';
import { spansTable } from './tables/spans.ts';

interface SpanRow extends StoredSpan {
  payloads: SpanPayloads;
  typed: TypedAttributes;
}

/** A count as sent by anyone: negative or not finite means "not sent", fractions are rounded. */
const count = (value: number | null | undefined): number | null => {
  if (value === null || value === undefined || !(value >= 0) || value > Number.MAX_SAFE_INTEGER) return null;
  return Math.round(value);
};
const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);

const resourcePairs = createResourceReader();

const scores = ({ span }: SpanRow): number[] => span.documents.flatMap((document) => finite(document.score) ?? []);

/** Encoders of every column but the three that hold for a whole request. */
const SPAN_ENCODERS: Record<string, ColumnEncoder<SpanRow>> = {
  start_time: column.uint64((row) => row.span.startNs),
  duration_ns: column.uint64((row) => row.span.durationNs),
  trace_id: column.hex(16, (row) => row.span.traceId),
  span_id: column.hex(8, (row) => row.span.spanId),
  parent_span_id: column.hex(8, (row) => row.span.parentSpanId),
  name: column.text((row) => row.span.name),
  kind: column.text((row) => row.span.kind),
  status: column.text((row) => row.span.status),
  status_message: column.text((row) => row.span.statusMessage),
  error_type: column.text((row) => row.span.errorType),
  otel_kind: column.uint8((row) => row.span.otelKind),
  service_name: column.text((row) => row.span.serviceName),
  scope_name: column.text((row) => row.span.scopeName),
  scope_version: column.text((row) => row.span.scopeVersion),
  dialect: column.text((row) => row.span.dialect),
  agent_id: column.text((row) => row.resolution.context.agentId),
  run_id: column.text((row) => row.resolution.context.runId),
  flow_id: column.text((row) => row.resolution.context.flowId),
  session_id: column.text((row) => row.resolution.context.sessionId),
  user_id: column.text((row) => row.resolution.context.userId),
  user_email: column.text((row) => row.resolution.context.userEmail),
  department: column.text((row) => row.resolution.context.department),
  query_category: column.text((row) => row.resolution.context.queryCategory),
  endpoint: column.text((row) => row.resolution.context.endpoint),
  method: column.text((row) => row.resolution.context.method),
  status_code: column.uint16((row) => httpStatus(row.resolution.context.statusCode)),
  context_own: column.uint16((row) => row.resolution.contextOwn),
  environment: column.text((row) => row.span.environment),
  release: column.text((row) => row.span.release),
  trace_type: column.text((row) => row.resolution.traceType ?? row.span.traceType),
  tags: column.texts((row) => row.span.tags),
  is_run: column.flag((row) => row.resolution.isRun),
  error_origin: column.flag((row) => row.resolution.errorOrigin),
  superseded: column.flag((row) => row.resolution.superseded),
  provider: column.text((row) => row.span.provider),
  request_model: column.text((row) => row.span.requestModel),
  response_model: column.text((row) => row.span.responseModel),
  response_id: column.text((row) => row.span.responseId),
  input_tokens: column.optionalUint64((row) => count(row.span.usage?.inputTokens)),
  output_tokens: column.optionalUint64((row) => count(row.span.usage?.outputTokens)),
  cache_read_tokens: column.optionalUint64((row) => count(row.span.usage?.cacheReadTokens)),
  cache_write_tokens: column.optionalUint64((row) => count(row.span.usage?.cacheWriteTokens)),
  cache_write_1h_tokens: column.optionalUint64((row) => count(row.span.usage?.cacheWrite1hTokens)),
  reasoning_tokens: column.optionalUint64((row) => count(row.span.usage?.reasoningTokens)),
  audio_input_tokens: column.optionalUint64((row) => count(row.span.usage?.audioInputTokens)),
  audio_output_tokens: column.optionalUint64((row) => count(row.span.usage?.audioOutputTokens)),
  image_input_tokens: column.optionalUint64((row) => count(row.span.usage?.imageInputTokens)),
  total_tokens: column.optionalUint64((row) => count(row.span.usage?.totalTokens)),
  usage_reported: column.numberMap((row) => (row.span.usage === null ? [] : Object.entries(row.span.usage.reported))),
  token_rule: column.text((row) => row.span.usage?.rule ?? null),
  usage_estimated: column.flag((row) => row.span.usage?.estimated ?? false),
  cost_usd: column.optionalDecimal128((row) => row.cost.costPicoUsd),
  cost_source: column.text((row) => row.cost.costSource),
  price_id: column.text((row) => row.cost.priceId),
  service_tier: column.text((row) => row.span.serviceTier),
  ttft_ms: column.optionalFloat64((row) => finite(row.span.ttftMs)),
  finish_reason: column.text((row) => row.span.finishReason),
  temperature: column.optionalFloat64((row) => finite(row.span.temperature)),
  max_tokens: column.optionalUint64((row) => count(row.span.maxTokens)),
  tool_name: column.text((row) => row.span.toolName),
  tool_call_id: column.text((row) => row.span.toolCallId),
  input_format: column.text((row) => row.span.input?.format ?? null),
  input_parts: column.hashes((row) => row.payloads.inputParts),
  input_preview: column.text((row) => row.payloads.inputPreview),
  output_format: column.text((row) => row.span.output?.format ?? null),
  output_parts: column.hashes((row) => row.payloads.outputParts),
  output_preview: column.text((row) => row.payloads.outputPreview),
  tool_definition_parts: column.hashes((row) => row.payloads.toolDefinitionParts),
  document_parts: column.hashes((row) => row.payloads.documentParts),
  document_count: column.optionalUint32((row) => (row.span.documents.length === 0 ? null : row.span.documents.length)),
  top_score: column.optionalFloat64((row) => maximum(scores(row))),
  avg_score: column.optionalFloat64((row) => mean(scores(row))),
  attributes_string: column.textMap((row) => row.typed.strings),
  attributes_number: column.numberMap((row) => row.typed.numbers),
  attributes_bool: column.flagMap((row) => row.typed.booleans),
  attributes_json: column.textMap((row) => row.typed.json),
  resource: column.textMap((row) => resourcePairs(row.span.resource)),
  events: column.text((row) => eventsText(row.span.events)),
  links: column.text((row) => linksText(row.span.links)),
};

const PAYLOAD_ENCODERS: Record<string, ColumnEncoder<PayloadRow>> = {
  day: column.uint16((row) => row.day),
  hash: (rows) => rows.map((row) => row.hash),
  content: column.text((row) => row.content),
};

/** One Native block of `spans`, in the table's own column order. `receivedAtMs` is Unix milliseconds. */
export function encodeSpans(workspaceId: string, receivedAtMs: number, spans: readonly StoredSpan[], payloads: readonly SpanPayloads[]): Buffer {
  const rows = spans.map(
    (stored, i): SpanRow => ({ ...stored, payloads: payloads[i] as SpanPayloads, typed: typedAttributes(stored.span.attributes) }),
  );
  return encodeTable(spansTable, rows, {
    ...SPAN_ENCODERS,
    workspace_id: column.constantText(workspaceId),
    received_at: column.uint64(() => BigInt(receivedAtMs)),
    version: column.uint64(() => 0n),
  });
}

/** One Native block of `payloads`. */
export function encodePayloads(workspaceId: string, rows: readonly PayloadRow[]): Buffer {
  return encodeTable(payloadsTable, rows, { ...PAYLOAD_ENCODERS, workspace_id: column.constantText(workspaceId) });
}

function httpStatus(code: number | null): number {
  return code !== null && code >= 0 && code <= 999 ? Math.trunc(code) : 0;
}

const maximum = (values: readonly number[]): number | null => (values.length === 0 ? null : values.reduce((a, b) => Math.max(a, b)));
const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length);
