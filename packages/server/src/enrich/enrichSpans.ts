import type { Sampling } from '@sightglass/contract/sampling';
import { isFailed } from '@sightglass/contract/spanKinds';
import type { CanonicalSpan } from '../normalise/canonicalSpan.ts';
import type { DecodedSpan } from '../normalise/decodedSpan.ts';
import { isEstimatedHere } from '../estimate/estimateUsage.ts';
import type { RequestEstimates } from '../estimate/estimator.ts';
import { isPendingSpan, spanOfPendingCopy } from '../normalise/dialects/logfire.ts';
import { normaliseSpan } from '../normalise/normaliseSpan.ts';
import { traceWeight } from '../sampling/traceWeight.ts';
import type { RequestRedaction } from '../redact/redactor.ts';
import { redactSpan, withoutDroppedAttributes } from '../redact/redactSpan.ts';
import type { SpanCost, StoredSpan } from '../telemetry/storedSpan.ts';
import { resolveTrace, type SpanResolution, type TraceSpan } from './resolveTrace.ts';

export interface EnrichedSpans {
  spans: StoredSpan[];
  /** Per trace of the request, in order of appearance. `complete`: every parent is here and there is a root. */
  traces: { traceId: string; complete: boolean }[];
  /** Copies of spans that still run (Logfire): shown live, never stored or counted. */
  copies: number;
  /** The spans that they stand for, masked like all others; without those that have ended in the same request. */
  pending: CanonicalSpan[];
  /** Spans that broke the normaliser: a bug of ours, so they are refused one by one with the reason. */
  broken: { span: DecodedSpan; error: unknown }[];
  /** Earlier copies of spans that came twice in the request. */
  repeated: number;
}

/** What a workspace wants done to the spans of a request; null, and nothing: not that. */
export interface SpanPolicies {
  redaction?: RequestRedaction | null;
  sampling?: Sampling | null;
  estimates?: RequestEstimates | null;
}

/** From decoded to stored: normalise and mask every span, resolve every trace of the request, price every call. */
export function enrichSpans(
  decoded: readonly DecodedSpan[],
  price: (span: CanonicalSpan) => SpanCost,
  { redaction = null, sampling = null, estimates = null }: SpanPolicies = {},
): EnrichedSpans {
  const result: EnrichedSpans = { spans: [], traces: [], copies: 0, pending: [], broken: [], repeated: 0 };
  const canonical = normaliseAll(decoded, redaction, estimates, result);
  const resolved = resolveSpans(canonical, price, sampling);
  return { ...result, pending: stillPending(result.pending, canonical), ...resolved, repeated: canonical.length - resolved.spans.length };
}

/** From canonical to stored, for spans of any way in. */
export function resolveSpans(
  canonical: readonly CanonicalSpan[],
  price: (span: CanonicalSpan) => SpanCost,
  sampling: Sampling | null = null,
): Pick<EnrichedSpans, 'spans' | 'traces'> {
  const stored: StoredSpan[] = [];
  const traces: EnrichedSpans['traces'] = [];
  for (const [traceId, spans] of groupByTrace(canonical)) {
    const resolution = resolveTrace(traceId, spans.map(traceSpanOf));
    traces.push({ traceId, complete: resolution.complete });
    if (sampling !== null) weigh(sampling, traceId, spans, resolution.spans);
    for (const [i, span] of spans.entries()) {
      const resolved = resolution.spans[i];
      if (resolved !== undefined) stored.push({ span, resolution: resolved, cost: price(span) });
    }
  }
  return { spans: stored, traces };
}

function weigh(sampling: Sampling, traceId: string, spans: readonly CanonicalSpan[], resolutions: readonly SpanResolution[]): void {
  const facts = spans.map(({ kind, status, startNs, durationNs }, i) => ({
    kind,
    failed: isFailed(status),
    startNs,
    endNs: startNs + durationNs,
    agentId: resolutions[i]?.context.agentId ?? null,
    endpoint: resolutions[i]?.context.endpoint ?? null,
  }));
  const weight = traceWeight(sampling, traceId, facts);
  for (const resolution of resolutions) resolution.weight = weight;
}

function normaliseAll(
  decoded: readonly DecodedSpan[],
  redaction: RequestRedaction | null,
  estimates: RequestEstimates | null,
  result: EnrichedSpans,
): CanonicalSpan[] {
  const spans: CanonicalSpan[] = [];
  for (const span of decoded) {
    try {
      if (!isPendingSpan(span)) {
        spans.push(normaliseOne(span, redaction, estimates));
        continue;
      }
      result.copies += 1;
      const pending = spanOfPendingCopy(span);
      if (pending !== undefined) result.pending.push(normaliseOne(pending, redaction, null));
    } catch (error) {
      result.broken.push({ span, error });
    }
  }
  return spans;
}

/** Tokens are counted before masking: the provider was sent the unmasked text. What is dropped is not read at all. */
function normaliseOne(span: DecodedSpan, redaction: RequestRedaction | null, estimates: RequestEstimates | null): CanonicalSpan {
  const read = normaliseSpan(redaction === null ? span : withoutDroppedAttributes(span, redaction));
  const counted = estimates === null ? read : estimates.withUsage(read);
  return redaction === null ? counted : redactSpan(counted, redaction);
}

function stillPending(pending: CanonicalSpan[], finished: readonly CanonicalSpan[]): CanonicalSpan[] {
  if (pending.length === 0) return pending;
  const ids = new Set(finished.map(({ traceId, spanId }) => traceId + spanId));
  return pending.filter(({ traceId, spanId }) => !ids.has(traceId + spanId));
}

/** A span that comes twice in one request counts once; the later copy wins. */
function groupByTrace(spans: readonly CanonicalSpan[]): Map<string, CanonicalSpan[]> {
  const traces = new Map<string, Map<string, CanonicalSpan>>();
  for (const span of spans) {
    let trace = traces.get(span.traceId);
    if (trace === undefined) {
      trace = new Map();
      traces.set(span.traceId, trace);
    }
    trace.set(span.spanId, span);
  }
  return new Map([...traces].map(([traceId, trace]) => [traceId, [...trace.values()]]));
}

function traceSpanOf(span: CanonicalSpan): TraceSpan {
  return {
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    kind: span.kind,
    failed: isFailed(span.status),
    otelKind: span.otelKind,
    startNs: span.startNs,
    serviceName: span.serviceName,
    responseId: span.responseId,
    hasUsage: span.usage !== null && !isEstimatedHere(span.usage),
    isEstimated: isEstimatedHere(span.usage),
    own: span.own,
    ownTraceType: span.traceType,
  };
}
