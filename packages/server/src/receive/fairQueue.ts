/**
 * Whose request is next: holders take turns by what their requests cost, not by how many they send. Each has a clock
 * that its served requests move on; next is the one that is furthest behind. A holder that was away begins at the
 * present, so that nobody saves up turns; one that is alone is never held back. (Start-time fair queueing.)
 */
export interface FairQueue<Item> {
  push(holder: string, cost: number, item: Item): void;
  /** The first request of the holder whose turn it is; undefined when nothing waits. */
  next(): Item | undefined;
}

interface Waiting<Item> {
  item: Item;
  cost: number;
  after: Waiting<Item> | undefined;
}
interface Lane<Item> {
  first: Waiting<Item> | undefined;
  last: Waiting<Item> | undefined;
  /** Where the first waiting request begins, in costs served; when none waits, where the next one may. */
  clock: number;
}

export function createFairQueue<Item>(): FairQueue<Item> {
  const lanes = new Map<string, Lane<Item>>();
  /** Where the request began that was taken last. */
  let present = 0;

  const laneOf = (holder: string): Lane<Item> => {
    const found = lanes.get(holder);
    if (found !== undefined) return found;
    const made: Lane<Item> = { first: undefined, last: undefined, clock: present };
    lanes.set(holder, made);
    return made;
  };

  /** Lanes that are empty and owe nothing go on the way. */
  const furthestBehind = (): Lane<Item> | undefined => {
    let behind: Lane<Item> | undefined;
    for (const [holder, lane] of lanes) {
      if (lane.first === undefined) {
        if (lane.clock <= present) lanes.delete(holder);
      } else if (behind === undefined || lane.clock < behind.clock) behind = lane;
    }
    return behind;
  };

  return {
    push: (holder, cost, item) => {
      const lane = laneOf(holder);
      const waiting: Waiting<Item> = { item, cost, after: undefined };
      if (lane.last === undefined) {
        lane.clock = Math.max(lane.clock, present);
        lane.first = waiting;
      } else lane.last.after = waiting;
      lane.last = waiting;
    },
    next: () => {
      const lane = furthestBehind();
      if (lane?.first === undefined) return undefined;
      const { item, cost, after } = lane.first;
      present = lane.clock;
      lane.clock += cost;
      lane.first = after;
      if (after === undefined) lane.last = undefined;
      return item;
    },
  };
}
