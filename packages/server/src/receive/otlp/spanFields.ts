/** What spans have in common in both encodings. */
import type { AttributeValue, DecodedSpan, OtelSpanKind } from '../../normalise/decodedSpan.ts';
import { createDecoded, type Decoded, REASONS, reject } from '../decoded.ts';
import { EVENTS_AND_LINKS_MAX, SPANS_MAX } from '../limits.ts';
import { createRequestClock, type RequestClock } from '../requestClock.ts';
import type { RequestRoom } from './requestRoom.ts';

export const SPAN_REASONS = {
  tooManySpans: `a request may carry at most ${SPANS_MAX} spans: send smaller batches`,
  tooManyEvents: `the spans of a request may have at most ${EVENTS_AND_LINKS_MAX} events and links together`,
} as const;

export interface DecodedSpans extends Decoded<DecodedSpan> {
  clock: RequestClock;
}

export const createDecodedSpans = (receivedAtMs: number): DecodedSpans => ({
  ...createDecoded<DecodedSpan>(),
  clock: createRequestClock(receivedAtMs),
});

/** Whether another span may be read at all; when not, it is counted as refused. */
export function hasRoomForSpan(traces: DecodedSpans): boolean {
  if (traces.items.length < SPANS_MAX) return true;
  reject(traces, SPAN_REASONS.tooManySpans);
  return false;
}

/** Refuses the span in hand, and gives back what it would have taken up. */
export function rejectSpan(traces: DecodedSpans, room: RequestRoom, reason: string): void {
  room.giveBack();
  reject(traces, reason);
}

/** Why a span that was read cannot be taken, for what is bounded over the whole request. */
export function overfullReason(room: RequestRoom): string | undefined {
  if (room.eventsAndLinks < 0) return SPAN_REASONS.tooManyEvents;
  return room.hasTooManyAttributes() ? REASONS.attributes : undefined;
}

/** Tells why a span has no length: `missing`, `before_start`, or `ahead` of the clock. Spans that are long by themselves are kept so. */
const END_PROBLEM_KEY = 'sightglass.end_time_problem';

/** A span that ends before it starts, ends in the future, or has no end, has zero length and a note among its attributes. */
export function endOrStart(startNs: bigint, endNs: bigint, { latestNs }: RequestClock, attributes: Map<string, AttributeValue>): bigint {
  if (endNs >= startNs && endNs <= latestNs) return endNs;
  attributes.set(END_PROBLEM_KEY, endNs === 0n ? 'missing' : endNs < startNs ? 'before_start' : 'ahead');
  return startNs;
}

export function otelSpanKind(value: number): OtelSpanKind {
  return Number.isInteger(value) && value >= 1 && value <= 5 ? (value as OtelSpanKind) : 0;
}

export function statusCode(value: number): 0 | 1 | 2 {
  return value === 1 || value === 2 ? value : 0;
}
