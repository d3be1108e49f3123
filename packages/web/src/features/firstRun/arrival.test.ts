import { describe, expect, it } from 'vitest';
import { afterWords, beginArrival, lookForArrival } from './arrival.ts';

const trace = (received_at: string, trace_id = 'a'.repeat(32)) => ({ last_trace: { trace_id, received_at } });
const nothing = { last_trace: null };

describe('waiting for a trace', () => {
  it('ends with the first trace of an empty workspace', () => {
    const wait = beginArrival(nothing, 1_000);
    expect(lookForArrival(wait, nothing, 2_000).arrived).toBeNull();
    expect(lookForArrival(wait, trace('2026-11-20T09:00:00Z'), 43_000).arrived).toEqual({
      traceId: 'a'.repeat(32),
      afterMs: 42_000,
    });
  });

  it('is not satisfied by a trace that was there before', () => {
    const before = trace('2026-11-20T09:00:00.123456789Z');
    const wait = beginArrival(before, 0);
    expect(lookForArrival(wait, before, 5_000).arrived).toBeNull();
  });

  it.each([
    ['2026-11-20T09:00:00.12Z', '2026-11-20T09:00:00.123Z'],
    ['2026-11-20T09:00:00Z', '2026-11-20T09:00:00.000000001Z'],
    ['2026-11-20T09:00:00.9Z', '2026-11-20T09:00:01Z'],
  ])('tells %s from the later %s', (earlier, later) => {
    expect(lookForArrival(beginArrival(trace(earlier), 0), trace(later), 1).arrived).not.toBeNull();
    expect(lookForArrival(beginArrival(trace(later), 0), trace(earlier), 1).arrived).toBeNull();
  });

  it('keeps the trace that ended it', () => {
    const done = lookForArrival(beginArrival(nothing, 0), trace('2026-11-20T09:00:00Z'), 1_000);
    expect(lookForArrival(done, trace('2026-11-20T09:00:05Z', 'b'.repeat(32)), 6_000)).toBe(done);
  });
});

it.each([
  [120, '1 s'],
  [42_400, '42 s'],
  [60_000, '1 min'],
  [125_000, '2 min 5 s'],
])('tells a wait of %s ms as %s', (ms, words) => {
  expect(afterWords(ms)).toBe(words);
});
