import { expect, test } from 'vitest';
import { fullBucket, takeToken } from './rateLimit.ts';

test('a minute’s worth goes at once, then one each time that has been waited for', () => {
  const bucket = fullBucket(3, 0);
  expect([takeToken(bucket, 3, 0), takeToken(bucket, 3, 0), takeToken(bucket, 3, 0)]).toEqual([0, 0, 0]);
  expect(takeToken(bucket, 3, 0)).toBe(20_000);
  expect(takeToken(bucket, 3, 19_999)).toBe(1);
  expect(takeToken(bucket, 3, 20_001)).toBe(0);
  expect(takeToken(bucket, 3, 20_001)).toBeGreaterThan(0);
});

test('a clock that goes back gives nothing and takes nothing', () => {
  const bucket = fullBucket(2, 60_000);
  expect(takeToken(bucket, 2, 0)).toBe(0);
  expect(takeToken(bucket, 2, 0)).toBe(0);
  expect(takeToken(bucket, 2, 0)).toBe(30_000);
});

test('a pause never saves up more than a minute’s worth', () => {
  const bucket = fullBucket(2, 0);
  expect([takeToken(bucket, 2, 3_600_000), takeToken(bucket, 2, 3_600_000), takeToken(bucket, 2, 3_600_000)]).toEqual([0, 0, 30_000]);
});
