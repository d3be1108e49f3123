/** Middle and spread of numbers, of which a few may be far out. */

export interface WeighedValue {
  value: number;
  /** Above 0. */
  weight: number;
}

/**
 * The smallest value up to which half of the weight lies; undefined of nothing. Moves what it is given around: only the part in which the
 * half lies is looked at again, so it takes as long as a few passes, where sorting took most of the time of judging.
 */
export function weightedMedian(values: WeighedValue[]): number | undefined {
  let total = 0;
  for (const { weight } of values) total += weight;
  if (!(total > 0)) return undefined;
  // Sums of fractions: half is half though its last digit differs.
  let wanted = total / 2 - 1e-12 * total;
  let [from, to] = [0, values.length];
  for (;;) {
    const pivot = values[(from + to) >> 1]?.value ?? 0;
    let [less, equal, more] = [from, from, to];
    let [lessWeight, equalWeight] = [0, 0];
    while (equal < more) {
      const each = values[equal] as WeighedValue;
      if (each.value < pivot) {
        lessWeight += each.weight;
        swap(values, less++, equal++);
      } else if (each.value > pivot) {
        swap(values, equal, --more);
      } else {
        equalWeight += each.weight;
        equal++;
      }
    }
    if (lessWeight >= wanted && less > from) to = less;
    else if (lessWeight + equalWeight >= wanted || equal >= to) return pivot;
    else [from, wanted] = [equal, wanted - lessWeight - equalWeight];
  }
}

function swap(values: WeighedValue[], a: number, b: number): void {
  const kept = values[a] as WeighedValue;
  values[a] = values[b] as WeighedValue;
  values[b] = kept;
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
  const sorted = new Float64Array(distances.length);
  for (const [i, distance] of distances.entries()) sorted[i] = Math.abs(distance);
  sorted.sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return Math.max(at(0.5) * SIGMA_PER_MEDIAN, at(0.9) * SIGMA_PER_P90);
}
