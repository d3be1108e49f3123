import { describe, expect, it } from 'vitest';
import { formatCount, formatCountShort, formatQuantity, formatTokenFlow } from './formatCount.ts';

describe('counts', () => {
  it.each([
    [0, '0'],
    [48_210, '48,210'],
    [null, '–'],
  ])('shows %s as %s', (count, shown) => {
    expect(formatCount(count)).toBe(shown);
  });

  it.each([
    [9_999, '9,999'],
    [12_840, '12.8K'],
    [1_284_000, '1.28M'],
    [null, '–'],
  ])('shortens %s to %s', (count, shown) => {
    expect(formatCountShort(count)).toBe(shown);
  });

  it('tells unknown tokens from none', () => {
    expect(formatTokenFlow(6412, 0)).toBe('6,412 → 0');
    expect(formatTokenFlow(6412, null)).toBe('6,412 → –');
    expect(formatTokenFlow(null, null)).toBeNull();
  });

  it('uses the singular for exactly one', () => {
    expect(formatQuantity(1, 'span')).toBe('1 span');
    expect(formatQuantity(0, 'span')).toBe('0 spans');
    expect(formatQuantity(2, 'entry', 'entries')).toBe('2 entries');
  });
});
