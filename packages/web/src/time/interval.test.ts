import { expect, it } from 'vitest';
import { intervalFor } from './interval.ts';

const HOUR = 3_600_000;

it.each([
  [HOUR / 4, '10s'],
  [HOUR, '1m'],
  [6 * HOUR, '5m'],
  [24 * HOUR, '15m'],
  [7 * 24 * HOUR, '3h'],
  [30 * 24 * HOUR, '1d'],
  [90 * 24 * HOUR, '1d'],
  [3650 * 24 * HOUR, '1w'],
])('cuts %s ms into points of %s', (rangeMs, text) => {
  expect(intervalFor(rangeMs, 100).text).toBe(text);
});
