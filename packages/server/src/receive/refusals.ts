/**
 * What was refused in the last hour and why, so that the first-run page can tell a person whose data does
 * not arrive. In memory and bounded; the same refusal is counted, not repeated.
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
const KEPT_MAX = 200;

/** `onRefusal` is told of each, repeated or not, but not of single items in a request that was taken. */
export function createRefusalLog(nowMs: () => number = Date.now, onRefusal: (refusal: Pick<Refusal, 'path' | 'code'>) => void = () => undefined) {
  const refusals = new Map<string, Refusal>();
  return {
    note(refusal: Omit<Refusal, 'atMs' | 'count'>): void {
      if (refusal.code !== 'partial-success') onRefusal(refusal);
      const key = `${refusal.workspaceId}|${refusal.path}|${refusal.status}|${refusal.message}`;
      const count = (refusals.get(key)?.count ?? 0) + 1;
      refusals.delete(key);
      refusals.set(key, { ...refusal, atMs: nowMs(), count });
      const [oldest] = refusals.keys();
      if (refusals.size > KEPT_MAX && oldest !== undefined) refusals.delete(oldest);
    },
    /** Newest first; those of nobody are shown to every workspace, for the sender is usually ours. */
    of(workspaceId: string): Refusal[] {
      const sinceMs = nowMs() - KEPT_MS;
      return [...refusals.values()].filter((refusal) => refusal.atMs >= sinceMs && (refusal.workspaceId ?? workspaceId) === workspaceId).reverse();
    },
  };
}
export type RefusalLog = ReturnType<typeof createRefusalLog>;
