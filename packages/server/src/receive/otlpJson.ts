/**
 * OTLP trace requests in JSON (proto3 JSON mapping with hex ids). Clients differ: 64-bit numbers come as
 * strings or numbers, enums as numbers or names, field names in camelCase or snake_case.
 */
import type { Attributes, AttributeValue, DecodedEvent, DecodedLink, DecodedResource, DecodedScope } from '../normalise/decodedSpan.ts';
import {
  createDecodedTraces,
  type DecodedTraces,
  endOrStart,
  ID_REASONS,
  isTime,
  otelSpanKind,
  reject,
  statusCode,
  UndecodableBody,
} from './decodedTraces.ts';
import { NESTED_TOO_DEEP, NESTING_DEPTH_MAX } from './limits.ts';

type JsonObject = Record<string, unknown>;

const SPAN_KIND_NAMES = [
  'SPAN_KIND_UNSPECIFIED',
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
];
const STATUS_CODE_NAMES = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'];
const TRACE_ID = /^(?!0{32})[0-9a-fA-F]{32}$/;
const SPAN_ID = /^(?!0{16})[0-9a-fA-F]{16}$/;
const NO_PARENT = /^0{0,16}$/;
const utf8 = new TextDecoder('utf-8');

/** @throws UndecodableBody when the bytes are not JSON of an ExportTraceServiceRequest. */
export function decodeTracesJson(body: Uint8Array): DecodedTraces {
  const traces = createDecodedTraces();
  for (const resourceSpans of objectsAt(parseObject(body), 'resourceSpans', 'resource_spans')) {
    const resource: DecodedResource = { attributes: readAttributes(objectAt(resourceSpans, 'resource')) };
    for (const scopeSpans of objectsAt(resourceSpans, 'scopeSpans', 'scope_spans')) {
      const scope = readScope(objectAt(scopeSpans, 'scope'));
      for (const span of listAt(scopeSpans, 'spans', 'spans')) {
        if (isObject(span)) readSpan(span, resource, scope, traces);
        else reject(traces, ID_REASONS.shape);
      }
    }
  }
  return traces;
}

/** @throws UndecodableBody */
export function parseObject(body: Uint8Array): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8.decode(body));
  } catch {
    throw new UndecodableBody('the body is not JSON');
  }
  if (!isObject(parsed)) throw new UndecodableBody('the body is not a JSON object');
  return parsed;
}

function readScope(scope: JsonObject | undefined): DecodedScope {
  return { name: textAt(scope, 'name'), version: textAt(scope, 'version') };
}

function readSpan(span: JsonObject, resource: DecodedResource, scope: DecodedScope, traces: DecodedTraces): void {
  const traceId = textAt(span, 'traceId', 'trace_id');
  const spanId = textAt(span, 'spanId', 'span_id');
  const parent = textAt(span, 'parentSpanId', 'parent_span_id');
  if (!TRACE_ID.test(traceId)) return reject(traces, ID_REASONS.traceId);
  if (!SPAN_ID.test(spanId)) return reject(traces, ID_REASONS.spanId);
  const isRoot = parent.length !== 0 && parent.length !== 16 ? false : NO_PARENT.test(parent);
  if (!isRoot && !SPAN_ID.test(parent)) return reject(traces, ID_REASONS.parentSpanId);
  const startNs = nanosecondsAt(span, 'startTimeUnixNano', 'start_time_unix_nano');
  if (!isTime(startNs)) return reject(traces, ID_REASONS.time);
  const status = objectAt(span, 'status');
  traces.spans.push({
    resource,
    scope,
    traceId: traceId.toLowerCase(),
    spanId: spanId.toLowerCase(),
    parentSpanId: isRoot ? null : parent.toLowerCase(),
    name: textAt(span, 'name'),
    otelKind: otelSpanKind(enumAt(span, 'kind', SPAN_KIND_NAMES)),
    startNs,
    endNs: endOrStart(startNs, nanosecondsAt(span, 'endTimeUnixNano', 'end_time_unix_nano')),
    attributes: readAttributes(span),
    events: readEvents(span),
    links: readLinks(span),
    statusCode: statusCode(enumAt(status, 'code', STATUS_CODE_NAMES)),
    statusMessage: textAt(status, 'message'),
  });
}

