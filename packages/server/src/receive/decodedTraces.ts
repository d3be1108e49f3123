import type { DecodedSpan, OtelSpanKind } from '../normalise/decodedSpan.ts';
import { TIME_NS_MAX, TIME_NS_MIN } from './limits.ts';

/** What a decoder makes of a request: the spans that can be taken, and why the others cannot. */
export interface DecodedTraces {
  spans: DecodedSpan[];
  /** Items refused one by one; `spans.length + rejected` is what the request carried. */
  rejected: number;
  /** Reason → how many, in words for the sender. */
  reasons: Map<string, number>;
}

/** The body as a whole cannot be decoded: 400, never retry. */
export class UndecodableBody extends Error {
  override readonly name = 'UndecodableBody';
}

export const ID_REASONS = {
  traceId: 'trace_id must be 16 bytes (32 hex digits), not all zero',
  spanId: 'span_id must be 8 bytes (16 hex digits), not all zero',
  parentSpanId: 'parent_span_id must be 8 bytes (16 hex digits)',
  time: 'start_time_unix_nano is missing or out of range',
  shape: 'the span is not an object',
} as const;

export function createDecodedTraces(): DecodedTraces {
  return { spans: [], rejected: 0, reasons: new Map() };
}

export function reject(traces: DecodedTraces, reason: string): void {
  traces.rejected += 1;
  traces.reasons.set(reason, (traces.reasons.get(reason) ?? 0) + 1);
}

export function isTime(ns: bigint): boolean {
  return ns >= TIME_NS_MIN && ns <= TIME_NS_MAX;
}

/** A span that ends before it starts, or has no end, has zero length. */
export function endOrStart(startNs: bigint, endNs: bigint): bigint {
  return endNs < startNs || endNs > TIME_NS_MAX ? startNs : endNs;
}

export function otelSpanKind(value: number): OtelSpanKind {
  return value >= 1 && value <= 5 ? (value as OtelSpanKind) : 0;
}

export function statusCode(value: number): 0 | 1 | 2 {
  return value === 1 || value === 2 ? value : 0;
}

/** The sender's explanation of a partial success, e.g. `2 spans: trace_id must be …`. */
export function explainRejections(traces: DecodedTraces): string {
  return [...traces.reasons].map(([reason, count]) => `${count} ${count === 1 ? 'span' : 'spans'}: ${reason}`).join('; ');
}
