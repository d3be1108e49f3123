/**
 * Events as spans, so that cost, tokens and metrics have one table of facts. Pure.
 *
 * An event's timestamp is the moment at which it had happened: a call that took `latency_ms` began that much
 * earlier. A run is one span whatever was heard of it: it begins with `run_started`, and `run_finished` says
 * how long it took, how it ended and what came out.
 */
import { SPAN_EVENT_TYPES, type EventStatus, type EventType } from '@sightglass/contract/event';
import { USAGE_KINDS, type SpanKind } from '@sightglass/contract/spanKinds';
import type { CanonicalSpan, SpanContext } from './canonicalSpan.ts';
import type { DecodedAgentEvent } from './decodedEvent.ts';
import type { AttributeValue, DecodedResource } from './decodedSpan.ts';
import { spanIdOfEvent, spanIdOfRun, traceIdOfEvent, traceIdOfRun } from './eventIdentity.ts';
import { jsonPayload } from './payload.ts';
import { providerOfModel } from './providerOfModel.ts';
import { normaliseProvider } from './providers.ts';
import { makeUsage } from './usage.ts';

const DIALECT = 'events';
/** Of the other ways in, a span's message is cut to the same length; the event keeps the whole. */
const MESSAGE_CHARS_MAX = 4_000;
const NO_RESOURCE: DecodedResource = { attributes: new Map() };

type SpanEventType = (typeof SPAN_EVENT_TYPES)[number];

const KINDS: Readonly<Record<SpanEventType, SpanKind>> = {
  run_started: 'agent',
  run_finished: 'agent',
  llm_call: 'llm',
  tool_call: 'tool',
  retrieval: 'retriever',
  embedding: 'embedding',
  guardrail: 'guardrail',
};

/** Payload keys that have a name among the span attributes (semconv.md, section 12); all others become `payload.<key>`. */
const NAMED_PAYLOAD: Partial<Record<SpanEventType, { prefix: string; keys: readonly string[] }>> = {
  retrieval: {
    prefix: 'sightglass.rag.',
    keys: [
      'total_ms',
      'embedding_ms',
      'search_ms',
      'rerank_ms',
      'chunks_retrieved',
      'chunks_used',
      'top_score',
      'avg_score',
      'threshold',
      'cache_hit',
      'embedding_cache_hit',
      'query_hash',
      'query_length',
      'search_mode',
    ],
  },
  guardrail: { prefix: 'sightglass.guardrail.', keys: ['similarity_score', 'flagged_reference', 'action_taken'] },
  embedding: { prefix: 'sightglass.embedding.', keys: ['batch_size', 'cache_hit'] },
  run_started: { prefix: 'sightglass.run.', keys: ['execution_nodes'] },
  run_finished: { prefix: 'sightglass.run.', keys: ['execution_nodes'] },
};

export function becomesSpan(type: EventType): type is SpanEventType {
  return SPAN_EVENT_TYPES.some((spanType) => spanType === type);
}

export const isRunEvent = (type: EventType): boolean => type === 'run_started' || type === 'run_finished';

/** Whether the event's span carries usage and cost that count. */
export const isCostEvent = (type: EventType): boolean => becomesSpan(type) && USAGE_KINDS.some((kind) => kind === KINDS[type]);

/** By which the events of one run are told to belong together; `key` is that of the event itself, for one that names neither run nor trace. */
export const runKeyOf = ({ runId, traceId }: Pick<DecodedAgentEvent, 'runId' | 'traceId'>, key: string): string => runId ?? traceId ?? key;

/** An event and its row's key. */
export interface KeyedEvent {
  event: DecodedAgentEvent;
  key: string;
}

/** The trace and span of an event: as sent; derived where it becomes a span and they were not; else null. */
export function spanIdsOf({ event, key }: KeyedEvent): { traceId: string | null; spanId: string | null } {
  const { eventType, runId, traceId, spanId } = event;
  if (!becomesSpan(eventType)) return { traceId, spanId };
  return {
    traceId: traceId ?? derivedTraceId(runId, key),
    spanId: spanId ?? (isRunEvent(eventType) ? spanIdOfRun(runKeyOf(event, key)) : spanIdOfEvent(key)),
  };
}

/** The event as it was sent, of one that was stored with its trace and span derived. */
export function withoutDerivedIds({ event, key }: KeyedEvent): KeyedEvent {
  const traceId = event.traceId === derivedTraceId(event.runId, key) ? null : event.traceId;
  const { spanId } = spanIdsOf({ event: { ...event, traceId, spanId: null }, key });
  return { event: { ...event, traceId, spanId: event.spanId === spanId ? null : event.spanId }, key };
}

