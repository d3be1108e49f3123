/**
 * The spans of a trace that Langfuse's older clients told in parts. Pure, and the same function for a batch as it
 * arrives and for what the store holds of a trace, so that the order of arrival never changes an answer.
 *
 * - An observation becomes a span when it has begun **and** ended. Until then it is not in the list: a call that
 *   runs has no latency that could be counted. One that has not ended an hour after it came is `overdue`: clients
 *   crash and forget; it is written with the status `running` and no duration.
 * - A trace becomes the root span as soon as it is told, from its own time to the end of its last observation,
 *   `running` while one is open. What stands at its top without a parent becomes its child (`traceOutline.ts`).
 * - A trace that is never told leaves its observations without a parent.
 * - The protocol knows no service and no agent but the observations of that type, so the trace's name is the agent
 *   under which its spans are counted where none of these says it, as the service's name is for OpenTelemetry.
 */
import { ownProperty } from '../attributes.ts';
import type { CanonicalSpan } from '../canonicalSpan.ts';
import type { AttributeValue, DecodedResource, DecodedSpan } from '../decodedSpan.ts';
import { normaliseSpan } from '../normaliseSpan.ts';
import { addObservationAttributes, addTraceAttributes, sharedAttributes, textOf } from './langfuseAttributes.ts';
import { rootSpanIdOf, spanIdOfObservation } from './langfuseIds.ts';
import type { Json, LangfusePart } from './langfusePart.ts';
import { type Merged, mergeParts } from './mergeParts.ts';
import { earlier, isFinished, later, type ObservationOutline, topOfTrace, type TraceOutline } from './traceOutline.ts';

const NO_RESOURCE: DecodedResource = { attributes: new Map() };
/** What a span that stands for a trace is called when nobody named it. */
const NAMELESS_TRACE = 'trace';

export interface TraceTold {
  traceId: string;
  outline: TraceOutline;
  /** The trace's own parts; none while it was not told. */
  traceParts: readonly LangfusePart[];
  /** The parts of the observations whose spans are wanted; all parts of each. */
  observations: ReadonlyMap<string, readonly LangfusePart[]>;
  /** Observations that have waited long enough for their end. */
  overdue: ReadonlySet<string>;
}

/** The spans of the observations given that are finished or overdue; not of the one whose place the root takes. */
export function spansOfObservations(told: TraceTold): CanonicalSpan[] {
  const trace = mergedTrace(told);
  const { top, root } = shapeOf(told, trace);
  const spans: CanonicalSpan[] = [];
  for (const [spanId, parts] of told.observations) {
    const outline = told.outline.observations.get(spanId);
    if (outline === undefined || parts.length === 0 || spanId === top?.spanId || !isToWrite(outline, told)) continue;
    spans.push(spanOfObservation({ outline, parts, told, trace, top, root }));
  }
  return spans;
}

/** The span of the trace itself; the parts of its top observation must be among those given. Undefined while the trace is not told. */
export function rootOfTrace(told: TraceTold): CanonicalSpan | undefined {
  const trace = mergedTrace(told);
  const { top, root } = shapeOf(told, trace);
  return root === null || trace === null ? undefined : rootSpan(root, trace, top, told);
}

/** The root's id, and the observation whose place it takes; null where there is none, or the trace was not told. */
export function rootAndTop(told: Pick<TraceTold, 'traceId' | 'outline' | 'traceParts'>): { root: string | null; top: ObservationOutline | null } {
  const { root, top } = shapeOf(told, mergedTrace(told));
  return { root, top: top ?? null };
}

/** The attribute of a root that names the observation whose place it takes. */
export const TOP_ATTRIBUTE = 'langfuse.trace.top_span_id';

const mergedTrace = ({ traceParts }: Pick<TraceTold, 'traceParts'>): Merged | null => (traceParts.length === 0 ? null : mergeParts(traceParts));

function shapeOf({ traceId, outline }: Pick<TraceTold, 'traceId' | 'outline'>, trace: Merged | null) {
  if (trace === null) return { root: null, top: undefined };
  const root = rootSpanIdOf(traceId);
  return { root, top: topOfTrace(outline, root, textOf(ownProperty(trace.body, 'name')) ?? null) };
}

/** Whether the observation is a row of `spans` by now. */
export const isToWrite = (outline: ObservationOutline, { overdue }: Pick<TraceTold, 'overdue'>): boolean =>
  isFinished(outline) || overdue.has(outline.spanId);

interface Placed {
  outline: ObservationOutline;
  parts: readonly LangfusePart[];
  told: TraceTold;
  trace: Merged | null;
  top: ObservationOutline | undefined;
  root: string | null;
}

