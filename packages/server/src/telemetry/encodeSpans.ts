import {
  HashesColumn,
  HexColumn,
  OptionalDecimalColumn,
  OptionalFloat64Column,
  OptionalUInt32Column,
  OptionalUInt64Column,
  RawColumn,
  TextColumn,
  TextsColumn,
  UInt8Column,
  UInt16Column,
  UInt32Column,
  UInt64Column,
} from './columns.ts';
import { addAttributes, createAttributeColumns } from './attributeColumns.ts';
import { encodeRows } from './encodeTable.ts';
import type { PayloadRow, SpanPayloads } from './payloadParts.ts';
import { addResolution, createResolutionColumns } from './resolutionColumns.ts';
import { createResourceWriter, eventsText, linksText } from './spanTexts.ts';
import type { StoredSpan } from './storedSpan.ts';
import { heldPayloadsTable, payloadsTable } from './tables/payloads.ts';
import { spansTable } from './tables/spans.ts';

const spanColumns = {
  workspace_id: new TextColumn(),
  start_time: new UInt64Column(),
  duration_ns: new UInt64Column(),
  trace_id: new HexColumn(16),
  span_id: new HexColumn(8),
  parent_span_id: new HexColumn(8),
  name: new TextColumn(),
  kind: new TextColumn(),
  status: new TextColumn(),
  status_message: new TextColumn(),
  error_type: new TextColumn(),
  otel_kind: new UInt8Column(),
  service_name: new TextColumn(),
  scope_name: new TextColumn(),
  scope_version: new TextColumn(),
  dialect: new TextColumn(),
  ...createResolutionColumns(),
  environment: new TextColumn(),
  release: new TextColumn(),
  tags: new TextsColumn(),
  provider: new TextColumn(),
  request_model: new TextColumn(),
  response_model: new TextColumn(),
  response_id: new TextColumn(),
  input_tokens: new OptionalUInt64Column(),
  output_tokens: new OptionalUInt64Column(),
  cache_read_tokens: new OptionalUInt64Column(),
  cache_write_tokens: new OptionalUInt64Column(),
  cache_write_1h_tokens: new OptionalUInt64Column(),
  reasoning_tokens: new OptionalUInt64Column(),
  audio_input_tokens: new OptionalUInt64Column(),
  audio_output_tokens: new OptionalUInt64Column(),
  image_input_tokens: new OptionalUInt64Column(),
  total_tokens: new OptionalUInt64Column(),
  usage_reported: new TextColumn(),
  token_rule: new TextColumn(),
  usage_estimated: new UInt8Column(),
  cost_usd: new OptionalDecimalColumn(),
  cost_source: new TextColumn(),
  price_id: new TextColumn(),
  service_tier: new TextColumn(),
  ttft_ms: new OptionalFloat64Column(),
  finish_reason: new TextColumn(),
  temperature: new OptionalFloat64Column(),
  max_tokens: new OptionalUInt64Column(),
  tool_name: new TextColumn(),
  tool_call_id: new TextColumn(),
  input_format: new TextColumn(),
  input_parts: new HashesColumn(),
  input_preview: new TextColumn(),
  output_format: new TextColumn(),
  output_parts: new HashesColumn(),
  output_preview: new TextColumn(),
  tool_definition_parts: new HashesColumn(),
  document_parts: new HashesColumn(),
  document_count: new OptionalUInt32Column(),
  top_score: new OptionalFloat64Column(),
  avg_score: new OptionalFloat64Column(),
  ...createAttributeColumns(),
  resource: new TextColumn(),
  events: new TextColumn(),
  links: new TextColumn(),
  received_at: new UInt64Column(),
  version: new UInt64Column(),
};

const payloadColumns = { workspace_id: new TextColumn(), day: new UInt16Column(), hash: new RawColumn(), content: new TextColumn() };

const resourceText = createResourceWriter();

/** One Native block of `spans`. `receivedAtMs` is Unix milliseconds. */
export function encodeSpans(workspaceId: string, receivedAtMs: number, spans: readonly StoredSpan[], payloads: readonly SpanPayloads[]): Buffer {
  const receivedAt = BigInt(receivedAtMs);
  return encodeRows(spansTable, spanColumns, spans, (stored, i) => addSpan(workspaceId, receivedAt, stored, payloads[i] as SpanPayloads));
}

const heldColumns = { ...payloadColumns, held_at: new UInt32Column() };

/** One Native block of `held_payloads`. */
export function encodeHeldPayloads(workspaceId: string, heldAtMs: number, rows: readonly PayloadRow[]): Buffer {
  const heldAtSeconds = Math.floor(heldAtMs / 1000);
  return encodeRows(heldPayloadsTable, heldColumns, rows, (row) => {
    addPayload(workspaceId, row);
    heldColumns.held_at.add(heldAtSeconds);
  });
}

