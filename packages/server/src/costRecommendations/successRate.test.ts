import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceLowerBound, effectiveSample, isNotWorse, wilsonInterval } from './successRate.ts';

describe('the Wilson interval', () => {
  // Figures of Newcombe, "Two-sided confidence intervals for the single proportion", Stat. Med. 17 (1998) 857–872, table I, z of 95 % two-sided.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is %f to %f', (successes, size, lower, upper) => {
    const interval = wilsonInterval({ size, successes }, 1.959964);
    expect(interval.lower).toBeCloseTo(lower, 4);
    expect(interval.upper).toBeCloseTo(upper, 4);
  });

  it('of nothing says nothing', () => {
    expect(wilsonInterval({ size: 0, successes: 0 })).toEqual({ lower: 0, upper: 1 });
  });
});

describe('the difference of two rates', () => {
  // Newcombe (1998) 873–890, table II, method 10, contrasts (a) 56/70 − 48/80 and (e) 10/10 − 0/10.
  it.each([
    [56, 70, 48, 80, 0.0524],
    [9, 10, 3, 10, 0.1705],
    [10, 10, 0, 10, 0.6075],
  ])('%i/%i − %i/%i is at least %f', (a, m, b, n, lower) => {
    expect(differenceLowerBound({ size: m, successes: a }, { size: n, successes: b }, 1.959964)).toBeCloseTo(lower, 4);
  });

  it('is never proved by few calls, and by 134 without a failure on either side within two points', () => {
    const well = (size: number) => ({ size, successes: size });
    expect(isNotWorse(well(132), well(132), 0.02)).toBe(false);
    expect(isNotWorse(well(133), well(133), 0.02)).toBe(true);
    expect(isNotWorse(well(0), well(1_000), 0.02)).toBe(false);
  });

  it('is never above the plain difference', () => {
    const sample = fc
      .integer({ min: 1, max: 10_000 })
      .chain((size) => fc.record({ size: fc.constant(size), successes: fc.integer({ min: 0, max: size }) }));
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        expect(differenceLowerBound(a, b)).toBeLessThanOrEqual(a.successes / a.size - b.successes / b.size + 1e-12);
      }),
    );
  });
});

it('rows that stand for several count for less than as many rows', () => {
  expect(effectiveSample({ weight: 100, weightSquares: 100, weightOfSuccesses: 90 })).toEqual({ size: 100, successes: 90 });
  expect(effectiveSample({ weight: 100, weightSquares: 1_000, weightOfSuccesses: 90 })).toEqual({ size: 10, successes: 9 });
  expect(effectiveSample({ weight: 0, weightSquares: 0, weightOfSuccesses: 0 })).toEqual({ size: 0, successes: 0 });
});
