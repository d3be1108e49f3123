import { describe, expect, it } from 'vitest';
import { dateIn, isoDate, isTimeZone, plusDays, startOfDate } from './timeZone.ts';

const start = (timeZone: string, text: string) => {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return new Date(startOfDate(timeZone, { year, month, day })).toISOString();
};

describe('a calendar date', () => {
  it.each([
    ['UTC', '2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['Europe/Vienna', '2026-11-20', '2026-11-19T23:00:00.000Z'],
    ['Europe/Vienna', '2026-07-01', '2026-06-30T22:00:00.000Z'],
    ['America/New_York', '2026-11-20', '2026-11-20T05:00:00.000Z'],
    ['Asia/Kolkata', '2026-11-20', '2026-11-19T18:30:00.000Z'],
    ['Asia/Kathmandu', '2026-11-20', '2026-11-19T18:15:00.000Z'],
    ['Pacific/Kiritimati', '2026-11-20', '2026-11-19T10:00:00.000Z'],
    ['Pacific/Pago_Pago', '2026-11-20', '2026-11-20T11:00:00.000Z'],
    // The day on which the clocks change still begins with the old offset.
    ['Europe/Vienna', '2026-10-25', '2026-10-24T22:00:00.000Z'],
    ['Europe/Vienna', '2026-03-29', '2026-03-28T23:00:00.000Z'],
    // Midnight does not exist: clocks go from 23:59 to 01:00.
    ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00.000Z'],
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z'],
    // Midnight comes twice: the first one begins the day.
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z'],
  ])('in %s, %s begins at %s', (timeZone, date, expected) => {
    expect(start(timeZone, date)).toBe(expected);
  });

  it('begins where the day before it ends, in every zone, for two years', () => {
    for (const timeZone of [
      'Europe/Vienna',
      'America/St_Johns',
      'Africa/Cairo',
      'Australia/Lord_Howe',
      'Asia/Beirut',
      'America/Havana',
      'Pacific/Auckland',
    ]) {
      let date = { year: 2025, month: 1, day: 1 };
      let began = startOfDate(timeZone, date);
      for (let i = 0; i < 730; i++) {
        const next = plusDays(date, 1);
        const begins = startOfDate(timeZone, next);
        const hours = (begins - began) / 3_600_000;
        expect(hours, `${timeZone} ${isoDate(date)}`).toBeGreaterThanOrEqual(23);
        expect(hours, `${timeZone} ${isoDate(date)}`).toBeLessThanOrEqual(25);
        expect(dateIn(timeZone, begins)).toEqual(next);
        expect(dateIn(timeZone, begins - 1000)).toEqual(date);
        date = next;
        began = begins;
      }
    }
  });

  it('goes over months and leap years', () => {
    expect(plusDays({ year: 2028, month: 2, day: 28 }, 1)).toEqual({ year: 2028, month: 2, day: 29 });
    expect(plusDays({ year: 2026, month: 1, day: 1 }, -1)).toEqual({ year: 2025, month: 12, day: 31 });
  });

  it('needs a zone that exists', () => {
    expect(['UTC', 'Europe/Vienna', 'Nowhere/Land', '', "'; DROP TABLE spans"].map(isTimeZone)).toEqual([true, true, false, false, false]);
  });
});