function spanOfObservation({ outline, parts, told, trace, top, root }: Placed): CanonicalSpan {
  const merged = mergeParts(parts);
  const { body, observationType, sdkName, sdkVersion } = merged;
  const attributes = sharedAttributes(trace?.body ?? null, body);
  addObservationAttributes(attributes, body, observationType);
  addSentIds(attributes, body);
  const startNs = startOf(outline, parts);
  const span = normaliseSpan({
    ...plainSpan(told.traceId, sdkName, sdkVersion, attributes),
    spanId: outline.spanId,
    parentSpanId: parentOf(body, top, root),
    name: textOf(ownProperty(body, 'name')) ?? observationType,
    ...timesOf(startNs, outline.endNs),
  });
  return withStatus(withModels(span, merged), !isFinished(outline));
}

/** Told in two parts, the model that was asked for and the one that answered are both known. */
function withModels(span: CanonicalSpan, { firstModel, body }: Merged): CanonicalSpan {
  const lastModel = ownProperty(body, 'model');
  if (firstModel === null || typeof lastModel !== 'string' || firstModel === lastModel) return span;
  return { ...span, requestModel: firstModel, responseModel: lastModel };
}

/** The trace itself, and what its top observation says where they are one. */
function rootSpan(root: string, trace: Merged, top: ObservationOutline | undefined, told: TraceTold): CanonicalSpan {
  const parts = top === undefined ? [] : (told.observations.get(top.spanId) ?? []);
  const observation = top !== undefined && parts.length > 0 && isToWrite(top, told) ? mergeParts(parts) : undefined;
  const attributes = sharedAttributes(trace.body, observation?.body ?? null);
  addObservationAttributes(attributes, observation?.body ?? {}, observation?.observationType ?? 'span');
  addTraceAttributes(attributes, trace.body);
  addSentIds(attributes, { ...observation?.body, traceId: ownProperty(trace.body, 'id') });
  if (top !== undefined) attributes.set(TOP_ATTRIBUTE, top.spanId);
  const traceName = textOf(ownProperty(trace.body, 'name'));
  const span = normaliseSpan({
    ...plainSpan(told.traceId, trace.sdkName, trace.sdkVersion, attributes),
    spanId: root,
    name: traceName ?? textOf(observation === undefined ? undefined : ownProperty(observation.body, 'name')) ?? NAMELESS_TRACE,
    ...(observation === undefined || top === undefined ? extentOf(told.outline) : timesOf(startOf(top, parts), top.endNs)),
  });
  const isOpen = [...told.outline.observations.values()].some((outline) => !isFinished(outline) && !told.overdue.has(outline.spanId));
  const named = { ...span, own: { ...span.own, agentId: span.own.agentId ?? traceName ?? null } };
  return withStatus(observation === undefined ? named : withModels(named, observation), isOpen || (top !== undefined && !isFinished(top)));
}

/** A running span that has failed already is a failed one. */
const withStatus = (span: CanonicalSpan, isOpen: boolean): CanonicalSpan =>
  isOpen && span.status === 'success' ? { ...span, status: 'running' } : span;

/** The earliest and the latest moment of the trace and of all its observations. */
function extentOf({ startNs, observations }: TraceOutline): Pick<DecodedSpan, 'startNs' | 'endNs'> {
  let start = startNs;
  let end = startNs;
  for (const outline of observations.values()) {
    start = earlier(start, outline.startNs);
    end = later(end, outline.endNs ?? outline.startNs);
  }
  return timesOf(start ?? 0n, end);
}

/** Of an observation whose beginning was never told: when the first word of it was written. */
function startOf({ startNs }: ObservationOutline, parts: readonly LangfusePart[]): bigint {
  return startNs ?? parts.reduce((first, { timestampNs }) => (timestampNs < first ? timestampNs : first), parts[0]?.timestampNs ?? 0n);
}

const timesOf = (startNs: bigint, endNs: bigint | null) => ({ startNs, endNs: endNs === null || endNs < startNs ? startNs : endNs });

function parentOf(body: Json, top: ObservationOutline | undefined, root: string | null): string | null {
  const parent = ownProperty(body, 'parentObservationId');
  if (typeof parent !== 'string' || parent === '') return root;
  const spanId = spanIdOfObservation(parent, sentTraceId(body));
  return spanId === top?.spanId ? root : spanId;
}

const sentTraceId = (body: Json): string => {
  const sent = ownProperty(body, 'traceId');
  return typeof sent === 'string' ? sent : '';
};

/** The ids as the client knows them, and finds them in its own logs. */
function addSentIds(attributes: Map<string, AttributeValue>, body: Json): void {
  for (const [key, field] of [
    ['langfuse.trace.id', 'traceId'],
    ['langfuse.observation.id', 'id'],
    ['langfuse.observation.parent_id', 'parentObservationId'],
  ] as const) {
    const id = ownProperty(body, field);
    if (typeof id === 'string' && id !== '') attributes.set(key, id);
  }
}

const plainSpan = (traceId: string, sdkName: string, sdkVersion: string, attributes: Map<string, AttributeValue>) => ({
  resource: NO_RESOURCE,
  scope: { name: sdkName, version: sdkVersion },
  traceId,
  parentSpanId: null,
  otelKind: 1 as const,
  attributes,
  events: [],
  links: [],
  statusCode: 0 as const,
  statusMessage: '',
});
