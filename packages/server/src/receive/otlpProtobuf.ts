/**
 * OTLP trace requests in protobuf, read in one pass over the bytes into decoded spans.
 * Field numbers are those of opentelemetry-proto 1.x (`trace/v1/trace.proto`, `common/v1/common.proto`).
 */
import type { Attributes, AttributeValue, DecodedEvent, DecodedLink, DecodedResource, DecodedScope, DecodedSpan } from '../normalise/decodedSpan.ts';
import { createDecodedTraces, type DecodedTraces, endOrStart, ID_REASONS, isTime, otelSpanKind, reject, statusCode } from './decodedTraces.ts';
import { createStringInterner } from './internedStrings.ts';
import { NESTED_TOO_DEEP, NESTING_DEPTH_MAX } from './limits.ts';
import { ProtobufReader } from './protobufReader.ts';

const ZERO_TRACE_ID = '0'.repeat(32);
const ZERO_SPAN_ID = '0'.repeat(16);
const NO_ATTRIBUTES: Attributes = new Map();

const intern = createStringInterner();

/** @throws UndecodableBody when the bytes are not an ExportTraceServiceRequest. */
export function decodeTracesProtobuf(body: Uint8Array): DecodedTraces {
  const traces = createDecodedTraces();
  const reader = new ProtobufReader(body);
  const end = body.byteLength;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) readResourceSpans(reader, reader.lengthEnd(end), traces);
    else reader.skip(tag & 7, end);
  }
  return traces;
}

/** The resource may stand behind its spans on the wire, so it is looked for first. */
function readResourceSpans(reader: ProtobufReader, end: number, traces: DecodedTraces): void {
  const start = reader.pos;
  let resource: DecodedResource = { attributes: NO_ATTRIBUTES };
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) resource = readResource(reader, reader.lengthEnd(end));
    else reader.skip(tag & 7, end);
  }
  reader.pos = start;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 18) readScopeSpans(reader, reader.lengthEnd(end), resource, traces);
    else reader.skip(tag & 7, end);
  }
}

function readResource(reader: ProtobufReader, end: number): DecodedResource {
  const attributes = new Map<string, AttributeValue>();
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) readKeyValue(reader, reader.lengthEnd(end), attributes, 0);
    else reader.skip(tag & 7, end);
  }
  return { attributes };
}

function readScopeSpans(reader: ProtobufReader, end: number, resource: DecodedResource, traces: DecodedTraces): void {
  const start = reader.pos;
  let scope: DecodedScope = { name: '', version: '' };
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) scope = readScope(reader, reader.lengthEnd(end));
    else reader.skip(tag & 7, end);
  }
  reader.pos = start;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 18) readSpan(reader, reader.lengthEnd(end), resource, scope, traces);
    else reader.skip(tag & 7, end);
  }
}

function readScope(reader: ProtobufReader, end: number): DecodedScope {
  const scope = { name: '', version: '' };
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) scope.name = readInterned(reader, end);
    else if (tag === 18) scope.version = readInterned(reader, end);
    else reader.skip(tag & 7, end);
  }
  return scope;
}

function readSpan(reader: ProtobufReader, end: number, resource: DecodedResource, scope: DecodedScope, traces: DecodedTraces): void {
  let traceId = '';
  let spanId = '';
  let parentSpanId = '';
  let name = '';
  let kind = 0;
  let startNs = 0n;
  let endNs = 0n;
  let code = 0;
  let message = '';
  const attributes = new Map<string, AttributeValue>();
  const events: DecodedEvent[] = [];
  const links: DecodedLink[] = [];
  while (reader.pos < end) {
    const tag = reader.tag(end);
    switch (tag) {
      case 10:
        traceId = reader.hex(end);
        break;
      case 18:
        spanId = reader.hex(end);
        break;
      case 34:
        parentSpanId = reader.hex(end);
        break;
      case 42:
        name = readInterned(reader, end);
        break;
      case 48:
        kind = reader.varint(end);
        break;
      case 57:
        startNs = reader.fixed64(end);
        break;
      case 65:
        endNs = reader.fixed64(end);
        break;
      case 74:
        readKeyValue(reader, reader.lengthEnd(end), attributes, 0);
        break;
      case 90:
        events.push(readEvent(reader, reader.lengthEnd(end)));
        break;
      case 106:
        readLink(reader, reader.lengthEnd(end), links);
        break;
      case 122: {
        const statusEnd = reader.lengthEnd(end);
        while (reader.pos < statusEnd) {
          const statusTag = reader.tag(statusEnd);
          if (statusTag === 18) message = reader.string(statusEnd);
          else if (statusTag === 24) code = reader.varint(statusEnd);
          else reader.skip(statusTag & 7, statusEnd);
        }
        break;
      }
      default:
        reader.skip(tag & 7, end);
    }
  }
  if (traceId.length !== 32 || traceId === ZERO_TRACE_ID) return reject(traces, ID_REASONS.traceId);
  if (spanId.length !== 16 || spanId === ZERO_SPAN_ID) return reject(traces, ID_REASONS.spanId);
  if (parentSpanId.length !== 16 && parentSpanId.length !== 0) return reject(traces, ID_REASONS.parentSpanId);
  if (!isTime(startNs)) return reject(traces, ID_REASONS.time);
  const span: DecodedSpan = {
    resource,
    scope,
    traceId,
    spanId,
    parentSpanId: parentSpanId === '' || parentSpanId === ZERO_SPAN_ID ? null : parentSpanId,
    name,
    otelKind: otelSpanKind(kind),
    startNs,
    endNs: endOrStart(startNs, endNs),
    attributes,
    events,
    links,
    statusCode: statusCode(code),
    statusMessage: message,
  };
  traces.spans.push(span);
}

