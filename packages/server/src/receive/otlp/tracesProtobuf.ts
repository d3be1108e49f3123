/**
 * OTLP trace requests in protobuf, read in one pass over the bytes into decoded spans.
 * Field numbers are those of opentelemetry-proto 1.x (`trace/v1/trace.proto`, `common/v1/common.proto`).
 */
import type { AttributeValue, DecodedEvent, DecodedLink, DecodedResource, DecodedScope, DecodedSpan } from '../../normalise/decodedSpan.ts';
import { boundedText } from '../boundedText.ts';
import { type Decoded, REASONS } from '../decoded.ts';
import { EVENTS_OF_SPAN_MAX, LINKS_OF_SPAN_MAX, STATUS_MESSAGE_CHARS_MAX } from '../limits.ts';
import { readKeyValue, readName } from './protobufAttributes.ts';
import { readItems } from './protobufEnvelope.ts';
import type { ProtobufReader } from './protobufReader.ts';
import { noteDropped } from './requestRoom.ts';
import {
  createDecodedSpans,
  type DecodedSpans,
  endOrStart,
  hasRoomForSpan,
  otelSpanKind,
  overfullReason,
  rejectSpan,
  statusCode,
} from './spanFields.ts';

const ZERO_TRACE_ID = '0'.repeat(32);
const ZERO_SPAN_ID = '0'.repeat(16);

/** @throws UndecodableBody when the bytes are not an ExportTraceServiceRequest. */
export function decodeTracesProtobuf(body: Uint8Array, receivedAtMs: number): Decoded<DecodedSpan> {
  const traces = createDecodedSpans(receivedAtMs);
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
  let droppedAttributes = 0;
  let droppedEvents = 0;
  let droppedLinks = 0;
  let eventsSent = 0;
  let linksSent = 0;
  const { room } = reader;
  room.beginItem();
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
        name = readName(reader, end);
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
      case 80:
        droppedAttributes = reader.varint(end);
        break;
      case 90:
        if (++eventsSent <= EVENTS_OF_SPAN_MAX && --room.eventsAndLinks >= 0) events.push(readEvent(reader, reader.lengthEnd(end)));
        else reader.skip(tag & 7, end);
        break;
      case 96:
        droppedEvents = reader.varint(end);
        break;
      case 106:
        if (++linksSent <= LINKS_OF_SPAN_MAX && --room.eventsAndLinks >= 0) readLink(reader, reader.lengthEnd(end), links);
        else reader.skip(tag & 7, end);
        break;
      case 112:
        droppedLinks = reader.varint(end);
        break;
      case 122: {
        const statusEnd = reader.lengthEnd(end);
        while (reader.pos < statusEnd) {
          const statusTag = reader.tag(statusEnd);
          if (statusTag === 18) message = boundedText(reader.string(statusEnd), STATUS_MESSAGE_CHARS_MAX);
          else if (statusTag === 24) code = reader.varint(statusEnd);
          else reader.skip(statusTag & 7, statusEnd);
        }
        break;
      }
      default:
        reader.skip(tag & 7, end);
    }
  }
  if (traceId.length !== 32 || traceId === ZERO_TRACE_ID) return rejectSpan(traces, room, REASONS.traceId);
  if (spanId.length !== 16 || spanId === ZERO_SPAN_ID) return rejectSpan(traces, room, REASONS.spanId);
  if (parentSpanId.length !== 16 && parentSpanId.length !== 0) return rejectSpan(traces, room, REASONS.parentSpanId);
  const problem = overfullReason(room) ?? traces.clock.problemOf(startNs);
  if (problem !== undefined) return rejectSpan(traces, room, problem);
  noteDropped(attributes, 'attributes', droppedAttributes, room.dropped);
  noteDropped(attributes, 'events', droppedEvents, Math.max(0, eventsSent - EVENTS_OF_SPAN_MAX));
  noteDropped(attributes, 'links', droppedLinks, Math.max(0, linksSent - LINKS_OF_SPAN_MAX));
  const span: DecodedSpan = {
    resource,
    scope,
    traceId,
    spanId,
    parentSpanId: parentSpanId === '' || parentSpanId === ZERO_SPAN_ID ? null : parentSpanId,
    name,
    otelKind: otelSpanKind(kind),
    startNs,
    endNs: endOrStart(startNs, endNs, traces.clock, attributes),
    attributes,
    events,
    links,
    statusCode: statusCode(code),
    statusMessage: message,
  };
  traces.items.push(span);
}

/** Events and links count what is left out of themselves; answers what was counted for their span so far. */
function startCounting({ room }: ProtobufReader): number {
  const before = room.dropped;
  room.dropped = 0;
  return before;
}

function readEvent(reader: ProtobufReader, end: number): DecodedEvent {
  const attributes = new Map<string, AttributeValue>();
  const event = { name: '', timeNs: 0n, attributes };
  let dropped = 0;
  const droppedOfSpan = startCounting(reader);
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 9) event.timeNs = reader.fixed64(end);
    else if (tag === 18) event.name = readName(reader, end);
    else if (tag === 26) readKeyValue(reader, reader.lengthEnd(end), attributes, 0);
    else if (tag === 32) dropped = reader.varint(end);
    else reader.skip(tag & 7, end);
  }
  noteDropped(attributes, 'attributes', dropped, reader.room.dropped);
  reader.room.dropped = droppedOfSpan;
  return event;
}

/** A link whose ids are not valid says nothing and is left out. */
function readLink(reader: ProtobufReader, end: number, links: DecodedLink[]): void {
  const attributes = new Map<string, AttributeValue>();
  let traceId = '';
  let spanId = '';
  let dropped = 0;
  const droppedOfSpan = startCounting(reader);
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) traceId = reader.hex(end);
    else if (tag === 18) spanId = reader.hex(end);
    else if (tag === 34) readKeyValue(reader, reader.lengthEnd(end), attributes, 0);
    else if (tag === 40) dropped = reader.varint(end);
    else reader.skip(tag & 7, end);
  }
  noteDropped(attributes, 'attributes', dropped, reader.room.dropped);
  reader.room.dropped = droppedOfSpan;
  const isValid = traceId.length === 32 && traceId !== ZERO_TRACE_ID && spanId.length === 16 && spanId !== ZERO_SPAN_ID;
  if (isValid) links.push({ traceId, spanId, attributes });
}
