/**
 * What was refused in the last hour and why, so that the first-run page can tell a person whose data does
 * not arrive. In memory and bounded; the same refusal is counted, not repeated. Each workspace has its own places, and
 * so have all senders of no workspace together, so that nobody's refusals push out another's.
 */
export interface Refusal {
  /** Null when the sender could not be told from anyone: no key, or a wrong one. */
  workspaceId: string | null;
  atMs: number;
  path: string;
  status: number;
  code: string;
  message: string;
  count: number;
}

const KEPT_MS = 3_600_000;
const KEPT_OF_WORKSPACE_MAX = 50;
/** Further ones push out the workspace that was refused longest ago. */
const WORKSPACES_MAX = 1_000;
/** Characters of a message: it may quote a header. */
const MESSAGE_CHARS_MAX = 500;

/** `onRefusal` is told of each, repeated or not, but not of single items in a request that was taken. */
export function createRefusalLog(nowMs: () => number = Date.now, onRefusal: (refusal: Pick<Refusal, 'path' | 'code'>) => void = () => undefined) {
  const byWorkspace = new Map<string | null, Map<string, Refusal>>();

  /** As the one that was refused last. */
  const placesOf = (workspaceId: string | null): Map<string, Refusal> => {
    const places = byWorkspace.get(workspaceId) ?? new Map<string, Refusal>();
    byWorkspace.delete(workspaceId);
    byWorkspace.set(workspaceId, places);
    dropOldest(byWorkspace, WORKSPACES_MAX);
    return places;
  };
  const recent = (workspaceId: string | null): Refusal[] => {
    const sinceMs = nowMs() - KEPT_MS;
    return [...(byWorkspace.get(workspaceId)?.values() ?? [])].filter(({ atMs }) => atMs >= sinceMs);
  };

  return {
    note(refusal: Omit<Refusal, 'atMs' | 'count'>): void {
      if (refusal.code !== 'partial-success') onRefusal(refusal);
      const places = placesOf(refusal.workspaceId);
      const message = refusal.message.slice(0, MESSAGE_CHARS_MAX);
      const key = `${refusal.path}|${refusal.status}|${message}`;
      const count = (places.get(key)?.count ?? 0) + 1;
      places.delete(key);
      places.set(key, { ...refusal, message, atMs: nowMs(), count });
      dropOldest(places, KEPT_OF_WORKSPACE_MAX);
    },
    /** Newest first; those of nobody are shown to every workspace, for the sender is usually ours. */
    of(workspaceId: string): Refusal[] {
      return [...recent(null), ...recent(workspaceId)].reverse().sort((a, b) => b.atMs - a.atMs);
    },
  };
}
export type RefusalLog = ReturnType<typeof createRefusalLog>;

function dropOldest<Key>(map: Map<Key, unknown>, countMax: number): void {
  if (map.size <= countMax) return;
  const [oldest] = map.keys();
  map.delete(oldest as Key);
}