const derivedTraceId = (runId: string | null, key: string) => (runId === null ? traceIdOfEvent(key) : traceIdOfRun(runId));

/** When the span of an event that is no run began. */
export function startOfEventNs({ timestampNs, latencyMs }: Pick<DecodedAgentEvent, 'timestampNs' | 'latencyMs'>): bigint {
  const startNs = timestampNs - nsOf(latencyMs ?? 0);
  return startNs < 0n ? 0n : startNs;
}

const nsOf = (ms: number) => BigInt(Math.round(ms * 1e6));

/** The span of a call, a search or a guardrail; undefined for events that are none of these. Runs are `spanOfRun`. */
export function spanOfEvent(keyed: KeyedEvent): CanonicalSpan | undefined {
  const { event } = keyed;
  const { eventType } = event;
  const { traceId, spanId } = spanIdsOf(keyed);
  if (!becomesSpan(eventType) || isRunEvent(eventType) || traceId === null || spanId === null) return undefined;
  const kind = KINDS[eventType];
  return {
    ...commonFields(event, kind),
    traceId,
    spanId,
    parentSpanId: event.parentSpanId ?? (event.runId === null ? null : spanIdOfRun(event.runId)),
    name: nameOf(event, kind),
    status: kind === 'guardrail' && event.status === 'success' && isBlocked(event) ? 'blocked' : spanStatus(event.status),
    startNs: startOfEventNs(event),
    durationNs: nsOf(event.latencyMs ?? 0),
    attributes: attributesOf([event]),
  };
}

/** What was heard of a run: the first `run_started`, the last `run_finished`, or only one of them. */
export type RunEvents = { started: KeyedEvent; finished: KeyedEvent | null } | { started: null; finished: KeyedEvent };

export function spanOfRun({ started, finished }: RunEvents): CanonicalSpan {
  // What the end says of the run wins; what it leaves out, the start has said.
  const parts = [finished, started].filter((part) => part !== null);
  const events = parts.map(({ event }) => event);
  const [last] = events as [DecodedAgentEvent, ...DecodedAgentEvent[]];
  const event = events.reduce(filledFrom);
  const key = (started ?? finished).key;
  const startNs = started === null ? startOfEventNs(last) : started.event.timestampNs;
  const payload = { ...started?.event.payload, ...finished?.event.payload };
  return {
    ...commonFields(event, 'agent'),
    traceId: started?.event.traceId ?? finished?.event.traceId ?? derivedTraceId(event.runId, key),
    spanId: started?.event.spanId ?? finished?.event.spanId ?? spanIdOfRun(runKeyOf(event, key)),
    parentSpanId: started?.event.parentSpanId ?? finished?.event.parentSpanId ?? null,
    name: event.agentId,
    status: runStatus(started?.event.status, finished?.event.status),
    startNs,
    durationNs: finished === null ? 0n : runDurationNs(startNs, finished.event),
    input: payload.input_context === undefined || payload.input_context === null ? null : jsonPayload(payload.input_context),
    output: payload.output_summary === undefined || payload.output_summary === null ? null : jsonPayload(payload.output_summary),
    attributes: attributesOf(events.toReversed()),
  };
}

/**
 * What a call of a run tells of the run's span: that it is there. Undefined for events that stand under none.
 * Never stored; with it in its place the call is resolved as it will be once the run itself is told.
 */
export function runAsToldByCall({ event, key }: KeyedEvent): CanonicalSpan | undefined {
  const { runId, parentSpanId, eventType, agentId, traceId } = event;
  if (runId === null || parentSpanId !== null || !becomesSpan(eventType) || isRunEvent(eventType)) return undefined;
  const nothing = Object.fromEntries(Object.keys(event).map((field) => [field, null])) as unknown as DecodedAgentEvent;
  const told = { eventType: 'run_started', status: 'success', agentId, runId, traceId, timestampNs: startOfEventNs(event) } as const;
  return spanOfRun({ started: { event: { ...nothing, ...told }, key }, finished: null });
}

/** The sender's own measure, else the time between the two events. */
function runDurationNs(startNs: bigint, finished: DecodedAgentEvent): bigint {
  if (finished.latencyMs !== null) return nsOf(finished.latencyMs);
  return finished.timestampNs > startNs ? finished.timestampNs - startNs : 0n;
}

function runStatus(started: EventStatus | undefined, finished: EventStatus | undefined): CanonicalSpan['status'] {
  if (finished !== undefined) return spanStatus(finished);
  return started === undefined || started === 'success' ? 'running' : spanStatus(started);
}

