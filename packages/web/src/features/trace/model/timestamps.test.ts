import { describe, expect, it } from 'vitest';
import { durationMsOf, millisecondsBetween, parseInstant, relativeTimes } from './timestamps.ts';

describe('parseInstant', () => {
  it.each([
    ['2026-11-20T09:00:00Z', Date.UTC(2026, 10, 20, 9) / 1000, 0],
    ['2026-11-20T09:00:00.5Z', Date.UTC(2026, 10, 20, 9) / 1000, 500_000_000],
    ['2026-11-20T09:00:00.123456789Z', Date.UTC(2026, 10, 20, 9) / 1000, 123_456_789],
    ['2026-11-20T10:00:00+01:00', Date.UTC(2026, 10, 20, 9) / 1000, 0],
    ['1969-12-31T23:59:59.25Z', -1, 250_000_000],
    ['2100-01-01T00:00:00.000000001Z', Date.UTC(2100, 0, 1) / 1000, 1],
  ])('reads %s to the nanosecond', (text, seconds, nanoseconds) => {
    expect(parseInstant(text)).toEqual({ seconds, nanoseconds });
  });

  it.each(['', 'yesterday', '2026-13-40T09:00:00Z', '2026-11-20', '1700000000'])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  it('keeps single nanoseconds apart over an hour', () => {
    const from = parseInstant('2026-11-20T09:00:00.000000001Z');
    const to = parseInstant('2026-11-20T10:00:00.000000002Z');
    expect(from !== null && to !== null && Math.round(millisecondsBetween(from, to) * 1e6)).toBe(3_600_000_000_001);
  });
});

describe('durationMsOf', () => {
  it.each([
    ['0', 0],
    ['1850000000', 1850],
    ['1', 0.000001],
    ['-5', 0],
    ['not a number', 0],
    ['', 0],
  ])('%j nanoseconds are %d ms', (ns, ms) => {
    expect(durationMsOf(ns)).toBe(ms);
  });
});

describe('relativeTimes', () => {
  const span = (start_time: string, duration_ns: string) => ({ start_time, duration_ns });

  it('measures from the earliest start, whatever the order', () => {
    const times = relativeTimes([span('2026-11-20T09:00:01Z', '500000000'), span('2026-11-20T09:00:00Z', '250000000')]);
    expect([...times.startMs]).toEqual([1000, 0]);
    expect([...times.endMs]).toEqual([1500, 250]);
    expect(times.durationMs).toBe(1500);
  });

  it('puts a span with an unreadable start at the start of the trace', () => {
    const times = relativeTimes([span('2026-11-20T09:00:01Z', '1000000'), span('gibberish', '2000000')]);
    expect([...times.startMs]).toEqual([0, 0]);
    expect(times.durationMs).toBe(2);
  });

  it('is empty for no spans', () => {
    expect(relativeTimes([])).toMatchObject({ durationMs: 0, origin: null });
  });
});
