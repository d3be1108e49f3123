/** OTLP trace requests in JSON, with hex ids. */
import type { DecodedEvent, DecodedLink, DecodedResource, DecodedScope, DecodedSpan } from '../../normalise/decodedSpan.ts';
import { type Decoded, isTime, REASONS, reject } from '../decoded.ts';
import { readJsonItems } from './jsonEnvelope.ts';
import { enumAt, isObject, type JsonObject, listAt, nanosecondsAt, objectAt, readAttributes, textAt } from './jsonFields.ts';
import { createDecodedSpans, type DecodedSpans, endOrStart, hasRoomForSpan, otelSpanKind, rejectOverfullSpan, statusCode } from './spanFields.ts';

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
export function decodeTracesJson(body: Uint8Array): Decoded<DecodedSpan> {
  const traces = createDecodedSpans();
  readJsonItems(body, NAMES, (span, resource, scope) => {
    if (!hasRoomForSpan(traces)) return;
    if (isObject(span)) readSpan(span, resource, scope, traces);
    else reject(traces, REASONS.shape);
  });
  return traces;
}

function readSpan(span: JsonObject, resource: DecodedResource, scope: DecodedScope, traces: DecodedSpans): void {
  const traceId = textAt(span, 'traceId', 'trace_id');
  const spanId = textAt(span, 'spanId', 'span_id');
  const parent = textAt(span, 'parentSpanId', 'parent_span_id');
  if (!TRACE_ID.test(traceId)) return reject(traces, REASONS.traceId);
  if (!SPAN_ID.test(spanId)) return reject(traces, REASONS.spanId);
  const isRoot = parent.length !== 0 && parent.length !== 16 ? false : NO_PARENT.test(parent);
  if (!isRoot && !SPAN_ID.test(parent)) return reject(traces, REASONS.parentSpanId);
  const startNs = nanosecondsAt(span, 'startTimeUnixNano', 'start_time_unix_nano');
  if (!isTime(startNs)) return reject(traces, REASONS.time);
  const eventsAndLinks = listAt(span, 'events', 'events').length + listAt(span, 'links', 'links').length;
  traces.eventsAndLinksLeft -= eventsAndLinks;
  if (traces.eventsAndLinksLeft < 0) return rejectOverfullSpan(traces, eventsAndLinks);
  const status = objectAt(span, 'status');
  traces.items.push({
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
