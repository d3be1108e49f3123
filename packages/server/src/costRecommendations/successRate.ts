/** Whether one success rate is no worse than another, judged on samples: pure arithmetic of proportions. */

/** Judged things and how many of them succeeded; both may be fractions where rows are weighed (see `effectiveSample`). */
export interface Sample {
  size: number;
  successes: number;
}

/** The 95 % quantile of the normal distribution: bounds below are one-sided, wrong in one of twenty cases. */
export const Z_95_ONE_SIDED = 1.6449;

/**
 * The score interval of a proportion: E. B. Wilson, "Probable inference, the law of succession, and statistical
 * inference", J. Am. Stat. Assoc. 22 (1927) 209–212. Unlike the usual p ± z·√(p(1−p)/n) it holds near 0 and 1,
 * where success rates are. `[0, 1]` when nothing was judged.
 */
export function wilsonInterval({ size, successes }: Sample, z = Z_95_ONE_SIDED): { lower: number; upper: number } {
  if (!(size > 0)) return { lower: 0, upper: 1 };
  const p = Math.min(1, Math.max(0, successes / size));
  const square = z * z;
  const centre = p + square / (2 * size);
  const spread = z * Math.sqrt((p * (1 - p)) / size + square / (4 * size * size));
  const scale = 1 + square / size;
  return { lower: Math.max(0, (centre - spread) / scale), upper: Math.min(1, (centre + spread) / scale) };
}

/**
 * The lower bound of (rate of `candidate` − rate of `current`), independent samples: R. G. Newcombe, "Interval
 * estimation for the difference between independent proportions: comparison of eleven methods", Stat. Med. 17
 * (1998) 873–890, method 10, which joins two Wilson intervals: d − √((p₁ − l₁)² + (u₂ − p₂)²).
 */
export function differenceLowerBound(candidate: Sample, current: Sample, z = Z_95_ONE_SIDED): number {
  if (!(candidate.size > 0 && current.size > 0)) return -1;
  const p1 = candidate.successes / candidate.size;
  const p2 = current.successes / current.size;
  return p1 - p2 - Math.hypot(p1 - wilsonInterval(candidate, z).lower, wilsonInterval(current, z).upper - p2);
}

/** The non-inferiority test: with 95 % confidence the candidate's rate is less than `margin` below the current one. */
export function isNotWorse(candidate: Sample, current: Sample, margin: number): boolean {
  return differenceLowerBound(candidate, current) > -margin;
}

/**
 * Rows that stand for several (sampling) tell less than as many rows would: the effective size is (Σw)² ÷ Σw²
 * (L. Kish, Survey Sampling, 1965, section 11.7). With all weights 1 this is the plain count.
 */
export function effectiveSample({
  weight,
  weightSquares,
  weightOfSuccesses,
}: {
  weight: number;
  weightSquares: number;
  weightOfSuccesses: number;
}): Sample {
  if (!(weight > 0 && weightSquares > 0)) return { size: 0, successes: 0 };
  const size = (weight * weight) / weightSquares;
  return { size, successes: size * (weightOfSuccesses / weight) };
}
