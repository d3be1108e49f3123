import { expect, it } from 'vitest';
import { formatMeasure, type MeasureUnit } from './formatMeasure.ts';

it.each<[string | number | null, MeasureUnit, string]>([
  [null, 'count', '–'],
  [0, 'count', '0'],
  [1234, 'count', '1,234'],
  [3.25, 'count', '3.3'],
  [1234.5, 'tokens', '1,235'],
  ['0.0106825', 'usd', '$0.0107'],
  [1850, 'ms', '1.85 s'],
  [0.995, 'ratio', '100\u202f%'],
  [2048, 'bytes', '2 KB'],
  [0.81234, 'score', '0.812'],
  [41.26, 'rate', '41.3'],
  ['connection refused', 'none', 'connection refused'],
])('%s in %s reads %s', (value, unit, shown) => {
  expect(formatMeasure(value, unit)).toBe(shown);
});
