import { describe, expect, it } from 'vitest';
import { BUCKETS_MAX, bucketStarts, parseInterval } from './buckets.ts';

const ns = (text: string) => BigInt(Date.parse(text)) * 1_000_000n;
const buckets = (from: string, to: string, interval: string, timeZone = 'UTC') =>
  bucketStarts({ fromNs: ns(from), toNs: ns(to) }, parseInterval(interval) ?? { count: 1, unit: 's' }, timeZone)?.map((start) =>
    new Date(Number(start / 1_000_000n)).toISOString(),
  );

describe('buckets', () => {
  it.each([
    [
      '15m',
      '2026-11-20T11:50:00Z',
      '2026-11-20T12:16:00Z',
      'UTC',
      ['2026-11-20T11:45:00.000Z', '2026-11-20T12:00:00.000Z', '2026-11-20T12:15:00.000Z'],
    ],
    ['1h', '2026-11-20T11:00:00Z', '2026-11-20T12:00:00Z', 'Asia/Kolkata', ['2026-11-20T11:00:00.000Z']],
    ['1d', '2026-11-19T12:00:00Z', '2026-11-20T12:00:00Z', 'Europe/Vienna', ['2026-11-18T23:00:00.000Z', '2026-11-19T23:00:00.000Z']],
    // 25 October 2026 has 25 hours in Vienna.
    ['1d', '2026-10-24T22:00:00Z', '2026-10-25T23:30:00Z', 'Europe/Vienna', ['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z']],
    // 20 November 2026 is a Friday; weeks begin on Monday.
    ['1w', '2026-11-20T12:00:00Z', '2026-11-24T00:00:00Z', 'UTC', ['2026-11-16T00:00:00.000Z', '2026-11-23T00:00:00.000Z']],
    ['1m', '1969-12-31T23:59:30Z', '1970-01-01T00:00:30Z', 'UTC', ['1969-12-31T23:59:00.000Z', '1970-01-01T00:00:00.000Z']],
  ])('of %s cover the range %s to %s in %s', (interval, from, to, timeZone, expected) => {
    expect(buckets(from, to, interval, timeZone)).toEqual(expected);
  });

  it('of several days stay where they are while the range moves on', () => {
    const first = buckets('2026-11-01T00:00:00Z', '2026-11-20T00:00:00Z', '3d') ?? [];
    const later = buckets('2026-11-02T00:00:00Z', '2026-11-21T00:00:00Z', '3d') ?? [];
    expect(later.slice(0, 5)).toEqual(first.filter((start) => start >= (later[0] ?? '')).slice(0, 5));
  });

  it('are refused when they are too many', () => {
    expect(buckets('2026-11-20T00:00:00Z', '2026-11-20T02:46:40Z', '1s')).toHaveLength(BUCKETS_MAX);
    expect(buckets('2026-11-20T00:00:00Z', '2026-11-20T02:46:41Z', '1s')).toBeUndefined();
    expect(buckets('1990-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '1d')).toBeUndefined();
  });

  it.each(['', '0m', '5', 'm', '5y', '-5m', '12345m'])('%j is no interval', (text) => {
    expect(parseInterval(text)).toBeUndefined();
  });
});
