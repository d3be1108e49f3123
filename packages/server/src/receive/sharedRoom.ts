/**
 * Memory that many holders share, each no more than what is left free. One alone may hold half, two a third each: however
 * much the others hold, a newcomer finds room. (Dynamic thresholds, as switches divide their buffers among ports.)
 */
export interface SharedRoom {
  /** False, and nothing is taken, when the holder would have more than is left free. */
  take(holder: string, bytes: number): boolean;
  give(holder: string, bytes: number): void;
}

export function createSharedRoom(bytesMax: number): SharedRoom {
  const held = new Map<string, number>();
  let taken = 0;
  return {
    take: (holder, bytes) => {
      const own = (held.get(holder) ?? 0) + bytes;
      if (own > bytesMax - taken) return false;
      held.set(holder, own);
      taken += bytes;
      return true;
    },
    give: (holder, bytes) => {
      const own = (held.get(holder) ?? 0) - bytes;
      if (own > 0) held.set(holder, own);
      else held.delete(holder);
      taken -= bytes;
    },
  };
}
