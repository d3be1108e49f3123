import { expect, it } from 'vitest';
import { nsOf } from '../telemetry/testing/storedRows.ts';
import { monthCalendar } from './monthCalendar.ts';

it.each([
  ['UTC', '2026-11-20T12:00:00Z', '2026-11', 20, 30, 10.5],
  ['UTC', '2026-11-01T00:00:00Z', '2026-11', 1, 30, 30],
  ['UTC', '2026-12-31T23:59:59Z', '2026-12', 31, 31, 1 / 86_400],
  ['UTC', '2028-02-29T18:00:00Z', '2028-02', 29, 29, 0.25],
  ['Europe/Vienna', '2026-10-31T23:30:00Z', '2026-11', 1, 30, 29 + 23.5 / 24],
  ['America/Los_Angeles', '2026-11-01T06:00:00Z', '2026-10', 31, 31, 1 / 24],
  // Clocks go back on 25 October: the day has 25 hours.
  ['Europe/Vienna', '2026-10-25T10:00:00Z', '2026-10', 25, 31, 6 + 13 / 25],
  ['Asia/Kathmandu', '2026-06-30T18:15:00Z', '2026-07', 1, 31, 31],
] as const)('in %s at %s it is %s, day %i of %i', (zone, now, month, day, daysInMonth, daysLeft) => {
  const calendar = monthCalendar(zone, nsOf(now));
  expect(calendar).toMatchObject({ month, today: { day }, daysInMonth });
  expect(calendar.daysLeft).toBeCloseTo(daysLeft, 6);
});
