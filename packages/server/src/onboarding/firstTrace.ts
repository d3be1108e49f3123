/**
 * Whether a workspace has ever received a trace: kept with the workspace, set once when its first span is
 * stored, so that the first-run page never depends on counting rows.
 */
import type { FirstTrace } from '@sightglass/contract/routes/workspace';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { Frame } from '../journal/frame.ts';

export interface FirstTraceStore {
  /** Unix milliseconds, or null. */
  firstTraceAtMs(workspaceId: string): Promise<number | null>;
  /** Keeps the first moment; a later call changes nothing. */
  markFirstTrace(workspaceId: string, atMs: number): Promise<void>;
}

export function createFirstTraceWatch(store: FirstTraceStore) {
  const marked = new Set<string>();
  const newest = new Map<string, { traceId: string; receivedAtMs: number }>();
  return {
    /** To be called with frames that have just been stored. */
    async note(frames: readonly Frame[]): Promise<void> {
      for (const { workspaceId, receivedAtMs, traces } of frames) {
        const traceId = traces.at(-1)?.traceId;
        if (traceId === undefined) continue;
        newest.set(workspaceId, { traceId, receivedAtMs });
        if (marked.has(workspaceId)) continue;
        await store.markFirstTrace(workspaceId, receivedAtMs);
        marked.add(workspaceId);
      }
    },
    forget(workspaceId: string): void {
      marked.delete(workspaceId);
      newest.delete(workspaceId);
    },
    async state(workspaceId: string): Promise<Pick<FirstTrace, 'first_trace_at' | 'last_trace'>> {
      const firstAtMs = await store.firstTraceAtMs(workspaceId);
      const last = newest.get(workspaceId);
      return {
        first_trace_at: firstAtMs === null ? null : timestampOfMs(firstAtMs),
        last_trace: last === undefined ? null : { trace_id: last.traceId, received_at: timestampOfMs(last.receivedAtMs) },
      };
    },
  };
}
export type FirstTraceWatch = ReturnType<typeof createFirstTraceWatch>;

export const timestampOfMs = (unixMs: number): string => formatTimestamp(BigInt(Math.trunc(unixMs)) * 1_000_000n);
