/**
 * The way of a batch of Langfuse's older clients: decode → parts, masked → spans where the batch holds a whole beginning →
 * encode. The parts themselves are stored in any case; the spans of a trace of which more comes, or came, are made
 * of all of them when they are stored (`observations/composeObservations.ts`).
 */
import { sealLangfusePart } from '../../encryption/sealContent.ts';
import { resolveSpans } from '../../enrich/enrichSpans.ts';
import { namedAgents } from '../../enrich/namedAgents.ts';
import type { NotedTrace } from '../../journal/frame.ts';
import { createRecentKeys } from '../../live/recentKeys.ts';
import type { CanonicalSpan } from '../../normalise/canonicalSpan.ts';
import type { LangfusePart } from '../../normalise/langfuse/langfusePart.ts';
import { rootOfTrace, spansOfObservations, type TraceTold } from '../../normalise/langfuse/langfuseSpans.ts';
import { knowledgeOf, outlineTraces } from '../../normalise/langfuse/traceOutline.ts';
import { redactLangfusePart } from '../../redact/redactLangfusePart.ts';
import { encodeObservationParts } from '../../telemetry/encodeObservationParts.ts';
import { createPayloadSplitter } from '../../telemetry/payloadParts.ts';
import { spanTables } from '../../telemetry/spanTables.ts';
import type { SpanCost } from '../../telemetry/storedSpan.ts';
import { observationPartsTable } from '../../telemetry/tables/observationParts.ts';
import { versionOfKnowledge } from '../../telemetry/tables/spans.ts';
import { UndecodableBody } from '../decoded.ts';
import { decodeBody, type Pipeline, type Processed } from '../pipeline.ts';
import { noPolicies, type PoliciesOf } from '../requestPolicies.ts';
import { readIngestionBatch } from './ingestionBatch.ts';
import type { ItemReading } from './ingestionItem.ts';

const DECODERS = {
  json: readIngestionBatch,
  protobuf: () => {
    throw new UndecodableBody('a batch is JSON');
  },
};
/** Traces that are remembered to have begun already; one that is forgotten costs rows that are written twice. */
const BEGUN_MAX = 50_000;

export function createLangfusePipeline(price: (span: CanonicalSpan) => SpanCost, policiesOf: PoliciesOf = noPolicies): Pipeline {
  const splitPayloads = createPayloadSplitter();
  const begun = createRecentKeys(BEGUN_MAX);
  const isNew = (key: string) => {
    const known = begun.has(key);
    begun.add(key);
    return !known;
  };
  return (request) => {
    const { workspaceId, receivedAtMs } = request;
    const { redaction, sealer, sampling, estimates } = policiesOf(workspaceId);
    const readings = decodeBody(request, DECODERS);
    const parts = readings.flatMap((reading) =>
      reading.ok ? [redaction === null ? reading.part : redactLangfusePart(reading.part, redaction)] : [],
    );
    if (parts.length === 0) return { ...answerOf(readings), faults: [], content: undefined, committed: () => undefined };

    const { toldTraces, canonical, faults } = spansOf(parts, (traceId) => isNew(`${workspaceId}:${traceId}`));
    const { spans: resolved, traces: whole } = resolveSpans(estimates === null ? canonical : canonical.map(estimates.withUsage), price, sampling);
    const partsOf = new Map(toldTraces.map(({ traceId, parts: count }) => [traceId, count]));
    const spans = resolved.map((stored) => ({ ...stored, version: versionOfKnowledge(knowledgeOf(partsOf.get(stored.span.traceId) ?? 0, 0)) }));
    const { tables: ofSpans, commit } = spanTables(workspaceId, receivedAtMs, spans, splitPayloads, sealer);
    const storedParts = sealer === null ? parts : parts.map((part) => sealLangfusePart(part, sealer));
    const tables = [
      { name: observationPartsTable.name, rows: parts.length, native: encodeObservationParts(workspaceId, receivedAtMs, storedParts) },
      ...ofSpans,
    ];
    const later = toldTraces.filter(({ written }) => !written).map(({ traceId }) => ({ traceId, complete: false }));
    const content = {
      rows: parts.length,
      traces: [...whole, ...later],
      notes: { agentIds: namedAgents(spans, whole), ...(toldTraces.length === 0 ? {} : { toldTraces }) },
      tables,
    };
    return { ...answerOf(readings), faults: [...faults, ...(estimates?.faults ?? [])], content, committed: commit };
  };
}

/**
 * The spans of traces that begin in this batch, as far as it tells them; all others are made when the parts are
 * stored. `written` is never said of a trace of which something is left out.
 */
function spansOf(parts: readonly LangfusePart[], isNew: (traceId: string) => boolean) {
  const toldTraces: NotedTrace[] = [];
  const canonical: CanonicalSpan[] = [];
  const faults: unknown[] = [];
  const byTrace = groupBy(parts, ({ traceId }) => traceId);
  for (const [traceId, outline] of outlineTraces(parts)) {
    const ofTrace = byTrace.get(traceId) ?? [];
    const traceParts = ofTrace.filter(({ about }) => about === 'trace');
    const observations = groupBy(
      ofTrace.filter(({ about }) => about === 'observation'),
      ({ spanId }) => spanId ?? '',
    );
    const all = [...outline.observations.values()];
    const begins = isNew(traceId) && traceParts.length > 0 && all.length > 0 && all.every(({ created }) => created);
    const told: TraceTold = { traceId, outline, traceParts, observations, overdue: new Set() };
    const spans = begins ? trySpans(told, faults) : undefined;
    if (spans !== undefined) canonical.push(...spans);
    toldTraces.push({
      traceId,
      parts: outline.parts,
      itself: traceParts.length > 0,
      spanIds: [...outline.observations.keys()],
      written: spans !== undefined,
    });
  }
  return { toldTraces, canonical, faults };
}

function groupBy<Key>(parts: readonly LangfusePart[], keyOf: (part: LangfusePart) => Key): Map<Key, LangfusePart[]> {
  const groups = new Map<Key, LangfusePart[]>();
  for (const part of parts) {
    const key = keyOf(part);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [part]);
    else group.push(part);
  }
  return groups;
}

/** Undefined when the trace breaks our own code: its parts are kept nevertheless. */
function trySpans(told: TraceTold, faults: unknown[]): CanonicalSpan[] | undefined {
  try {
    const root = rootOfTrace(told);
    return [...(root === undefined ? [] : [root]), ...spansOfObservations(told)];
  } catch (error) {
    faults.push(error);
    return undefined;
  }
}

function answerOf(readings: readonly ItemReading[]): Pick<Processed, 'accepted' | 'rejected' | 'rejectedWhy' | 'items'> {
  const items = readings.map((reading) => (reading.ok ? { id: reading.part.itemId, problem: null } : { id: reading.id, problem: reading.problem }));
  const rejected = items.filter(({ problem }) => problem !== null).length;
  const first = items.findIndex(({ problem }) => problem !== null);
  return { accepted: items.length - rejected, rejected, rejectedWhy: first < 0 ? '' : `item ${first}: ${items[first]?.problem}`, items };
}
