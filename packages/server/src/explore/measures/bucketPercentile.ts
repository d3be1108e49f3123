import { letting } from './letting.ts';

interface Buckets {
  /** An array of (upper, lower) bounds. */
  keys: string;
  /** How many observations fell into each; negative ones count as none. */
  counts: string;
  /** Least and greatest value that is known, or NULL. */
  lowest: string;
  highest: string;
}

/**
 * The value below which a share of the observations lies: buckets are put in order, the one that holds the rank is
 * found, and within it values are taken as evenly spread. An open end is closed by the least or greatest value where
 * that is known, else by 0 below and by the last bound above.
 */
export function percentileOfBuckets(level: number, buckets: Buckets): string {
  const upper = 'if(isFinite(keys[i].1), keys[i].1, ifNull(highest, keys[i].2))';
  const lower = 'if(isFinite(keys[i].2), keys[i].2, ifNull(lowest, if(keys[i].1 > 0, 0, keys[i].1)))';
  const share = `(${level} * total - reached[i] + counts[i]) / counts[i]`;
  const spread = letting({ below: lower, above: upper }, `below + (above - below) * ${share}`);
  const found = letting({ i: `arrayFirstIndex(c -> c >= ${level} * total, reached)` }, spread);
  const within = `greatest(ifNull(lowest, -inf), least(ifNull(highest, inf), ${found}))`;
  const ranked = letting({ total: 'arraySum(counts)', reached: 'arrayCumSum(counts)' }, `if(total = 0, NULL, ${within})`);
  const counts = `arrayMap(c -> greatest(c, 0), ${buckets.counts})`;
  return letting({ keys: buckets.keys, counts, lowest: buckets.lowest, highest: buckets.highest }, ranked);
}
