import { describe, expect, it } from 'vitest';
import { REASONS } from './decoded.ts';
import { AHEAD_NS_MAX, EARLIEST_NS, MONTHS_MAX } from './limits.ts';
import { CLOCK_REASONS, createRequestClock } from './requestClock.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 9);
const NOW = BigInt(NOW_MS) * 1_000_000n;
const month = (index: number) => BigInt(Date.UTC(2024, index, 15)) * 1_000_000n;
const problemOf = (timeNs: bigint) => createRequestClock(NOW_MS).problemOf(timeNs);

describe('a time', () => {
  it.each([
    ['of the receipt', NOW, undefined],
    ['a day ahead', NOW + AHEAD_NS_MAX, undefined],
    ['a nanosecond more than a day ahead', NOW + AHEAD_NS_MAX + 1n, CLOCK_REASONS.ahead],
    ['beyond every date', 2n ** 64n - 1n, CLOCK_REASONS.ahead],
    ['at the beginning of 2020', EARLIEST_NS, undefined],
    ['a nanosecond before', EARLIEST_NS - 1n, CLOCK_REASONS.tooOld],
    ['of 1970', 1n, CLOCK_REASONS.tooOld],
    ['that was not sent', 0n, REASONS.time],
  ])('%s', (_name, timeNs, problem) => {
    expect(problemOf(timeNs)).toBe(problem);
  });

  it('is measured in the month of the receipt as well, however many went before it', () => {
    const clock = createRequestClock(NOW_MS);
    expect([clock.problemOf(NOW), clock.problemOf(NOW + AHEAD_NS_MAX + 1n), clock.problemOf(NOW)]).toEqual([
      undefined,
      CLOCK_REASONS.ahead,
      undefined,
    ]);
  });
});

describe('the months of a request', () => {
  it('are so many, in any order; times of further ones are refused, those of known ones taken', () => {
    const clock = createRequestClock(NOW_MS);
    for (let i = MONTHS_MAX - 1; i >= 0; i--) expect(clock.problemOf(month(i))).toBeUndefined();
    expect(clock.problemOf(month(MONTHS_MAX))).toBe(CLOCK_REASONS.months);
    expect(clock.problemOf(NOW)).toBe(CLOCK_REASONS.months);
    expect(clock.problemOf(month(0))).toBeUndefined();
    expect(clock.problemOf(month(MONTHS_MAX - 1))).toBeUndefined();
  });

  it('begin and end at midnight UTC, to the nanosecond', () => {
    const clock = createRequestClock(NOW_MS);
    for (let i = 0; i < MONTHS_MAX; i++) clock.problemOf(month(i));
    const after = BigInt(Date.UTC(2024, MONTHS_MAX, 1)) * 1_000_000n;
    expect([clock.problemOf(after - 1n), clock.problemOf(after)]).toEqual([undefined, CLOCK_REASONS.months]);
    const first = BigInt(Date.UTC(2024, 0, 1)) * 1_000_000n;
    expect([clock.problemOf(first), clock.problemOf(first - 1n)]).toEqual([undefined, CLOCK_REASONS.months]);
  });
});
