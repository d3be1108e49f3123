import { describe, expect, it } from 'vitest';
import { formatDurationMs, formatDurationNs } from './formatDuration.ts';

describe('formatDurationNs', () => {
  it.each([
    ['0', '0 ms'],
    ['450', '450 ns'],
    ['12500', '12.5 µs'],
    ['999999', '1 ms'],
    ['94000000', '94 ms'],
    ['94300000', '94.3 ms'],
    ['999600000', '1.00 s'],
    ['1850000000', '1.85 s'],
    ['8424999999', '8.42 s'],
    ['9996000000', '10.0 s'],
    ['12340000000', '12.3 s'],
    ['59960000000', '1 min'],
    ['125000000000', '2 min 5 s'],
    ['3780000000000', '1 h 3 min'],
    ['273600000000000', '3 d 4 h'],
  ])('shows %s ns as %s', (ns, shown) => {
    expect(formatDurationNs(ns)).toBe(shown);
    expect(formatDurationNs(BigInt(ns))).toBe(shown);
  });

  it('shows a missing duration as a dash', () => {
    expect(formatDurationNs(null)).toBe('–');
    expect(formatDurationMs(Number.NaN)).toBe('–');
  });

  it('keeps the sign of a difference', () => {
    expect(formatDurationMs(-200)).toBe('−200 ms');
  });
});