/** What is pending has not ended yet. */
const spanStatus = (status: EventStatus): CanonicalSpan['status'] => (status === 'pending' ? 'running' : status);

function filledFrom(event: DecodedAgentEvent, earlier: DecodedAgentEvent): DecodedAgentEvent {
  const filled: Record<string, unknown> = { ...earlier };
  for (const [field, value] of Object.entries(event)) if (value !== null) filled[field] = value;
  return filled as unknown as DecodedAgentEvent;
}

function isBlocked({ payload }: DecodedAgentEvent): boolean {
  const action = payload?.action_taken;
  return typeof action === 'string' && /^block(?:ed)?$/i.test(action);
}

function nameOf({ eventType, toolName, model }: DecodedAgentEvent, kind: SpanKind): string {
  const about = kind === 'tool' ? toolName : model;
  return about === null ? eventType : `${eventType} ${about}`;
}

type SpanCore = Omit<CanonicalSpan, 'traceId' | 'spanId' | 'parentSpanId' | 'name' | 'status' | 'startNs' | 'durationNs' | 'attributes'>;

/** What every event says in the same words. */
function commonFields(event: DecodedAgentEvent, kind: SpanKind): SpanCore {
  const counts = USAGE_KINDS.some((usageKind) => usageKind === kind);
  const went = event.status === 'success' || event.status === 'pending';
  return {
    kind,
    statusMessage: went ? null : ((event.errorMessage ?? event.message)?.slice(0, MESSAGE_CHARS_MAX) ?? null),
    errorType: null,
    otelKind: 1,
    resource: NO_RESOURCE,
    serviceName: null,
    scopeName: null,
    scopeVersion: null,
    dialect: DIALECT,
    own: contextOf(event),
    environment: event.environment,
    release: null,
    // A trace that the sender names may be another program's, which knows better what it is.
    traceType: event.traceId === null ? 'agent_run' : null,
    tags: Object.entries(event.tags ?? {}).map(([key, value]) => `${key}:${value}`),
    provider: normaliseProvider(event.provider ?? undefined) ?? providerOfModel(event.model ?? undefined) ?? null,
    requestModel: event.model,
    responseModel: null,
    responseId: null,
    usage: counts ? usageOf(event) : null,
    reportedCostPicoUsd: counts ? event.costPicoUsd : null,
    serviceTier: null,
    ttftMs: event.ttftMs,
    finishReason: null,
    temperature: null,
    maxTokens: null,
    toolName: kind === 'tool' ? event.toolName : null,
    toolCallId: null,
    input: null,
    output: null,
    toolDefinitions: [],
    documents: [],
    events: [],
    links: [],
  };
}

function contextOf(event: DecodedAgentEvent): SpanContext {
  return {
    agentId: event.agentId,
    runId: event.runId,
    flowId: event.flowId,
    sessionId: event.sessionId,
    userId: event.userId ?? event.userEmail,
    userEmail: event.userEmail,
    department: event.department,
    queryCategory: event.queryCategory,
    endpoint: event.endpoint,
    method: event.method,
    statusCode: event.statusCode,
  };
}

function usageOf(event: DecodedAgentEvent): CanonicalSpan['usage'] {
  const usage = makeUsage({
    dialect: DIALECT,
    reported: {
      input: event.inputTokens ?? undefined,
      output: event.outputTokens ?? undefined,
      cache_read: event.cacheReadTokens ?? undefined,
      cache_write: event.cacheWriteTokens ?? undefined,
      reasoning: event.reasoningTokens ?? undefined,
      total: event.totalTokens ?? undefined,
    },
  });
  return usage ?? null;
}

/** Of several events of one span the later ones win. What went into input and output is left out. */
function attributesOf(events: readonly DecodedAgentEvent[]): CanonicalSpan['attributes'] {
  const attributes = new Map<string, AttributeValue>();
  for (const { eventType, message, payload } of events) {
    if (message !== null) attributes.set('message', message);
    const named = becomesSpan(eventType) ? NAMED_PAYLOAD[eventType] : undefined;
    for (const [key, value] of Object.entries(payload ?? {})) {
      if (value === null || (isRunEvent(eventType) && (key === 'input_context' || key === 'output_summary'))) continue;
      // What JSON holds are attribute values; a null deep inside is written out as JSON like the rest.
      attributes.set(named?.keys.includes(key) === true ? named.prefix + key : `payload.${key}`, value as AttributeValue);
    }
  }
  return attributes;
}
