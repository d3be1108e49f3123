import { randomUUID } from 'node:crypto';
import type { TelemetryConnection } from '../../telemetry/connect.ts';
import { createLogPipeline } from '../logPipeline.ts';
import type { Processed } from '../pipeline.ts';
import { START_MS } from './traceRequests.ts';

type Json = Record<string, unknown>;

/** A log record as a test writes it: everything has a default. */
export interface MadeLog {
  /** Milliseconds after `START_MS`. */
  atMs?: number;
  message?: string;
  severity?: number;
  traceId?: string;
  spanId?: string;
  attributes?: Record<string, string>;
  /** Other fields of the record, in OTLP/JSON. */
  fields?: Json;
}

const keyValues = (values: Record<string, string>): Json[] => Object.entries(values).map(([key, value]) => ({ key, value: { stringValue: value } }));

/** An OTLP/JSON log request of one resource and scope. */
export function logRequest(logs: readonly MadeLog[], resource: Record<string, string> = { 'service.name': 'shop' }, scope = 'app'): Json {
  const logRecords = logs.map(({ atMs = 0, message = 'it happened', severity = 9, traceId, spanId, attributes = {}, fields = {} }) => ({
    timeUnixNano: `${START_MS + atMs}000000`,
    severityNumber: severity,
    body: { stringValue: message },
    attributes: keyValues(attributes),
    ...(traceId === undefined ? {} : { traceId }),
    ...(spanId === undefined ? {} : { spanId }),
    ...fields,
  }));
  return { resourceLogs: [{ resource: { attributes: keyValues(resource) }, scopeLogs: [{ scope: { name: scope }, logRecords }] }] };
}

const process = createLogPipeline();

/** What the receive worker makes of a request; JSON unless bytes are given, which are protobuf. */
export function processLogs(workspaceId: string, request: Json | Uint8Array, receivedAtMs = START_MS): Processed {
  const isProtobuf = request instanceof Uint8Array;
  return process({
    signal: 'logs',
    workspaceId,
    receivedAtMs,
    source: 'test',
    body: isProtobuf ? request : Buffer.from(JSON.stringify(request)),
    contentType: isProtobuf ? 'protobuf' : 'json',
    encoding: 'identity',
  });
}

/** Stores the rows of a processed request, as the writer does. */
export async function storeProcessed(telemetry: TelemetryConnection, { content }: Pick<Processed, 'content'>): Promise<void> {
  const tables = content?.tables ?? [];
  for (const { name, native } of tables) await telemetry.insertNative(name, native, randomUUID());
}
