/**
 * OTLP trace requests in protobuf, read in one pass over the bytes into decoded spans.
 * Field numbers are those of opentelemetry-proto 1.x (`trace/v1/trace.proto`, `common/v1/common.proto`).
 */
import type { AttributeValue, DecodedEvent, DecodedLink, DecodedResource, DecodedScope, DecodedSpan } from '../../normalise/decodedSpan.ts';
import { type Decoded, isTime, REASONS, reject } from '../decoded.ts';
import { readInterned, readKeyValue } from './protobufAttributes.ts';
import { readItems } from './protobufEnvelope.ts';
import type { ProtobufReader } from './protobufReader.ts';
import { createDecodedSpans, type DecodedSpans, endOrStart, hasRoomForSpan, otelSpanKind, rejectOverfullSpan, statusCode } from './spanFields.ts';

const ZERO_TRACE_ID = '0'.repeat(32);
const ZERO_SPAN_ID = '0'.repeat(16);

/** @throws UndecodableBody when the bytes are not an ExportTraceServiceRequest. */
export function decodeTracesProtobuf(body: Uint8Array): Decoded<DecodedSpan> {
  const traces = createDecodedSpans();
  readItems(body, (reader, end, resource, scope) => {
    if (hasRoomForSpan(traces)) readSpan(reader, end, resource, scope, traces);
    else reader.pos = end;
  });
  return traces;
}

function readSpan(reader: ProtobufReader, end: number, resource: DecodedResource, scope: DecodedScope, traces: DecodedSpans): void {
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
  const leftBefore = traces.eventsAndLinksLeft;
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
        if (--traces.eventsAndLinksLeft >= 0) events.push(readEvent(reader, reader.lengthEnd(end)));
        else reader.skip(tag & 7, end);
        break;
      case 106:
        if (--traces.eventsAndLinksLeft >= 0) readLink(reader, reader.lengthEnd(end), links);
        else reader.skip(tag & 7, end);
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
  if (traces.eventsAndLinksLeft < 0) return rejectOverfullSpan(traces, leftBefore - traces.eventsAndLinksLeft);
  if (traceId.length !== 32 || traceId === ZERO_TRACE_ID) return reject(traces, REASONS.traceId);
  if (spanId.length !== 16 || spanId === ZERO_SPAN_ID) return reject(traces, REASONS.spanId);
  if (parentSpanId.length !== 16 && parentSpanId.length !== 0) return reject(traces, REASONS.parentSpanId);
  if (!isTime(startNs)) return reject(traces, REASONS.time);
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
  traces.items.push(span);
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