/** One Native block of `payloads`. */
export function encodePayloads(workspaceId: string, rows: readonly PayloadRow[]): Buffer {
  return encodeRows(payloadsTable, payloadColumns, rows, (row) => addPayload(workspaceId, row));
}

function addPayload(workspaceId: string, row: PayloadRow): void {
  payloadColumns.workspace_id.add(workspaceId);
  payloadColumns.day.add(row.day);
  payloadColumns.hash.add(row.hash);
  payloadColumns.content.add(row.content);
}

function addSpan(workspaceId: string, receivedAt: bigint, { span, resolution, cost, version = 0n }: StoredSpan, payloads: SpanPayloads): void {
  const c = spanColumns;
  c.workspace_id.add(workspaceId);
  c.start_time.add(span.startNs);
  c.duration_ns.add(span.durationNs);
  c.trace_id.add(span.traceId);
  c.span_id.add(span.spanId);
  c.parent_span_id.add(span.parentSpanId);
  c.name.add(span.name);
  c.kind.add(span.kind);
  c.status.add(span.status);
  c.status_message.add(span.statusMessage);
  c.error_type.add(span.errorType);
  c.otel_kind.add(span.otelKind);
  c.service_name.add(span.serviceName);
  c.scope_name.add(span.scopeName);
  c.scope_version.add(span.scopeVersion);
  c.dialect.add(span.dialect);
  addResolution(c, resolution, span.traceType);
  c.environment.add(span.environment);
  c.release.add(span.release);
  c.tags.add(span.tags);
  addCall(span, cost);
  c.input_format.add(span.input?.format ?? null);
  c.input_parts.add(payloads.inputParts);
  c.input_preview.add(payloads.inputPreview);
  c.output_format.add(span.output?.format ?? null);
  c.output_parts.add(payloads.outputParts);
  c.output_preview.add(payloads.outputPreview);
  c.tool_definition_parts.add(payloads.toolDefinitionParts);
  c.document_parts.add(payloads.documentParts);
  addDocuments(span.documents);
  addAttributes(c, span.attributes);
  c.resource.add(resourceText(span.resource));
  c.events.add(eventsText(span.events));
  c.links.add(linksText(span.links));
  c.received_at.add(receivedAt);
  c.version.add(version);
}

function addCall(span: StoredSpan['span'], cost: StoredSpan['cost']): void {
  const c = spanColumns;
  const { usage } = span;
  c.provider.add(span.provider);
  c.request_model.add(span.requestModel);
  c.response_model.add(span.responseModel);
  c.response_id.add(span.responseId);
  c.input_tokens.add(count(usage?.inputTokens));
  c.output_tokens.add(count(usage?.outputTokens));
  c.cache_read_tokens.add(count(usage?.cacheReadTokens));
  c.cache_write_tokens.add(count(usage?.cacheWriteTokens));
  c.cache_write_1h_tokens.add(count(usage?.cacheWrite1hTokens));
  c.reasoning_tokens.add(count(usage?.reasoningTokens));
  c.audio_input_tokens.add(count(usage?.audioInputTokens));
  c.audio_output_tokens.add(count(usage?.audioOutputTokens));
  c.image_input_tokens.add(count(usage?.imageInputTokens));
  c.total_tokens.add(count(usage?.totalTokens));
  c.usage_reported.add(usage === null ? null : JSON.stringify(usage.reported));
  c.token_rule.add(usage?.rule ?? null);
  c.usage_estimated.add(usage?.estimated ?? false);
  c.cost_usd.add(cost.costPicoUsd);
  c.cost_source.add(cost.costSource);
  c.price_id.add(cost.priceId);
  c.service_tier.add(span.serviceTier);
  c.ttft_ms.add(finite(span.ttftMs));
  c.finish_reason.add(span.finishReason);
  c.temperature.add(finite(span.temperature));
  c.max_tokens.add(count(span.maxTokens));
  c.tool_name.add(span.toolName);
  c.tool_call_id.add(span.toolCallId);
}

function addDocuments(documents: StoredSpan['span']['documents']): void {
  const scores = documents.flatMap(({ score }) => finite(score) ?? []);
  spanColumns.document_count.add(documents.length === 0 ? null : documents.length);
  spanColumns.top_score.add(scores.length === 0 ? null : scores.reduce((a, b) => Math.max(a, b)));
  spanColumns.avg_score.add(scores.length === 0 ? null : scores.reduce((a, b) => a + b, 0) / scores.length);
}

/** A count as sent by anyone: negative or not finite means "not sent", fractions are rounded. */
function count(value: number | null | undefined): number | null {
  if (value === null || value === undefined || !(value >= 0) || value > Number.MAX_SAFE_INTEGER) return null;
  return Math.round(value);
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
