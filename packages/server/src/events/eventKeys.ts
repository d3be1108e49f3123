/**
 * Which events are known already. What is stored answers from the store (`event_keys`); what is acknowledged
 * and not stored yet, or in hand at this moment, is kept here. A key is noted here before the store is asked
 * and forgotten only when its event is stored, so there is no moment at which neither knows it; and since
 * nothing but the event itself makes a key stay, no crash can leave a key without its event.
 */
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Frame } from '../journal/frame.ts';

/** Keys of acknowledged events that wait for the store. About 100 bytes each. */
const WAITING_KEYS_MAX = 1_000_000;

/** Resolves with the keys, among those that a request holds, that have become events. */
type Holder = Promise<ReadonlySet<string>>;

export interface EventKeysDependencies {
  /** Which of the keys (hex) belong to stored events of the workspace. Rejects when the store cannot tell. */
  findStored(workspaceId: WorkspaceId, keys: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface Claim {
  /** Keys of events that are acknowledged already. */
  known: ReadonlySet<string>;
  /** To be called in any case: with the keys of what was acknowledged, or with none. */
  release(acknowledged: readonly string[]): void;
}

export interface EventKeys {
  /**
   * Holds the keys of one request until it is released, and tells which of them are known. Undefined when
   * that cannot be told now: the store does not answer, too much waits for it, or another request that had
   * the same key in hand failed.
   */
  claim(workspaceId: WorkspaceId, keys: readonly string[]): Promise<Claim | undefined>;
  /** Takes note of frames that are on disk but not stored, left by an earlier process. */
  remember(frames: Iterable<Pick<Frame, 'workspaceId' | 'notes'>>): void;
  /** Takes note of frames that have just been stored. */
  forget(frames: readonly Pick<Frame, 'workspaceId' | 'notes'>[]): void;
}

export function createEventKeys({ findStored }: EventKeysDependencies): EventKeys {
  /** Each key with who has it in hand, or 'waiting' when it is acknowledged and not stored. */
  const held = new Map<string, Holder | 'waiting'>();
  const heldKey = (workspaceId: string, key: string) => `${workspaceId}:${key}`;

  async function claim(workspaceId: WorkspaceId, keys: readonly string[]): Promise<Claim | undefined> {
    if (held.size + keys.length > WAITING_KEYS_MAX) return undefined;
    const known = new Set<string>();
    const others: [key: string, holder: Holder][] = [];
    const own: string[] = [];
    let settle: (acknowledged: ReadonlySet<string>) => void = () => undefined;
    const holder: Holder = new Promise((resolve) => {
      settle = resolve;
    });
    // All at once, so that requests wait only for earlier ones and never for each other.
    for (const key of new Set(keys)) {
      const now = held.get(heldKey(workspaceId, key));
      if (now === 'waiting') known.add(key);
      else if (now !== undefined) others.push([key, now]);
      else {
        held.set(heldKey(workspaceId, key), holder);
        own.push(key);
      }
    }
    const release = (acknowledged: readonly string[]) => {
      const kept = new Set(acknowledged);
      for (const key of own) {
        if (kept.has(key)) held.set(heldKey(workspaceId, key), 'waiting');
        else held.delete(heldKey(workspaceId, key));
      }
      settle(new Set([...kept, ...known]));
    };
    try {
      if (own.length > 0) for (const key of await findStored(workspaceId, own)) known.add(key);
      for (const [key, other] of others) {
        if (!(await other).has(key)) throw new Error('the request that had the key in hand did not keep it');
        known.add(key);
      }
      return { known, release };
    } catch {
      release([]);
      return undefined;
    }
  }

  return {
    claim,
    remember: (frames) => {
      for (const { workspaceId, notes } of frames) for (const key of notes?.eventKeys ?? []) held.set(heldKey(workspaceId, key), 'waiting');
    },
    forget: (frames) => {
      for (const { workspaceId, notes } of frames) for (const key of notes?.eventKeys ?? []) held.delete(heldKey(workspaceId, key));
    },
  };
}
