import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fullBucket, takeTokens, tokensLeft, untilFullMs, waitMs } from './tokenBucket.ts';

test('what it holds goes at once, then one each time that has been waited for', () => {
  const bucket = fullBucket(3 / 60, 3, 0);
  for (let i = 0; i < 3; i++) {
    expect(waitMs(bucket, 0)).toBe(0);
    takeTokens(bucket, 1, 0);
  }
  expect(waitMs(bucket, 0)).toBe(20_000);
  expect(waitMs(bucket, 19_999)).toBe(1);
  expect(waitMs(bucket, 20_000)).toBe(0);
  takeTokens(bucket, 1, 20_000);
  expect(waitMs(bucket, 20_000)).toBe(20_000);
});

test('more than it holds can be taken, and the debt is waited for', () => {
  const bucket = fullBucket(100, 1_000, 0);
  takeTokens(bucket, 1_500, 0);
  expect(tokensLeft(bucket, 0)).toBe(0);
  expect(waitMs(bucket, 0)).toBe(5_010);
  expect(waitMs(bucket, 5_009)).toBe(1);
  expect(waitMs(bucket, 5_010)).toBe(0);
  expect(untilFullMs(bucket, 5_010)).toBe(9_990);
});

test('a clock that goes back gives nothing and takes nothing', () => {
  const bucket = fullBucket(2 / 60, 2, 60_000);
  takeTokens(bucket, 1, 0);
  expect(tokensLeft(bucket, 0)).toBe(1);
});

test('a pause never saves up more than it holds', () => {
  const bucket = fullBucket(5, 20, 0);
  expect(tokensLeft(bucket, 3_600_000)).toBe(20);
  expect(untilFullMs(bucket, 3_600_000)).toBe(0);
});

test('whoever waits as told is let in, and no more than capacity, rate × time and one request goes through', () => {
  const requests = fc.array(fc.record({ pauseMs: fc.integer({ min: 0, max: 5_000 }), count: fc.integer({ min: 1, max: 5_000 }) }), { maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 60 }), requests, (perSecond, burstSeconds, arrivals) => {
      const capacity = perSecond * burstSeconds;
      const bucket = fullBucket(perSecond, capacity, 0);
      let [nowMs, taken, last] = [0, 0, 0];
      for (const { pauseMs, count } of arrivals) {
        nowMs += pauseMs;
        nowMs += waitMs(bucket, nowMs);
        expect(waitMs(bucket, nowMs)).toBe(0);
        takeTokens(bucket, count, nowMs);
        taken += count;
        last = count;
        expect(taken - last).toBeLessThanOrEqual(capacity + (perSecond * nowMs) / 1000 + 1e-3);
      }
    }),
    { numRuns: 200 },
  );
});
