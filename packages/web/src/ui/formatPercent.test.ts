import { describe, expect, it } from 'vitest';
import { formatChange, formatPercent, formatPoints } from './formatPercent.ts';

const plain = (text: string | null) => text?.replaceAll('\u202f', ' ') ?? null;

describe('formatPercent', () => {
  it.each([
    [0, '0 %'],
    [0.0001, '<0.1 %'],
    [0.0123, '1.2 %'],
    [0.01, '1.0 %'],
    [0.253, '25 %'],
    [0.9999, '100 %'],
    [null, '–'],
  ])('shows %s as %s', (ratio, shown) => {
    expect(plain(formatPercent(ratio))).toBe(shown);
  });
});

describe('changes', () => {
  it.each([
    [138, 100, '+38 %'],
    [96, 100, '−4 %'],
    [100.2, 100, 'no change'],
    [12_000, 10, '+119,900 %'],
    [5, 0, null],
  ])('from %s against %s is %s', (now, before, shown) => {
    expect(plain(formatChange(now, before))).toBe(shown);
  });

  it('tells a ratio in points', () => {
    expect(formatPoints(0.012, 0.005)).toBe('+0.7 points');
    expect(formatPoints(0.005, 0.012)).toBe('−0.7 points');
    expect(formatPoints(0.012, 0.01203)).toBe('no change');
  });
});
