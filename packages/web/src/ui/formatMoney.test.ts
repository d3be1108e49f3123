import { describe, expect, it } from 'vitest';
import { formatMoney, formatMoneyExact } from './formatMoney.ts';

describe('formatMoney', () => {
  it.each([
    ['0', '$0.00'],
    ['0.0106825', '$0.0107'],
    ['0.0098', '$0.0098'],
    ['0.00980', '$0.0098'],
    ['0.61', '$0.61'],
    ['0.5', '$0.50'],
    ['0.1234', '$0.123'],
    ['0.000000037512', '$0.0000000375'],
    ['0.000000000001', '$0.000000000001'],
    ['0.9999', '$1.00'],
    ['1', '$1.00'],
    ['1.005', '$1.00'],
    ['61.128', '$61.13'],
    ['999.994', '$999.99'],
    ['999.996', '$1,000'],
    ['1704.4', '$1,704'],
    ['1234567.89', '$1,234,568'],
    ['-0.0106825', '−$0.0107'],
    ['9007199254740993.5', '$9,007,199,254,740,994'],
  ])('shows %s dollars as %s', (usd, shown) => {
    expect(formatMoney(usd)).toBe(shown);
  });

  it('shows an amount that was not sent as a dash, not as zero', () => {
    expect(formatMoney(null)).toBe('–');
    expect(formatMoney('not a number')).toBe('–');
  });
});

describe('formatMoneyExact', () => {
  it.each([
    ['0.0106825', '$0.0106825'],
    ['0', '$0.00'],
    ['1704.4', '$1,704.40'],
    ['-3', '−$3.00'],
    ['123456789.123456789012', '$123,456,789.123456789012'],
  ])('keeps every digit of %s', (usd, shown) => {
    expect(formatMoneyExact(usd)).toBe(shown);
  });
});
