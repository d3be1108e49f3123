import { describe, expect, it } from 'vitest';
import { periodBefore } from './periodBefore.ts';

function before(from: string, to: string, zone: string): string[] {
  const { fromMs, toMs } = periodBefore({ fromMs: Date.parse(from), toMs: Date.parse(to) }, zone);
  return [fromMs, toMs].map((at) => new Date(at).toISOString().replace('.000Z', 'Z'));
}

describe('the period before', () => {
  it('has the same length and ends where the period begins', () => {
    expect(before('2026-11-20T09:30:00Z', '2026-11-20T15:30:00Z', 'UTC')).toEqual(['2026-11-20T03:30:00Z', '2026-11-20T09:30:00Z']);
  });

  it('of whole days is as many whole days', () => {
    expect(before('2026-11-13T00:00:00Z', '2026-11-20T00:00:00Z', 'UTC')).toEqual(['2026-11-06T00:00:00Z', '2026-11-13T00:00:00Z']);
  });

  it('of a month are as many days before it', () => {
    expect(before('2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z', 'UTC')).toEqual(['2026-10-02T00:00:00Z', '2026-11-01T00:00:00Z']);
  });

  it('takes days from the calendar of the zone, 25 hours long where the clocks are put back', () => {
    // 2026-10-25 in Vienna: from 22:00 UTC of the 24th to 23:00 UTC of the 25th.
    expect(before('2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', 'Europe/Vienna')).toEqual(['2026-10-23T22:00:00Z', '2026-10-24T22:00:00Z']);
    expect(before('2026-10-25T23:00:00Z', '2026-10-26T23:00:00Z', 'Europe/Vienna')).toEqual(['2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z']);
  });

  it('midnight elsewhere is a time like any other', () => {
    expect(before('2026-10-25T00:00:00Z', '2026-10-26T00:00:00Z', 'Europe/Vienna')).toEqual(['2026-10-24T00:00:00Z', '2026-10-25T00:00:00Z']);
  });

  it('of a day so far is the day before up to the same time', () => {
    expect(before('2026-11-20T00:00:00Z', '2026-11-20T16:12:13.456Z', 'UTC')).toEqual(['2026-11-19T00:00:00Z', '2026-11-19T16:12:13.456Z']);
  });

  it('of a month so far are as many days, up to the same time', () => {
    expect(before('2026-11-01T00:00:00Z', '2026-11-20T16:00:00Z', 'UTC')).toEqual(['2026-10-12T00:00:00Z', '2026-10-31T16:00:00Z']);
  });

  it('begins where the day began when the clock skipped its midnight', () => {
    // Santiago put its clocks forward at midnight of 2026-09-06: that day began at 01:00 (04:00 UTC).
    expect(before('2026-09-06T04:00:00Z', '2026-09-07T03:00:00Z', 'America/Santiago')).toEqual(['2026-09-05T04:00:00Z', '2026-09-06T04:00:00Z']);
  });
});
