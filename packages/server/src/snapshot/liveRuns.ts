import type { LiveTraces } from '../live/liveSpans.ts';
import { resolveLiveSpans } from '../live/liveTrace.ts';

/** Runs of which nothing is stored yet: begun, told of by pending copies of their spans, and not ended. */
export function countLiveRuns(live: Pick<LiveTraces, 'all'>): number {
  let runs = 0;
  for (const [traceId, spans] of live.all()) runs += resolveLiveSpans(traceId, spans).filter(({ resolution }) => resolution.isRun).length;
  return runs;
}
