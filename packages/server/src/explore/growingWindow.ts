/**
 * A list ordered by time is looked for in windows that grow from its near end, so that a page costs what it shows and not what its
 * range holds. Pure.
 */
import type { TimeRange } from './timeRange.ts';

const minimum = (a: bigint, b: bigint) => (a < b ? a : b);
const maximum = (a: bigint, b: bigint) => (a > b ? a : b);

/** What is left of a range behind the moment at which the last page ended, that moment included. */
export function behind({ fromNs, toNs }: TimeRange, lastNs: bigint | undefined, descending: boolean): TimeRange {
  if (lastNs === undefined) return { fromNs, toNs };
  return descending ? { fromNs, toNs: minimum(toNs, lastNs + 1n) } : { fromNs: maximum(fromNs, lastNs), toNs };
}

/** The near part of a range, of this length at most. */
export function nearPart({ fromNs, toNs }: TimeRange, lengthNs: bigint, descending: boolean): TimeRange {
  return descending ? { fromNs: maximum(fromNs, toNs - lengthNs), toNs } : { fromNs, toNs: minimum(toNs, fromNs + lengthNs) };
}

/** How many times longer the next window is: towards what is missing, in strides that an empty range does not make many. */
export function growth(found: number, wanted: number): bigint {
  return found === 0 ? 16n : BigInt(Math.min(16, Math.max(2, Math.ceil((wanted / found) * 1.5))));
}
