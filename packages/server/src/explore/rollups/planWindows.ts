/**
 * Which windows of a range are answered from what was computed before, and for which parts of it the spans themselves are asked. Pure.
 * A window holds when as many rows had been written for it when it was computed as have been written now, so what comes late is never
 * missed: its hour is read from the spans until it has been computed again.
 */
import type { TimeRange } from '../timeRange.ts';

export const HOUR_NS = 3_600_000_000_000n;
export const DAY_NS = 24n * HOUR_NS;

export type Grain = 'hour' | 'day';

export interface WindowState {
  grain: Grain;
  startNs: bigint;
  generation: bigint;
  /** Rows that had been written for the window. */
  arrived: bigint;
}

export interface WindowPlan {
  /** Unix nanoseconds of the first moment of the first window and behind the last. */
  fromNs: bigint;
  toNs: bigint;
  generations: bigint[];
  /** Rows of spans that the windows stand for. */
  rows: bigint;
  /** Ascending, apart from each other: what windows do not tell. */
  rest: TimeRange[];
}

/** More ranges than these cost the engine more than reading between them. */
const REST_MAX = 64;

/**
 * `arrivals`: rows written for each hour that has any, by its first nanosecond. `withDays`: whether days may be used, which a question
 * that tells hours apart may not. Undefined when no window of the range holds, or when what is left falls into too many pieces.
 */
export function planWindows(
  range: TimeRange,
  arrivals: ReadonlyMap<bigint, bigint>,
  windows: readonly WindowState[],
  withDays: boolean,
): WindowPlan | undefined {
  const firstNs = ceilTo(range.fromNs, HOUR_NS);
  const lastNs = floorTo(range.toNs, HOUR_NS);
  if (lastNs <= firstNs) return undefined;
  const held = new Map(windows.map((window) => [`${window.grain}${window.startNs}`, window]));
  const taken: { startNs: bigint; endNs: bigint; generation: bigint }[] = [];
  const rest: TimeRange[] = [];
  let rows = 0n;
  const leave = (fromNs: bigint, toNs: bigint) => {
    if (fromNs >= toNs) return;
    const last = rest.at(-1);
    if (last !== undefined && last.toNs === fromNs) last.toNs = toNs;
    else rest.push({ fromNs, toNs });
  };
  const arrivedIn = (startNs: bigint, endNs: bigint) => {
    let sum = 0n;
    for (let hourNs = startNs; hourNs < endNs; hourNs += HOUR_NS) sum += arrivals.get(hourNs) ?? 0n;
    return sum;
  };
  /** Whether the window needs no look at the spans: nothing is in it, or what was computed holds. */
  const take = (grain: Grain, startNs: bigint, endNs: bigint): boolean => {
    const arrived = arrivedIn(startNs, endNs);
    if (arrived === 0n) return true;
    const window = held.get(`${grain}${startNs}`);
    if (window === undefined || window.arrived !== arrived) return false;
    taken.push({ startNs, endNs, generation: window.generation });
    rows += arrived;
    return true;
  };

  leave(range.fromNs, firstNs);
  for (let startNs = firstNs; startNs < lastNs; ) {
    const dayEnds = startNs + DAY_NS;
    if (withDays && startNs % DAY_NS === 0n && dayEnds <= lastNs && take('day', startNs, dayEnds)) {
      startNs = dayEnds;
      continue;
    }
    if (!take('hour', startNs, startNs + HOUR_NS)) leave(startNs, startNs + HOUR_NS);
    startNs += HOUR_NS;
  }
  leave(lastNs, range.toNs);
  const [first] = taken;
  const last = taken.at(-1);
  if (first === undefined || last === undefined || rest.length > REST_MAX) return undefined;
  return { fromNs: first.startNs, toNs: last.endNs, generations: taken.map(({ generation }) => generation), rows, rest };
}

const floorTo = (ns: bigint, stepNs: bigint): bigint => ns - (((ns % stepNs) + stepNs) % stepNs);
const ceilTo = (ns: bigint, stepNs: bigint): bigint => -floorTo(-ns, stepNs);