function readEvent(reader: ProtobufReader, end: number): DecodedEvent {
  const attributes = new Map<string, AttributeValue>();
  const event = { name: '', timeNs: 0n, attributes };
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 9) event.timeNs = reader.fixed64(end);
    else if (tag === 18) event.name = readInterned(reader, end);
    else if (tag === 26) readKeyValue(reader, reader.lengthEnd(end), attributes, 0);
    else reader.skip(tag & 7, end);
  }
  return event;
}

/** A link whose ids are not valid says nothing and is left out. */
function readLink(reader: ProtobufReader, end: number, links: DecodedLink[]): void {
  const attributes = new Map<string, AttributeValue>();
  let traceId = '';
  let spanId = '';
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) traceId = reader.hex(end);
    else if (tag === 18) spanId = reader.hex(end);
    else if (tag === 34) readKeyValue(reader, reader.lengthEnd(end), attributes, 0);
    else reader.skip(tag & 7, end);
  }
  if (traceId.length === 32 && spanId.length === 16) links.push({ traceId, spanId, attributes });
}

function readInterned(reader: ProtobufReader, end: number): string {
  const fieldEnd = reader.lengthEnd(end);
  const text = intern(reader.buffer, reader.pos, fieldEnd);
  reader.pos = fieldEnd;
  return text;
}

function readKeyValue(reader: ProtobufReader, end: number, into: Map<string, AttributeValue>, depth: number): void {
  let key = '';
  let value: AttributeValue | undefined;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) key = readInterned(reader, end);
    else if (tag === 18) value = readAnyValue(reader, reader.lengthEnd(end), depth);
    else reader.skip(tag & 7, end);
  }
  if (value !== undefined && key !== '') into.set(key, value);
}

/** Undefined when nothing is set, or when a number is NaN or infinite: "not sent". */
function readAnyValue(reader: ProtobufReader, end: number, depth: number): AttributeValue | undefined {
  let value: AttributeValue | undefined;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    switch (tag) {
      case 10:
        value = reader.string(end);
        break;
      case 16:
        value = reader.varint(end) !== 0;
        break;
      case 24:
        value = reader.int64(end);
        break;
      case 33: {
        const number = reader.double(end);
        value = Number.isFinite(number) ? number : undefined;
        break;
      }
      case 42:
        value = readList(reader, reader.lengthEnd(end), depth + 1);
        break;
      case 50:
        value = readMap(reader, reader.lengthEnd(end), depth + 1);
        break;
      case 58:
        value = reader.bytes(end);
        break;
      default:
        reader.skip(tag & 7, end);
    }
  }
  return value;
}

function readList(reader: ProtobufReader, end: number, depth: number): AttributeValue {
  if (depth > NESTING_DEPTH_MAX) {
    reader.pos = end;
    return NESTED_TOO_DEEP;
  }
  const list: AttributeValue[] = [];
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) {
      const value = readAnyValue(reader, reader.lengthEnd(end), depth);
      if (value !== undefined) list.push(value);
    } else reader.skip(tag & 7, end);
  }
  return list;
}

function readMap(reader: ProtobufReader, end: number, depth: number): AttributeValue {
  if (depth > NESTING_DEPTH_MAX) {
    reader.pos = end;
    return NESTED_TOO_DEEP;
  }
  const entries = new Map<string, AttributeValue>();
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) readKeyValue(reader, reader.lengthEnd(end), entries, depth);
    else reader.skip(tag & 7, end);
  }
  return Object.fromEntries(entries);
}
