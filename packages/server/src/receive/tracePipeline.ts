/**
 * The way of a trace request: decode → normalise, mask, resolve, price → encrypt, encode. Pure but for what it remembers of
 * payloads already stored; runs in the receive worker.
 */
import { sealSpan } from '../encryption/sealContent.ts';
import { enrichSpans } from '../enrich/enrichSpans.ts';
import { namedAgents } from '../enrich/namedAgents.ts';
import { createLiveAnnouncements } from '../live/announcements.ts';
import type { CanonicalSpan } from '../normalise/canonicalSpan.ts';
import { encodeHeldPayloads, encodePayloads, encodeSpans } from '../telemetry/encodeSpans.ts';
import { createPayloadSplitter } from '../telemetry/payloadParts.ts';
import { isLeftOut, type SpanCost } from '../telemetry/storedSpan.ts';
import { heldPayloadsTable, payloadsTable } from '../telemetry/tables/payloads.ts';
import { spansTable } from '../telemetry/tables/spans.ts';
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
    const { redaction, sealer, sampling } = policiesOf(request.workspaceId);
    const decoded = decodeBody(request, DECODERS);
    const { spans, traces, copies, pending, broken } = enrichSpans(decoded.items, price, redaction, sampling);
    const accepted = decoded.items.length - broken.length;
    if (broken.length > 0) reject(decoded, OUR_FAULT, broken.length);
    const answer = {
      accepted,
      rejected: decoded.rejected,
      rejectedWhy: explainRejections(decoded, 'span'),
      faults: broken.map(({ error }) => error),
      sampled: spans.filter(isLeftOut).length,
      ...(copies === 0 ? {} : { copies, live: announcements.announce(pending) }),
    };
    if (spans.length === 0) return { ...answer, content: undefined, committed: () => undefined };
    const { workspaceId, receivedAtMs } = request;
    const payloads = splitPayloads(
      workspaceId,
      spans.map(({ span }) => span),
      sealer,
      (i) => spans[i]?.resolution.weight === 0,
    );
    const stored = sealer === null ? spans : spans.map((one) => ({ ...one, span: sealSpan(one.span, sealer) }));
    const notes = { agentIds: namedAgents(spans, traces), ...announcements.noteEnded(spans, traces) };
    const tables = [{ name: spansTable.name, rows: spans.length, native: encodeSpans(workspaceId, receivedAtMs, stored, payloads.perSpan) }];
    if (payloads.rows.length > 0)
      tables.push({ name: payloadsTable.name, rows: payloads.rows.length, native: encodePayloads(workspaceId, payloads.rows) });
    if (payloads.held.length > 0)
      tables.push({ name: heldPayloadsTable.name, rows: payloads.held.length, native: encodeHeldPayloads(workspaceId, receivedAtMs, payloads.held) });
    return { ...answer, content: { rows: spans.length, traces, notes, tables }, committed: payloads.commit };
  };
}
