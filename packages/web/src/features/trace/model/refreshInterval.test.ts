import { expect, test } from 'vitest';
import { refreshIntervalMs } from './refreshInterval.ts';
import { largeTraceForTest, spanForTest, TEST_EPOCH_MS } from './spanForTest.ts';
import { traceModelForTest } from './traceModelForTest.ts';

const done = spanForTest({ span_id: 'done' });
const running = spanForTest({ span_id: 'running', status: 'running' });
const intervalOf = (spans: readonly (typeof done)[], afterMs = 1_000, failed = false) =>
  refreshIntervalMs({ trace: traceModelForTest([...spans]).trace, spans }, failed, TEST_EPOCH_MS + afterMs);

test('a trace is read again every two seconds while a span of it runs, and not when all have ended', () => {
  expect([intervalOf([done, running]), intervalOf([done]), refreshIntervalMs(undefined, false, TEST_EPOCH_MS)]).toEqual([2_000, false, false]);
});

test('a trace that has run for an hour, is large, or could not be read is asked for less often', () => {
  expect([intervalOf([running], 3_599_999), intervalOf([running], 3_600_000), intervalOf([running], 1_000, true)]).toEqual([2_000, 30_000, 30_000]);
  expect(intervalOf([running, ...largeTraceForTest(9_999)])).toBe(10_000);
});
