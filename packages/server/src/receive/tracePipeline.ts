/**
 * The way of a trace request: decode → normalise, estimate, mask, resolve, price → encrypt, encode. Pure but for what it remembers of
 * payloads already stored and of spans announced as live; runs in the receive worker.
 */
import { enrichSpans } from '../enrich/enrichSpans.ts';
import { namedAgents } from '../enrich/namedAgents.ts';
import { createLiveAnnouncements } from '../live/announcements.ts';
import type { CanonicalSpan } from '../normalise/canonicalSpan.ts';
import { createPayloadSplitter } from '../telemetry/payloadParts.ts';
import { spanTables } from '../telemetry/spanTables.ts';
import { isLeftOut, type SpanCost } from '../telemetry/storedSpan.ts';
import { explainRejections, reject } from './decoded.ts';
import { decodeTracesJson } from './otlp/tracesJson.ts';
import { decodeTracesProtobuf } from './otlp/tracesProtobuf.ts';
import { decodeBody, OUR_FAULT, type Pipeline } from './pipeline.ts';
import { noPolicies, type PoliciesOf } from './requestPolicies.ts';

const DECODERS = { protobuf: decodeTracesProtobuf, json: decodeTracesJson };

export function createTracePipeline(price: (span: CanonicalSpan) => SpanCost, policiesOf: PoliciesOf = noPolicies): Pipeline {
  const splitPayloads = createPayloadSplitter();
  const announcements = createLiveAnnouncements();
  return (request) => {
    const { redaction, sealer, sampling, estimates } = policiesOf(request.workspaceId);
    const decoded = decodeBody(request, DECODERS);
    const { spans, traces, copies, pending, broken, repeated } = enrichSpans(decoded.items, price, { redaction, sampling, estimates });
    const accepted = decoded.items.length - broken.length - repeated;
    if (broken.length > 0) reject(decoded, OUR_FAULT, broken.length);
    const answer = {
      accepted,
      rejected: decoded.rejected,
      rejectedWhy: explainRejections(decoded, 'span'),
      faults: [...broken.map(({ error }) => error), ...(estimates?.faults ?? [])],
      duplicates: repeated,
      sampled: spans.filter(isLeftOut).length,
      ...(copies === 0 ? {} : { copies, live: announcements.announce(pending) }),
    };
    if (spans.length === 0) return { ...answer, content: undefined, committed: () => undefined };
    const { workspaceId, receivedAtMs } = request;
    const { tables, commit } = spanTables(workspaceId, receivedAtMs, spans, splitPayloads, sealer);
    const notes = { agentIds: namedAgents(spans, traces), ...announcements.noteEnded(spans, traces) };
    return { ...answer, content: { rows: spans.length, traces, notes, tables }, committed: commit };
  };
}
