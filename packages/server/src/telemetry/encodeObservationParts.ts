import type { LangfusePart } from '../normalise/langfuse/langfusePart.ts';
import { HexColumn, OptionalTimeColumn, TextColumn, UInt8Column, UInt32Column, UInt64Column } from './columns.ts';
import { encodeRows } from './encodeTable.ts';
import { observationPartsTable } from './tables/observationParts.ts';

const columns = {
  workspace_id: new TextColumn(),
  trace_id: new HexColumn(16),
  span_id: new HexColumn(8),
  item_key: new HexColumn(16),
  about: new TextColumn(),
  type: new TextColumn(),
  item_id: new TextColumn(),
  timestamp: new UInt64Column(),
  place: new UInt32Column(),
  creates: new UInt8Column(),
  has_parent: new UInt8Column(),
  started_at: new OptionalTimeColumn(),
  ended_at: new OptionalTimeColumn(),
  name: new TextColumn(),
  sdk_name: new TextColumn(),
  sdk_version: new TextColumn(),
  body: new TextColumn(),
  body_bytes: new UInt32Column(),
  received_at: new UInt64Column(),
};

/** One Native block of `observation_parts`. `receivedAtMs` is Unix milliseconds. */
export function encodeObservationParts(workspaceId: string, receivedAtMs: number, parts: readonly LangfusePart[]): Buffer {
  const receivedAt = BigInt(receivedAtMs);
  return encodeRows(observationPartsTable, columns, parts, (part) => {
    columns.workspace_id.add(workspaceId);
    columns.trace_id.add(part.traceId);
    columns.span_id.add(part.spanId);
    columns.item_key.add(part.itemKey);
    columns.about.add(part.about);
    columns.type.add(part.type);
    columns.item_id.add(part.itemId);
    columns.timestamp.add(part.timestampNs);
    columns.place.add(part.place);
    columns.creates.add(part.creates);
    columns.has_parent.add(part.hasParent);
    columns.started_at.add(part.startNs);
    columns.ended_at.add(part.endNs);
    columns.name.add(part.name);
    columns.sdk_name.add(part.sdkName);
    columns.sdk_version.add(part.sdkVersion);
    const body = JSON.stringify(part.body);
    columns.body.add(body);
    columns.body_bytes.add(Buffer.byteLength(body));
    columns.received_at.add(receivedAt);
  });
}
