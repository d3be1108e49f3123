import type { CanonicalLog } from '../normalise/canonicalLog.ts';
import { addAttributes, createAttributeColumns } from './attributeColumns.ts';
import { HexColumn, RawColumn, TextColumn, UInt8Column, UInt16Column, UInt32Column, UInt64Column } from './columns.ts';
import { encodeRows } from './encodeTable.ts';
import { createResourceWriter } from './spanTexts.ts';
import { logsTable } from './tables/logs.ts';

const columns = {
  workspace_id: new TextColumn(),
  time: new UInt64Column(),
  log_id: new RawColumn(),
  trace_id: new HexColumn(16),
  span_id: new HexColumn(8),
  level: new TextColumn(),
  severity_number: new UInt8Column(),
  severity_text: new TextColumn(),
  logger: new TextColumn(),
  message: new TextColumn(),
  event_name: new TextColumn(),
  body: new TextColumn(),
  exception_type: new TextColumn(),
  exception: new TextColumn(),
  service_name: new TextColumn(),
  scope_name: new TextColumn(),
  scope_version: new TextColumn(),
  agent_id: new TextColumn(),
  run_id: new TextColumn(),
  session_id: new TextColumn(),
  user_id: new TextColumn(),
  user_email: new TextColumn(),
  department: new TextColumn(),
  endpoint: new TextColumn(),
  method: new TextColumn(),
  environment: new TextColumn(),
  release: new TextColumn(),
  ...createAttributeColumns(),
  resource: new TextColumn(),
  weight: new UInt16Column(),
  text_length: new UInt32Column(),
  received_at: new UInt64Column(),
};

const resourceText = createResourceWriter();

/** Bytes of the request's hash that begin every log id; the record's place in the request fills the rest. */
const REQUEST_HASH_BYTES = 12;

/**
 * One Native block of `logs`. `requestHash` is a hash of the request's inflated body, at least 12 bytes;
 * `receivedAtMs` is Unix milliseconds, `weights` are how many records each stands for: null when each is one.
 */
export function encodeLogs(
  workspaceId: string,
  receivedAtMs: number,
  requestHash: Uint8Array,
  logs: readonly CanonicalLog[],
  weights: readonly number[] | null = null,
): Buffer {
  const receivedAt = BigInt(receivedAtMs);
  return encodeRows(logsTable, columns, logs, (log, i) => {
    columns.weight.add(weights?.[i] ?? 1);
    columns.workspace_id.add(workspaceId);
    columns.received_at.add(receivedAt);
    columns.log_id.add(logId(requestHash, log.position));
    addLog(log);
  });
}

/** Big-endian, so that ids of one request sort as its records stood in it. */
function logId(requestHash: Uint8Array, position: number): Buffer {
  const id = Buffer.alloc(REQUEST_HASH_BYTES + 4);
  id.set(requestHash.subarray(0, REQUEST_HASH_BYTES));
  id.writeUInt32BE(position, REQUEST_HASH_BYTES);
  return id;
}

function addLog(log: CanonicalLog): void {
  const c = columns;
  c.time.add(log.timeNs);
  c.trace_id.add(log.traceId);
  c.span_id.add(log.spanId);
  c.level.add(log.level);
  c.severity_number.add(log.severityNumber);
  c.severity_text.add(log.severityText);
  c.logger.add(log.logger);
  c.message.add(log.message);
  c.event_name.add(log.eventName);
  c.body.add(log.body);
  c.exception_type.add(log.exceptionType);
  c.exception.add(log.exception);
  c.service_name.add(log.serviceName);
  c.scope_name.add(log.scopeName);
  c.scope_version.add(log.scopeVersion);
  c.agent_id.add(log.own.agentId);
  c.run_id.add(log.own.runId);
  c.session_id.add(log.own.sessionId);
  c.user_id.add(log.own.userId);
  c.user_email.add(log.own.userEmail);
  c.department.add(log.own.department);
  c.endpoint.add(log.own.endpoint);
  c.method.add(log.own.method);
  c.environment.add(log.own.environment);
  c.release.add(log.release);
  addAttributes(c, log.attributes);
  const resource = resourceText(log.resource);
  c.resource.add(resource);
  c.text_length.add(textLength(log) + resource.length);
}

function textLength({ message, body, exception, attributes }: CanonicalLog): number {
  let length = message.length + (body?.length ?? 0) + (exception?.length ?? 0);
  for (const [key, value] of attributes) length += key.length + lengthOf(value);
  return length;
}

/** What a value takes as text, roughly: what is nested is not written out for it. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + lengthOf(item), 0);
  if (typeof value === 'object' && value !== null) return Object.entries(value).reduce((sum, [key, inner]) => sum + key.length + lengthOf(inner), 0);
  return 8;
}
