/** Middle and spread of numbers, of which a few may be far out. */

export interface WeighedValue {
  value: number;
  /** Above 0. */
  weight: number;
}

/** The smallest value up to which half of the weight lies; undefined of nothing. Sorts what it is given. */
export function weightedMedian(values: WeighedValue[]): number | undefined {
  let total = 0;
  for (const { weight } of values) total += weight;
  if (!(total > 0)) return undefined;
  values.sort((a, b) => a.value - b.value);
  let reached = 0;
  for (const { value, weight } of values) {
    reached += weight;
    // Sums of fractions: half is half though its last digit differs.
    if (reached >= total / 2 - 1e-12 * total) return value;
  }
  return values.at(-1)?.value;
}

/** Of a normal distribution: standard deviation ÷ median of the distances from its middle, and ÷ what 90 % of them keep within. */
const SIGMA_PER_MEDIAN = 1.4826;
const SIGMA_PER_P90 = 1 / 1.6449;

/**
 * The standard deviation that distances from what was expected tell of, of which a tenth may be anything. The greater of two: the scaled
 * median of distances, and what nine tenths keep within, because what is mostly quiet and sometimes not has a median near 0.
 */
export function spreadOf(distances: Float64Array): number {
  if (distances.length === 0) return 0;
  const sorted = distances.map(Math.abs).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return Math.max(at(0.5) * SIGMA_PER_MEDIAN, at(0.9) * SIGMA_PER_P90);
}
