/**
 * The API keys that are in use, by hash, so that a request costs no query. An entry is trusted for a
 * minute, an unknown key for a second; what other instances change comes in through `apply`.
 */
import type { AuthenticatedKey } from '../access/caller.ts';

export interface KeyEntry {
  caller: AuthenticatedKey;
  /** SHA-256 of the key, base64. */
  hash: string;
  expiresAtMs: number | null;
  revoked: boolean;
}

const TRUSTED_MS = 60_000;
/** While the database cannot be asked, a key that it has confirmed goes on working this long. */
const TRUSTED_IN_OUTAGE_MS = 300_000;
const UNKNOWN_TRUSTED_MS = 1_000;
const ENTRIES_MAX = 10_000;

interface Known {
  /** Undefined: there is no such key. */
  entry: KeyEntry | undefined;
  checkedAtMs: number;
}

export interface KeyCache {
  /** The usable key with this hash. Rejects when it is not known here and the database cannot be asked. */
  find(hash: string): KeyEntry | undefined | Promise<KeyEntry | undefined>;
  /** Takes over what changed, of the keys that are in use here. */
  apply(changed: KeyEntry[]): void;
  forget(hash: string): void;
  /** Makes every entry ask again: changes may have been missed. */
  distrust(): void;
}

/** `load` answers the keys among the given hashes; it is never called twice at the same time. */
export function createKeyCache(load: (hashes: string[]) => Promise<KeyEntry[]>, now: () => number): KeyCache {
  const known = new Map<string, Known>();
  let asked = new Map<string, { promise: Promise<void>; settle(error?: unknown): void }>();
  let loading = false;

  const remember = (hash: string, entry: KeyEntry | undefined) => {
    known.delete(hash);
    known.set(hash, { entry, checkedAtMs: now() });
    if (known.size > ENTRIES_MAX) {
      const [oldest] = known.keys();
      if (oldest !== undefined) known.delete(oldest);
    }
  };
  const usable = (entry: KeyEntry | undefined): KeyEntry | undefined =>
    entry === undefined || entry.revoked || (entry.expiresAtMs !== null && entry.expiresAtMs <= now()) ? undefined : entry;

  /** All hashes that were asked for while one query ran share the next one: a flood of wrong keys is one query at a time. */
  const loadAsked = async () => {
    loading = true;
    while (asked.size > 0) {
      const batch = asked;
      asked = new Map();
      try {
        const found = new Map((await load([...batch.keys()])).map((entry) => [entry.hash, entry]));
        for (const [hash, waiting] of batch) {
          remember(hash, found.get(hash));
          waiting.settle();
        }
      } catch (error) {
        for (const waiting of batch.values()) waiting.settle(error);
      }
    }
    loading = false;
  };

  const ask = (hash: string): Promise<void> => {
    const already = asked.get(hash);
    if (already !== undefined) return already.promise;
    let settle: (error?: unknown) => void = () => undefined;
    const promise = new Promise<void>((resolve, reject) => {
      settle = (error) => (error === undefined ? resolve() : reject(error));
    });
    asked.set(hash, { promise, settle });
    if (!loading) void loadAsked();
    return promise;
  };

  const askAndFind = async (hash: string, last: Known | undefined): Promise<KeyEntry | undefined> => {
    try {
      await ask(hash);
    } catch (error) {
      if (last?.entry !== undefined && now() - last.checkedAtMs < TRUSTED_IN_OUTAGE_MS) return usable(known.get(hash)?.entry ?? last.entry);
      throw error;
    }
    return usable(known.get(hash)?.entry);
  };

  return {
    find: (hash) => {
      const last = known.get(hash);
      const ageMs = last === undefined ? Infinity : now() - last.checkedAtMs;
      if (last !== undefined && ageMs < (last.entry === undefined ? UNKNOWN_TRUSTED_MS : TRUSTED_MS)) return usable(last.entry);
      return askAndFind(hash, last);
    },
    apply: (changed) => {
      for (const entry of changed) if (known.has(entry.hash)) remember(entry.hash, entry);
    },
    forget: (hash) => void known.delete(hash),
    distrust: () => {
      for (const entry of known.values()) entry.checkedAtMs = Math.min(entry.checkedAtMs, now() - TRUSTED_MS);
    },
  };
}
