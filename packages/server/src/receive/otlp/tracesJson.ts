/** OTLP trace requests in JSON, with hex ids. */
import type { AttributeValue, DecodedEvent, DecodedLink, DecodedResource, DecodedScope, DecodedSpan } from '../../normalise/decodedSpan.ts';
import { boundedText } from '../boundedText.ts';
import { type Decoded, REASONS, reject, UndecodableBody } from '../decoded.ts';
import { EVENTS_OF_SPAN_MAX, LINKS_OF_SPAN_MAX, STATUS_MESSAGE_CHARS_MAX } from '../limits.ts';
import { readJsonItems } from './jsonEnvelope.ts';
import { countAt, enumAt, isObject, type JsonObject, listAt, nameAt, nanosecondsAt, objectAt, readAttributes, textAt } from './jsonFields.ts';
import { noteDropped, type RequestRoom } from './requestRoom.ts';
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

const NAMES = { resources: ['resourceSpans', 'resource_spans'], scopes: ['scopeSpans', 'scope_spans'], items: ['spans', 'spans'] } as const;

/** @throws UndecodableBody when the bytes are not JSON of an ExportTraceServiceRequest. */
export function decodeTracesJson(body: Uint8Array, receivedAtMs: number): Decoded<DecodedSpan> {
  const traces = createDecodedSpans(receivedAtMs);
  readJsonItems(body, NAMES, (span, resource, scope, room) => {
    if (!hasRoomForSpan(traces)) return;
    if (!isObject(span)) return reject(traces, REASONS.shape);
    room.beginItem();
    try {
      readSpan(span, resource, scope, traces, room);
    } catch (error) {
      // A list that is none spoils its own span only.
      if (!(error instanceof UndecodableBody)) throw error;
      rejectSpan(traces, room, error.message);
    }
  });
  return traces;
}

function readSpan(span: JsonObject, resource: DecodedResource, scope: DecodedScope, traces: DecodedSpans, room: RequestRoom): void {
  const traceId = textAt(span, 'traceId', 'trace_id');
  const spanId = textAt(span, 'spanId', 'span_id');
  const parent = textAt(span, 'parentSpanId', 'parent_span_id');
  if (!TRACE_ID.test(traceId)) return reject(traces, REASONS.traceId);
  if (!SPAN_ID.test(spanId)) return reject(traces, REASONS.spanId);
  const isRoot = parent.length !== 0 && parent.length !== 16 ? false : NO_PARENT.test(parent);
  if (!isRoot && !SPAN_ID.test(parent)) return reject(traces, REASONS.parentSpanId);
  const startNs = nanosecondsAt(span, 'startTimeUnixNano', 'start_time_unix_nano');
  const attributes = readAttributes(span, room);
  const { dropped } = room;
  const events = readEvents(span, attributes, room);
  const links = readLinks(span, attributes, room);
  const problem = overfullReason(room) ?? traces.clock.problemOf(startNs);
  if (problem !== undefined) return rejectSpan(traces, room, problem);
  noteDropped(attributes, 'attributes', countAt(span, 'droppedAttributesCount', 'dropped_attributes_count'), dropped);
  const status = objectAt(span, 'status');
  traces.items.push({
    resource,
    scope,
    traceId: traceId.toLowerCase(),
    spanId: spanId.toLowerCase(),
    parentSpanId: isRoot ? null : parent.toLowerCase(),
    name: nameAt(span, 'name'),
    otelKind: otelSpanKind(enumAt(span, 'kind', SPAN_KIND_NAMES)),
    startNs,
    endNs: endOrStart(startNs, nanosecondsAt(span, 'endTimeUnixNano', 'end_time_unix_nano'), traces.clock, attributes),
    attributes,
    events,
    links,
    statusCode: statusCode(enumAt(status, 'code', STATUS_CODE_NAMES)),
    statusMessage: boundedText(textAt(status, 'message'), STATUS_MESSAGE_CHARS_MAX),
  });
}

function readEvents(span: JsonObject, attributesOfSpan: Map<string, AttributeValue>, room: RequestRoom): DecodedEvent[] {
  const sent = listAt(span, 'events', 'events');
  const events: DecodedEvent[] = [];
  for (const event of sent.slice(0, EVENTS_OF_SPAN_MAX)) {
    if (--room.eventsAndLinks < 0) return events;
    if (!isObject(event)) continue;
    const attributes = readOwnAttributes(event, room);
    events.push({ name: nameAt(event, 'name'), timeNs: nanosecondsAt(event, 'timeUnixNano', 'time_unix_nano'), attributes });
  }
  noteDropped(
    attributesOfSpan,
    'events',
    countAt(span, 'droppedEventsCount', 'dropped_events_count'),
    sent.length - Math.min(sent.length, EVENTS_OF_SPAN_MAX),
  );
  return events;
}

/** A link whose ids are not valid says nothing and is left out. */
function readLinks(span: JsonObject, attributesOfSpan: Map<string, AttributeValue>, room: RequestRoom): DecodedLink[] {
  const sent = listAt(span, 'links', 'links');
  const links: DecodedLink[] = [];
  for (const link of sent.slice(0, LINKS_OF_SPAN_MAX)) {
    if (--room.eventsAndLinks < 0) return links;
    if (!isObject(link)) continue;
    const traceId = textAt(link, 'traceId', 'trace_id');
    const spanId = textAt(link, 'spanId', 'span_id');
    if (!TRACE_ID.test(traceId) || !SPAN_ID.test(spanId)) continue;
    links.push({ traceId: traceId.toLowerCase(), spanId: spanId.toLowerCase(), attributes: readOwnAttributes(link, room) });
  }
  noteDropped(
    attributesOfSpan,
    'links',
    countAt(span, 'droppedLinksCount', 'dropped_links_count'),
    sent.length - Math.min(sent.length, LINKS_OF_SPAN_MAX),
  );
  return links;
}

/** Of an event or a link, which tell themselves what was left out of them. */
function readOwnAttributes(holder: JsonObject, room: RequestRoom): Map<string, AttributeValue> {
  room.dropped = 0;
  const attributes = readAttributes(holder, room);
  noteDropped(attributes, 'attributes', countAt(holder, 'droppedAttributesCount', 'dropped_attributes_count'), room.dropped);
  return attributes;
}
