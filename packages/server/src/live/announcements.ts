/**
 * What the receive worker remembers of spans in progress: of which traces it was told that something runs. Only spans of
 * these are noted in the journal's frames when they end, so that all others cost nothing.
 */
import type { FrameNotes } from '../journal/frame.ts';
import type { CanonicalSpan } from '../normalise/canonicalSpan.ts';
import type { StoredSpan } from '../telemetry/storedSpan.ts';
import { type LiveSpan, liveKey, liveSpanOf } from './liveSpan.ts';
import { createRecentKeys } from './recentKeys.ts';

/** Of each of two generations; more than can be in progress at once (`liveSpans.ts`). */
const TRACES_REMEMBERED = 50_000;

/** One that is forgotten, or was told to another process, is found ended when it is looked at. */
export function createLiveAnnouncements() {
  const announced = createRecentKeys(TRACES_REMEMBERED);
  return {
    announce(pending: readonly CanonicalSpan[]): LiveSpan[] {
      for (const { traceId } of pending) announced.add(traceId);
      return pending.map(liveSpanOf);
    },
    /** Every span of a trace in progress, because each is news of the trace. */
    noteEnded(spans: readonly StoredSpan[], traces: readonly { traceId: string }[]): Pick<FrameNotes, 'endedSpans'> {
      if (announced.isEmpty() || !traces.some(({ traceId }) => announced.has(traceId))) return {};
      return { endedSpans: spans.flatMap(({ span }) => (announced.has(span.traceId) ? [liveKey(span.traceId, span.spanId)] : [])) };
    },
  };
}
