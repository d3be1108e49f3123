import { describe, expect, it } from 'vitest';
import { epochMs, formatClock, formatExact, formatMinute, formatRelative, isTimeZone, zoneLabel } from './formatTime.ts';

const now = Date.UTC(2026, 10, 20, 12, 0, 0);

describe('formatRelative', () => {
  it.each([
    ['2026-11-20T11:59:58Z', 'now'],
    ['2026-11-20T11:59:48Z', '12 s ago'],
    ['2026-11-20T11:46:00Z', '14 min ago'],
    ['2026-11-20T09:00:00Z', '3 h ago'],
    ['2026-11-19T09:00:00Z', '27 h ago'],
    ['2026-11-15T11:00:00Z', '5 d ago'],
    ['2026-11-20T12:02:00Z', 'in 2 min'],
    ['nonsense', '–'],
  ])('tells %s as %s', (time, shown) => {
    expect(formatRelative(time, now)).toBe(shown);
  });
});

describe('exact times', () => {
  const time = '2026-11-20T17:14:02.118456789Z';

  it('names date, millisecond and zone', () => {
    expect(formatExact(time, 'UTC')).toBe('2026-11-20 17:14:02.118 UTC');
    expect(formatExact(time, 'Asia/Kolkata')).toBe('2026-11-20 22:44:02.118 GMT+5:30');
    expect(formatClock(time, 'America/New_York')).toBe('12:14:02.118');
  });

  it('shows midnight as 00:00, on the day that begins', () => {
    expect(formatMinute(Date.UTC(2026, 10, 20), 'UTC')).toBe('2026-11-20 00:00');
  });

  it('follows daylight saving time', () => {
    expect(formatMinute(Date.UTC(2026, 6, 1, 12), 'Europe/Berlin')).toBe('2026-07-01 14:00');
    expect(formatMinute(Date.UTC(2026, 11, 1, 12), 'Europe/Berlin')).toBe('2026-12-01 13:00');
  });

  it('reads nanoseconds', () => {
    expect(epochMs(time)).toBe(Date.UTC(2026, 10, 20, 17, 14, 2, 118));
  });
});

describe('zones', () => {
  it('knows IANA names and refuses others', () => {
    expect(isTimeZone('Europe/Berlin')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
    expect(isTimeZone('')).toBe(false);
  });

  it('labels UTC as UTC', () => {
    expect(zoneLabel('UTC', now)).toBe('UTC');
  });
});
