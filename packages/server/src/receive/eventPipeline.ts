/**
 * The way of a request to the Events API: decode → identify → spans of what are calls → encode. What is known
 * already was found out before (`events/ingestEvents.ts`). The spans of runs are made when the events are
 * stored (`events/composeRuns.ts`), because a run begins in one request and ends in another.
 */
import { randomBytes } from 'node:crypto';
import { HEARTBEAT_STATUSES } from '@sightglass/contract/event';
import { resolveSpans } from '../enrich/enrichSpans.ts';
import { encodeFrame, type FrameNotes, type NotedHeartbeat } from '../journal/frame.ts';
import type { CanonicalSpan } from '../normalise/canonicalSpan.ts';
import type { DecodedAgentEvent } from '../normalise/decodedEvent.ts';
import { identifyEvent } from '../normalise/eventIdentity.ts';
import { isRunEvent, runKeyOf, spanIdsOf, spanOfEvent } from '../normalise/eventSpan.ts';
import { encodeEvents, type StoredEvent } from '../telemetry/encodeEvents.ts';
import { encodePayloads, encodeSpans } from '../telemetry/encodeSpans.ts';
import { createPayloadSplitter } from '../telemetry/payloadParts.ts';
import type { SpanCost } from '../telemetry/storedSpan.ts';
import { eventsTable } from '../telemetry/tables/events.ts';
import { payloadsTable } from '../telemetry/tables/payloads.ts';
import { spansTable } from '../telemetry/tables/spans.ts';
import { UndecodableBody } from './decoded.ts';
import { readEventBatch } from './eventBatch.ts';
import { decodeBody, type Pipeline } from './pipeline.ts';

const DECODERS = {
  json: readEventBatch,
  protobuf: () => {
    throw new UndecodableBody('events are JSON');
  },
};
const NS_PER_MS = 1_000_000n;
const freshKey = () => randomBytes(16).toString('hex');

export function createEventPipeline(price: (span: CanonicalSpan) => SpanCost): Pipeline {
  const splitPayloads = createPayloadSplitter();
  return (request) => {
    const { workspaceId, receivedAtMs, source } = request;
    const known = new Set(request.duplicates);
    const batch = decodeBody(request, DECODERS)(BigInt(receivedAtMs) * NS_PER_MS);
    const events = batch.flatMap((reading, i): StoredEvent[] =>
      reading.ok && !known.has(i) ? [{ event: reading.event, identity: identifyEvent(reading.event, freshKey) }] : [],
    );
    const answer = { accepted: events.length, rejected: batch.filter(({ ok }) => !ok).length, rejectedWhy: '', faults: [] };
    if (events.length === 0) return { ...answer, frame: undefined, committed: () => undefined };

    const canonical = events.flatMap(({ event, identity }) => spanOfEvent({ event, key: identity.key }) ?? []);
    const { spans, traces } = resolveSpans(canonical, price);
    const payloads = splitPayloads(
      workspaceId,
      spans.map(({ span }) => span),
    );
    const tables = [{ name: eventsTable.name, rows: events.length, native: encodeEvents(workspaceId, receivedAtMs, events) }];
    if (spans.length > 0)
      tables.push({ name: spansTable.name, rows: spans.length, native: encodeSpans(workspaceId, receivedAtMs, spans, payloads.perSpan) });
    if (payloads.rows.length > 0)
      tables.push({ name: payloadsTable.name, rows: payloads.rows.length, native: encodePayloads(workspaceId, payloads.rows) });
    const frame = encodeFrame({
      workspaceId,
      receivedAtMs,
      source,
      rows: events.length,
      traces: withTracesOfRuns(traces, events),
      notes: notesOf(events, receivedAtMs),
      tables,
    });
    return { ...answer, frame, committed: payloads.commit };
  };
}

/** A trace whose run begins or ends here is looked at again when the run's span is there. */
function withTracesOfRuns(traces: readonly { traceId: string; complete: boolean }[], events: readonly StoredEvent[]) {
  const complete = new Map(traces.map((trace) => [trace.traceId, trace.complete]));
  for (const { event, identity } of events) {
    const { traceId } = spanIdsOf({ event, key: identity.key });
    if (isRunEvent(event.eventType) && traceId !== null) complete.set(traceId, false);
  }
  return [...complete].map(([traceId, whole]) => ({ traceId, complete: whole }));
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
