import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divideHalfEven, formatUsd, parseUsd } from './money.ts';

describe('parseUsd', () => {
  it.each([
    ['1', 1_000_000_000_000n],
    ['0.0045225', 4_522_500_000n],
    ['.5', 500_000_000_000n],
    ['5.', 5_000_000_000_000n],
    ['-0.15', -150_000_000_000n],
    ['+2', 2_000_000_000_000n],
    [' 3 ', 3_000_000_000_000n],
    ['1e-6', 1_000_000n],
    ['1.5E+2', 150_000_000_000_000n],
    ['0.000000000001', 1n],
    ['0', 0n],
    ['-0', 0n],
    ['0e9999', 0n],
    ['1e-9999', 0n],
  ])('reads %s', (text, pico) => {
    expect(parseUsd(text)).toBe(pico);
  });

  it.each([
    ['0.0000000000005', 0n],
    ['0.0000000000015', 2n],
    ['0.0000000000025', 2n],
    ['0.00000000000250000001', 3n],
    ['-0.0000000000015', -2n],
    ['-0.0000000000025', -2n],
  ])('rounds %s half-even below 1e-12', (text, pico) => {
    expect(parseUsd(text)).toBe(pico);
  });

  it.each(['', ' ', '.', '-', 'e5', '1e', '1,5', '1 2', '0x10', 'NaN', 'Infinity', '1e99999', '--1', '1.2.3', '$1'])('refuses "%s"', (text) => {
    expect(parseUsd(text)).toBeUndefined();
  });

  it('refuses what the stores cannot hold, and texts that only waste time', () => {
    expect(parseUsd('99999999999999999999999999.999999999999')).toBe(10n ** 38n - 1n);
    expect(parseUsd('100000000000000000000000000')).toBeUndefined();
    expect(parseUsd('-1e26')).toBeUndefined();
    expect(parseUsd('1e9999')).toBeUndefined();
    expect(parseUsd(`1.${'0'.repeat(98)}`)).toBe(1_000_000_000_000n);
    expect(parseUsd(`1.${'0'.repeat(99)}`)).toBeUndefined();
  });
});

describe('formatUsd', () => {
  it.each([
    [0n, '0'],
    [1n, '0.000000000001'],
    [-1n, '-0.000000000001'],
    [4_522_500_000n, '0.0045225'],
    [1_000_000_000_000n, '1'],
    [-1_500_000_000_000n, '-1.5'],
    [10n ** 38n - 1n, '99999999999999999999999999.999999999999'],
  ])('writes %s as %s', (pico, text) => {
    expect(formatUsd(pico)).toBe(text);
  });

  it('writes every amount so that parseUsd reads the same one', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), (pico) => {
        expect(parseUsd(formatUsd(pico))).toBe(pico);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('divideHalfEven', () => {
  it.each([
    [10n, 4n, 2n],
    [14n, 4n, 4n],
    [11n, 4n, 3n],
    [9n, 4n, 2n],
    [-10n, 4n, -2n],
    [-14n, 4n, -4n],
    [0n, 7n, 0n],
    [7n, 1n, 7n],
  ])('%s / %s is %s', (numerator, denominator, quotient) => {
    expect(divideHalfEven(numerator, denominator)).toBe(quotient);
  });

  it('is never further than half from the true quotient, and even when exactly between two', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.bigInt({ min: 1n, max: 10n ** 12n }), (numerator, denominator) => {
        const quotient = divideHalfEven(numerator, denominator);
        const error = 2n * (numerator - quotient * denominator);
        const size = error < 0n ? -error : error;
        expect(size < denominator || (size === denominator && quotient % 2n === 0n)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('is symmetric around zero', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 1000n }), (numerator, denominator) => {
        expect(divideHalfEven(-numerator, denominator)).toBe(-divideHalfEven(numerator, denominator));
      }),
    );
  });
});
