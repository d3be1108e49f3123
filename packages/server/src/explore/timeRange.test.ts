import { describe, expect, it } from 'vitest';
import { parseTime, parseTimeRange } from './timeRange.ts';

const NOW = 1_795_176_000_000_000_000n; // 2026-11-20T12:00:00Z

describe('a time', () => {
  it.each([
    ['now', NOW],
    ['now-24h', NOW - 86_400_000_000_000n],
    ['now+1d', NOW + 86_400_000_000_000n],
    ['now-2w', NOW - 14n * 86_400_000_000_000n],
    ['now-90s', NOW - 90_000_000_000n],
    ['2026-11-20T12:00:00Z', NOW],
    ['2026-11-20T13:00:00+01:00', NOW],
    ['2026-11-20T06:30:00-05:30', NOW],
    ['2026-11-20T12:00:00.000000001Z', NOW + 1n],
    ['2026-11-20T12:00:00.5Z', NOW + 500_000_000n],
    ['1970-01-01T00:00:00Z', 0n],
    ['1969-12-31T23:59:59.25Z', -750_000_000n],
  ])('%s is read to the nanosecond', (text, expected) => {
    expect(parseTime(text, NOW)).toBe(expected);
  });

  it.each([
    '',
    'yesterday',
    'now-',
    'now-1y',
    '2026-11-20',
    '2026-02-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-20T25:00:00Z',
    '2026-11-20T12:00:00',
    ' now',
  ])('%j is none', (text) => {
    expect(parseTime(text, NOW)).toBeUndefined();
  });

  it('beyond what the store can hold is moved to its edge', () => {
    expect(parseTime('9999-12-31T23:59:59Z', NOW)).toBe(BigInt(Date.UTC(2261, 0, 1)) * 1_000_000n);
    expect(parseTime('now-999999w', NOW)).toBe(BigInt(Date.UTC(1900, 0, 1)) * 1_000_000n);
  });
});

describe('a range', () => {
  it('may end in the future', () => {
    expect(parseTimeRange({ from: 'now', to: 'now+1h' }, NOW, 'query')).toEqual({ ok: true, value: { fromNs: NOW, toNs: NOW + 3_600_000_000_000n } });
  });

  it.each([
    ['now', 'now'],
    ['now', 'now-1s'],
    ['2026-11-21T00:00:00Z', '2026-11-20T00:00:00Z'],
  ])('from %s to %s is empty and refused', (from, to) => {
    expect(parseTimeRange({ from, to }, NOW, 'query')).toMatchObject({
      ok: false,
      error: { code: 'invalid-request', errors: [{ pointer: '?from' }] },
    });
  });

  it('names every wrong end by its place', () => {
    const refused = parseTimeRange({ from: '2026-02-30T00:00:00Z', to: 'soon' }, NOW, 'body');
    expect(refused).toMatchObject({ ok: false, error: { errors: [{ pointer: '/from' }, { pointer: '/to' }] } });
  });
});
