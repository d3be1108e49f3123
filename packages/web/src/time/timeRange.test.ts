import { describe, expect, it } from 'vitest';
import { describeRange, followsNow, freezeRange, rangeOfSearch, readTypedRange, readTypedTime, resolveTime } from './timeRange.ts';

const now = Date.UTC(2026, 10, 20, 12, 0, 0);

describe('resolveTime', () => {
  it.each([
    ['now', now],
    ['now-6h', now - 6 * 3_600_000],
    ['now+1d', now + 86_400_000],
    ['2026-11-20T09:00:00Z', Date.UTC(2026, 10, 20, 9)],
    ['2026-11-20T09:00:00.123456789+01:00', Date.UTC(2026, 10, 20, 8, 0, 0, 123)],
    ['2026-13-20T09:00:00Z', undefined],
    ['yesterday', undefined],
    ['now-6y', undefined],
  ])('of %s is %s', (text, expected) => {
    expect(resolveTime(text, now)).toBe(expected);
  });
});

describe('rangeOfSearch', () => {
  it('falls back to the last day for what is missing or wrong', () => {
    expect(rangeOfSearch({})).toEqual({ from: 'now-24h', to: 'now' });
    expect(rangeOfSearch({ from: 'garbage', to: '2026-11-20T09:00:00Z' })).toEqual({ from: 'now-24h', to: '2026-11-20T09:00:00Z' });
  });
});

describe('readTypedTime', () => {
  it.each([
    ['now-6h', 'UTC', 'now-6h'],
    [' now - 6h ', 'UTC', 'now-6h'],
    ['6h', 'UTC', 'now-6h'],
    ['2026-11-20', 'UTC', '2026-11-20T00:00:00Z'],
    ['2026-11-20 17:14', 'UTC', '2026-11-20T17:14:00Z'],
    ['2026-11-20 17:14:02.5', 'UTC', '2026-11-20T17:14:02.500Z'],
    ['2026-11-20 17:14', 'Europe/Berlin', '2026-11-20T16:14:00Z'],
    ['2026-07-01 17:14', 'America/New_York', '2026-07-01T21:14:00Z'],
    ['2026-11-20T09:00:00Z', 'Asia/Tokyo', '2026-11-20T09:00:00Z'],
  ])('reads %s in %s as %s', (typed, zone, expected) => {
    expect(readTypedTime(typed, zone)).toBe(expected);
  });

  it.each(['', 'soon', '2026-02-30', '2026-11-20 25:00', '2026-11-20 10:75', 'now-6y'])('refuses %s', (typed) => {
    expect(readTypedTime(typed, 'UTC')).toBeUndefined();
  });

  it('takes the first of an hour that the clock shows twice, and the hour after one that it skips', () => {
    expect(readTypedTime('2026-10-25 02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00Z');
    expect(readTypedTime('2026-03-29 02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00Z');
  });
});

describe('readTypedRange', () => {
  it('says what is wrong', () => {
    expect(readTypedRange('soon', 'now', 'UTC', now)).toEqual({ problem: '"soon" is not a time. Write now-6h, or 2026-11-20 12:00.' });
    expect(readTypedRange('now', 'now-1h', 'UTC', now)).toEqual({ problem: 'The range ends before it begins.' });
  });

  it('accepts relative and absolute ends together', () => {
    expect(readTypedRange('2026-11-01', 'now', 'UTC', now)).toEqual({ range: { from: '2026-11-01T00:00:00Z', to: 'now' } });
  });
});

describe('describeRange', () => {
  it.each([
    [{ from: 'now-24h', to: 'now' }, 'Last 24 hours'],
    [{ from: 'now-3h', to: 'now' }, 'Last 3 hours'],
    [{ from: 'now-1d', to: 'now' }, 'Last day'],
    [{ from: '2026-11-20T09:00:00Z', to: '2026-11-20T11:30:15Z' }, '2026-11-20 09:00 – 11:30:15'],
    [{ from: '2026-11-19T09:00:00Z', to: 'now' }, '2026-11-19 09:00 – now'],
  ])('tells %o as %s', (range, words) => {
    expect(describeRange(range, 'UTC')).toBe(words);
  });
});

describe('freezeRange', () => {
  it('fixes both ends', () => {
    expect(freezeRange({ from: 'now-1h', to: 'now' }, now)).toEqual({ from: '2026-11-20T11:00:00Z', to: '2026-11-20T12:00:00Z' });
  });

  it('makes a range that no longer follows the clock', () => {
    expect(followsNow({ from: 'now-1h', to: 'now' })).toBe(true);
    expect(followsNow(freezeRange({ from: 'now-1h', to: 'now' }, now))).toBe(false);
  });
});
