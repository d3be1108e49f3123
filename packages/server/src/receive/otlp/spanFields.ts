/** What spans have in common in both encodings. */
import type { DecodedSpan, OtelSpanKind } from '../../normalise/decodedSpan.ts';
import { createDecoded, type Decoded, reject } from '../decoded.ts';
import { EVENTS_AND_LINKS_MAX, SPANS_MAX, TIME_NS_MAX } from '../limits.ts';

export const SPAN_REASONS = {
  tooManySpans: `a request may carry at most ${SPANS_MAX} spans: send smaller batches`,
  tooManyEvents: `the spans of a request may have at most ${EVENTS_AND_LINKS_MAX} events and links together`,
} as const;

export interface DecodedSpans extends Decoded<DecodedSpan> {
  /** How many events and links the spans still to come may have; negative when the one in hand has too many. */
  eventsAndLinksLeft: number;
}

export const createDecodedSpans = (): DecodedSpans => ({ ...createDecoded<DecodedSpan>(), eventsAndLinksLeft: EVENTS_AND_LINKS_MAX });

/** Whether another span may be read at all; when not, it is counted as refused. */
export function hasRoomForSpan(traces: DecodedSpans): boolean {
  if (traces.items.length < SPANS_MAX) return true;
  reject(traces, SPAN_REASONS.tooManySpans);
  return false;
}

/** Refuses the span in hand, and gives back what it would have taken up beyond the limit. */
export function rejectOverfullSpan(traces: DecodedSpans, taken: number): void {
  traces.eventsAndLinksLeft += taken;
  reject(traces, SPAN_REASONS.tooManyEvents);
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
