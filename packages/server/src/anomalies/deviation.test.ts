import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaleOf } from './deviation.ts';
import type { SeriesKind } from './seriesShape.ts';

const SIZE = { perEvent: 0.02, usualOf: 40, usualValue: 100 };
const KINDS: readonly SeriesKind[] = ['count', 'sum', 'share', 'duration', 'level'];
const valueOf = (kind: SeriesKind) => fc.double({ min: 0, max: kind === 'share' ? 1 : 1e7, noNaN: true });

describe.each(KINDS)('%s', (kind) => {
  const scale = scaleOf(kind, SIZE);

  it('deviates by nothing from itself, and is more the greater the value', () => {
    fc.assert(
      fc.property(valueOf(kind), valueOf(kind), fc.integer({ min: 1, max: 5_000 }), (a, b, of) => {
        expect(scale.deviation(a, a, of)).toBe(0);
        if (a < b) expect(scale.deviation(a, b, of)).toBeLessThanOrEqual(0);
        if (a < b) expect(scale.deviation(b, a, of)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('finds the value that deviates so much', () => {
    fc.assert(
      fc.property(valueOf(kind), fc.double({ min: -8, max: 8, noNaN: true }), fc.integer({ min: 1, max: 5_000 }), (expected, deviation, of) => {
        const value = scale.valueAt(deviation, expected, of);
        expect(Number.isFinite(value)).toBe(true);
        if (kind !== 'level') expect(value).toBeGreaterThanOrEqual(0);
        if (kind === 'share') expect(value).toBeLessThanOrEqual(1);
        // At an end of what there can be, there is no value so far out.
        const isEnd = kind !== 'level' && (value === 0 || (kind === 'share' && value === 1));
        if (!isEnd) expect(scale.deviation(value, expected, of)).toBeCloseTo(deviation, 4);
      }),
    );
  });
});

it.each([
  ['count', 0, 4, 3],
  ['count', 100, 130, 2.6],
  ['count', 10_000, 12_000, 4.5],
  ['sum', 1, 2, 4],
  ['sum', 0.02, 0.2, 2.6],
] as const)('of a %s of %d, %d is about %d standard deviations more', (kind, expected, value, deviations) => {
  expect(scaleOf(kind, SIZE).deviation(value, expected, null)).toBeCloseTo(deviations, -0.3);
});

it('a share of few calls says less than one of many', () => {
  const { deviation } = scaleOf('share', SIZE);
  const told = [1, 3, 10, 100].map((of) => deviation(1, 0.02, of));
  expect(told).toEqual([...told].sort((a, b) => a - b));
  expect([told[0], told[3]].map((value) => (value ?? 0) > 4)).toEqual([false, true]);
});

it('a percentile of fewer calls than usual scatters more', () => {
  const { deviation } = scaleOf('duration', SIZE);
  expect(deviation(4_000, 2_000, 4)).toBeLessThan(deviation(4_000, 2_000, 40) / 3);
  expect(deviation(4_000, 2_000, 400)).toBe(deviation(4_000, 2_000, 40));
});
