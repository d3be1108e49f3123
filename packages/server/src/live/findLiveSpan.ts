import type { SpanDetail } from '@sightglass/contract/trace';
import type { LiveTraces } from './liveSpans.ts';
import { liveSpanDetail, resolveLiveSpans } from './liveTrace.ts';

/** A span in progress with as much as its beginning tells; undefined when none of that id runs. Ids in either case. */
export function findLiveSpan(live: LiveTraces, traceId: string, spanId: string, nowNs: bigint): SpanDetail | undefined {
  const id = traceId.toLowerCase();
  const resolved = resolveLiveSpans(id, live.spansOf(id)).find(({ span }) => span.spanId === spanId.toLowerCase());
  return resolved === undefined ? undefined : liveSpanDetail(resolved, nowNs);
}
