/**
 * Recognises a request that was sent again, as exporters do when an answer was lost on its way, so that it is counted as
 * a duplicate and not stored and merged away. Remembers the last requests only (bounded, in memory): one that is
 * not recognised is stored once all the same, by the keys of its rows.
 */
import { hash as digest } from 'node:crypto';
import type { Processed, TelemetryRequest } from './pipeline.ts';

/** Of each of two generations; a request takes about 200 bytes. */
const REQUESTS_MAX = 20_000;

interface Known {
  /** Items that are there since then, without copies of spans in progress. */
  known: number;
  rejected: number;
  rejectedWhy: string;
}

export function createRepeatedRequests() {
  let recent = new Map<string, Known>();
  let before = new Map<string, Known>();
  return {
    /** Undefined where repeats are told by other means: events by their keys, observations by the ids of their items; and where nothing is stored. */
    fingerprintOf({ signal, workspaceId, contentType, encoding, body }: TelemetryRequest): string | undefined {
      if (signal === 'events' || signal === 'event-summary' || signal === 'langfuse') return undefined;
      return `${workspaceId} ${signal} ${contentType} ${encoding} ${digest('sha256', body, 'base64')}`;
    },
    /** What a request of which everything is known comes to. */
    find(fingerprint: string): Processed | undefined {
      const found = recent.get(fingerprint) ?? before.get(fingerprint);
      if (found === undefined) return undefined;
      const { known, rejected, rejectedWhy } = found;
      return { content: undefined, committed: () => undefined, accepted: 0, duplicates: known, rejected, rejectedWhy, faults: [] };
    },
    /** Call when the request is on disk, and not before: what is remembered is not stored again. */
    remember(fingerprint: string, { accepted, copies = 0, duplicates = 0, rejected, rejectedWhy, sameWhenRepeated = true }: Processed): void {
      if (!sameWhenRepeated) return;
      recent.set(fingerprint, { known: accepted - copies + duplicates, rejected, rejectedWhy });
      if (recent.size < REQUESTS_MAX) return;
      before = recent;
      recent = new Map();
    },
    /** Forgets the requests of a workspace. */
    forget(workspaceId: string): void {
      for (const requests of [recent, before]) for (const known of requests.keys()) if (known.startsWith(`${workspaceId} `)) requests.delete(known);
    },
  };
}
