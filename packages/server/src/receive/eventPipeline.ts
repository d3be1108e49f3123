/**
 * The way of a request to the Events API: decode → mask → identify → spans of what are calls → encrypt, encode. What is known
 * already was found out before (`ingestEvents.ts`). The spans of runs are made when the events are
 * stored (`events/composeRuns.ts`), because a run begins in one request and ends in another.
 */
import { randomBytes } from 'node:crypto';
import { HEARTBEAT_STATUSES } from '@sightglass/contract/event';
import type { Sampling } from '@sightglass/contract/sampling';
import { sealEvent } from '../encryption/sealContent.ts';
import { type EnrichedSpans, resolveSpans } from '../enrich/enrichSpans.ts';
import type { FrameNotes, NotedHeartbeat } from '../journal/frame.ts';
import type { CanonicalSpan } from '../normalise/canonicalSpan.ts';
import type { DecodedAgentEvent } from '../normalise/decodedEvent.ts';
import { identifyEvent } from '../normalise/eventIdentity.ts';
import { isRunEvent, type KeyedEvent, type RunEvents, runAsToldByCall, runKeyOf, spanOfEvent, spanOfRun } from '../normalise/eventSpan.ts';
import { redactEvent } from '../redact/redactEvent.ts';
import { encodeEvents, type StoredEvent } from '../telemetry/encodeEvents.ts';
import { createPayloadSplitter } from '../telemetry/payloadParts.ts';
import { spanTables } from '../telemetry/spanTables.ts';
import type { SpanCost } from '../telemetry/storedSpan.ts';
import { eventsTable } from '../telemetry/tables/events.ts';
import { UndecodableBody } from './decoded.ts';
import { readEventBatch } from './eventBatch.ts';
import { decodeBody, type Pipeline } from './pipeline.ts';
import { noPolicies, type PoliciesOf } from './requestPolicies.ts';

const DECODERS = {
  json: readEventBatch,
  protobuf: () => {
    throw new UndecodableBody('events are JSON');
  },
};
const NS_PER_MS = 1_000_000n;
const freshKey = () => randomBytes(16).toString('hex');

export function createEventPipeline(price: (span: CanonicalSpan) => SpanCost, policiesOf: PoliciesOf = noPolicies): Pipeline {
  const splitPayloads = createPayloadSplitter();
  return (request) => {
    const { workspaceId, receivedAtMs } = request;
    const { redaction, sealer, sampling } = policiesOf(workspaceId);
    const known = new Set(request.duplicates);
    const batch = decodeBody(request, DECODERS)(BigInt(receivedAtMs) * NS_PER_MS);
    const events = batch.flatMap((reading, i): StoredEvent[] => {
      if (!reading.ok || known.has(i)) return [];
      const event = redaction === null ? reading.event : redactEvent(reading.event, redaction);
      return [{ event, identity: identifyEvent(event, freshKey) }];
    });
    const problems = batch.flatMap((reading) => (reading.ok ? [] : [reading.problem.message]));
    const answer = { accepted: events.length, rejected: problems.length, rejectedWhy: problems[0] ?? '', duplicates: known.size, faults: [] };
    if (events.length === 0) return { ...answer, content: undefined, committed: () => undefined };

    const { spans, traces } = spansOf(
      events.map(({ event, identity }) => ({ event, key: identity.key })),
      price,
      sampling,
    );
    const { tables: ofSpans, commit } = spanTables(workspaceId, receivedAtMs, spans, splitPayloads, sealer);
    const storedEvents = sealer === null ? events : events.map((one) => ({ ...one, event: sealEvent(one.event, sealer) }));
    const tables = [{ name: eventsTable.name, rows: events.length, native: encodeEvents(workspaceId, receivedAtMs, storedEvents) }, ...ofSpans];
    const content = { rows: events.length, traces, notes: notesOf(events, receivedAtMs), tables };
    return { ...answer, content, committed: commit };
  };
}

/**
 * The spans of what are calls. The spans of runs are not written here but take part in the resolution, as far
 * as this request tells of them, so that little has to be written again when they are there. Their traces are
 * looked at again in any case.
 */
function spansOf(
  events: readonly KeyedEvent[],
  price: (span: CanonicalSpan) => SpanCost,
  sampling: Sampling | null,
): Pick<EnrichedSpans, 'spans' | 'traces'> {
  const runs = new Map<string, CanonicalSpan>();
  const note = (span: CanonicalSpan) => runs.set(`${span.traceId}:${span.spanId}`, span);
  for (const keyed of events) {
    const told = runAsToldByCall(keyed);
    if (told !== undefined) note(told);
  }
  for (const run of runsOf(events)) note(spanOfRun(run));
  const calls = events.flatMap((keyed) => spanOfEvent(keyed) ?? []);
  const resolved = resolveSpans([...runs.values(), ...calls], price, sampling);
  const notWritten = new Set(runs.values());
  const open = new Set([...notWritten].map(({ traceId }) => traceId));
  return {
    spans: resolved.spans.filter(({ span }) => !notWritten.has(span)),
    traces: resolved.traces.map(({ traceId, complete }) => ({ traceId, complete: complete && !open.has(traceId) })),
  };
}

/** The first beginning and the last end of each run, of those in the request. */
function runsOf(events: readonly KeyedEvent[]): RunEvents[] {
  const runs = new Map<string, { started: KeyedEvent | null; finished: KeyedEvent | null }>();
  for (const keyed of events) {
    const { eventType, timestampNs } = keyed.event;
    if (!isRunEvent(eventType)) continue;
    const runKey = runKeyOf(keyed.event, keyed.key);
    const run = runs.get(runKey) ?? { started: null, finished: null };
    if (eventType === 'run_started') {
      if (run.started === null || timestampNs < run.started.event.timestampNs) run.started = keyed;
    } else if (run.finished === null || timestampNs >= run.finished.event.timestampNs) run.finished = keyed;
    runs.set(runKey, run);
  }
  return [...runs.values()] as RunEvents[];
}

function notesOf(events: readonly StoredEvent[], receivedAtMs: number): FrameNotes {
  const runKeys = events.flatMap(({ event, identity }) => (isRunEvent(event.eventType) ? [runKeyOf(event, identity.key)] : []));
  const heartbeats = events.flatMap(({ event }) => (event.eventType === 'heartbeat' ? [heartbeatOf(event, receivedAtMs)] : []));
  return {
    agentIds: [...new Set(events.map(({ event }) => event.agentId))],
    eventKeys: events.flatMap(({ identity }) => identity.knownBy),
    ...(runKeys.length === 0 ? {} : { runKeys: [...new Set(runKeys)] }),
    ...(heartbeats.length === 0 ? {} : { heartbeats }),
  };
}

/** As `POST /api/obs/ingest/heartbeat` writes it: what the agent says of itself is in the payload. */
function heartbeatOf({ agentId, payload }: DecodedAgentEvent, receivedAtMs: number): NotedHeartbeat {
  const metadata = payload?.metadata;
  return {
    agentId,
    atMs: receivedAtMs,
    status: HEARTBEAT_STATUSES.find((status) => status === payload?.status) ?? null,
    metadata: typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? (metadata as Record<string, unknown>) : null,
  };
}