function readEvents(span: JsonObject): DecodedEvent[] {
  const events: DecodedEvent[] = [];
  for (const event of listAt(span, 'events', 'events')) {
    if (!isObject(event)) continue;
    events.push({ name: textAt(event, 'name'), timeNs: nanosecondsAt(event, 'timeUnixNano', 'time_unix_nano'), attributes: readAttributes(event) });
  }
  return events;
}

/** A link whose ids are not valid says nothing and is left out. */
function readLinks(span: JsonObject): DecodedLink[] {
  const links: DecodedLink[] = [];
  for (const link of listAt(span, 'links', 'links')) {
    if (!isObject(link)) continue;
    const traceId = textAt(link, 'traceId', 'trace_id');
    const spanId = textAt(link, 'spanId', 'span_id');
    if (TRACE_ID.test(traceId) && SPAN_ID.test(spanId)) {
      links.push({ traceId: traceId.toLowerCase(), spanId: spanId.toLowerCase(), attributes: readAttributes(link) });
    }
  }
  return links;
}

function readAttributes(holder: JsonObject | undefined): Attributes {
  return readKeyValues(holder === undefined ? [] : listAt(holder, 'attributes', 'attributes'), 0);
}

function readKeyValues(list: readonly unknown[], depth: number): Map<string, AttributeValue> {
  const attributes = new Map<string, AttributeValue>();
  for (const entry of list) {
    if (!isObject(entry) || typeof entry.key !== 'string' || entry.key === '') continue;
    const value = readAnyValue(entry.value, depth);
    if (value !== undefined) attributes.set(entry.key, value);
  }
  return attributes;
}

/** Undefined when nothing is set, or when a number is null, NaN or infinite: "not sent". */
export function readAnyValue(any: unknown, depth: number): AttributeValue | undefined {
  if (!isObject(any)) return undefined;
  const text = any.stringValue ?? any.string_value;
  if (typeof text === 'string') return text;
  const integer = any.intValue ?? any.int_value;
  if (integer !== undefined && integer !== null) return readInteger(integer);
  const double = any.doubleValue ?? any.double_value;
  if (double !== undefined && double !== null) return readDouble(double);
  const boolean = any.boolValue ?? any.bool_value;
  if (typeof boolean === 'boolean') return boolean;
  const bytes = any.bytesValue ?? any.bytes_value;
  if (typeof bytes === 'string') return new Uint8Array(Buffer.from(bytes, 'base64'));
  const list = any.arrayValue ?? any.array_value;
  if (isObject(list)) {
    if (depth >= NESTING_DEPTH_MAX) return NESTED_TOO_DEEP;
    return listAt(list, 'values', 'values').flatMap((value) => readAnyValue(value, depth + 1) ?? []);
  }
  const map = any.kvlistValue ?? any.kvlist_value;
  if (isObject(map)) {
    if (depth >= NESTING_DEPTH_MAX) return NESTED_TOO_DEEP;
    return Object.fromEntries(readKeyValues(listAt(map, 'values', 'values'), depth + 1));
  }
  return undefined;
}

function readInteger(value: unknown): number | bigint | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^-?\d{1,20}$/.test(value)) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt.asIntN(64, BigInt(value));
}

function readDouble(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectAt(holder: JsonObject, key: string): JsonObject | undefined {
  const value = holder[key];
  return isObject(value) ? value : undefined;
}

/** The list under either spelling. @throws UndecodableBody when something else stands there. */
function listAt(holder: JsonObject, key: string, snakeKey: string): readonly unknown[] {
  const value = holder[key] ?? holder[snakeKey];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new UndecodableBody(`${key} is not a list`);
  return value;
}

function objectsAt(holder: JsonObject, key: string, snakeKey: string): JsonObject[] {
  return listAt(holder, key, snakeKey).map((item) => {
    if (!isObject(item)) throw new UndecodableBody(`${key} holds something that is not an object`);
    return item;
  });
}

function textAt(holder: JsonObject | undefined, key: string, snakeKey = key): string {
  const value = holder?.[key] ?? holder?.[snakeKey];
  return typeof value === 'string' ? value : '';
}

/** Nanoseconds as string or number; 0 when missing or no number. */
function nanosecondsAt(holder: JsonObject, key: string, snakeKey: string): bigint {
  const value = holder[key] ?? holder[snakeKey];
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return BigInt(value);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return BigInt(value);
  return 0n;
}

function enumAt(holder: JsonObject | undefined, key: string, names: readonly string[]): number {
  const value = holder?.[key];
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? Math.max(0, names.indexOf(value)) : 0;
}
