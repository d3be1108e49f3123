import fc from 'fast-check';
import { expect, it } from 'vitest';
import { spreadOf, weightedMedian, type WeighedValue } from './robustStatistics.ts';

/** By its definition. */
function sortedMedian(values: readonly WeighedValue[]): number | undefined {
  const total = values.reduce((sum, { weight }) => sum + weight, 0);
  let reached = 0;
  return [...values].sort((a, b) => a.value - b.value).find(({ weight }) => (reached += weight) >= total / 2 - 1e-12 * total)?.value;
}

it('the weighted median is what sorting finds', () => {
  const value = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ min: -1e9, max: 1e9, noNaN: true }));
  const weighed = fc.record({ value, weight: fc.integer({ min: 1, max: 8 }) });
  fc.assert(
    fc.property(fc.array(weighed, { maxLength: 90 }), (values) => {
      expect(weightedMedian([...values])).toBe(sortedMedian(values));
    }),
  );
});

it.each([
  [[], undefined],
  [[[3, 1]], 3],
  [
    [
      [1, 1],
      [2, 1],
    ],
    1,
  ],
  [
    [
      [1, 1],
      [2, 1],
      [9, 1],
    ],
    2,
  ],
  [
    [
      [1, 1],
      [2, 1],
      [9, 5],
    ],
    9,
  ],
  [
    [
      [5, 0.1],
      [5, 0.2],
      [1, 0.3],
    ],
    1,
  ],
] as const)('of %j it is %s', (pairs, median) => {
  expect(weightedMedian(pairs.map(([value, weight]) => ({ value, weight })))).toBe(median);
});

it('the spread is that of the normal distribution, whatever a few are', () => {
  const quantiles = Float64Array.from({ length: 999 }, (_, i) => 2 * normalQuantile((i + 1) / 1_000));
  expect(spreadOf(quantiles)).toBeCloseTo(2, 1);
  expect(spreadOf(quantiles.map((value, i) => (i % 20 === 0 ? 1e9 : value)))).toBeLessThan(2.7);
  expect([spreadOf(new Float64Array()), spreadOf(new Float64Array(50))]).toEqual([0, 0]);
});

it('what is mostly quiet and sometimes not has a spread', () => {
  expect(spreadOf(Float64Array.from({ length: 100 }, (_, i) => (i % 8 === 0 ? 4 : 0)))).toBeCloseTo(2.4, 1);
});

/** By bisection. */
function normalQuantile(p: number): number {
  let [low, high] = [-6, 6];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalBelow(middle) < p) low = middle;
    else high = middle;
  }
  return low;
}

/** G. Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical Software 11 (2004). */
function normalBelow(x: number): number {
  let [sum, term] = [x, x];
  for (let i = 3; Math.abs(term) > 1e-16; i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x - 0.918_938_533_204_672_8);
}
