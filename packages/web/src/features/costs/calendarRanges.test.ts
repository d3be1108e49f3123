import { expect, test } from 'vitest';
import { calendarRanges } from './calendarRanges.ts';

test('days and months are those of the zone', () => {
  // Already the first of January in Vienna.
  const ranges = Object.fromEntries(calendarRanges(Date.UTC(2026, 11, 31, 23, 30), 'Europe/Vienna').map(({ label, range }) => [label, range]));
  expect(ranges).toEqual({
    Today: { from: '2026-12-31T23:00:00Z', to: 'now' },
    Yesterday: { from: '2026-12-30T23:00:00Z', to: '2026-12-31T23:00:00Z' },
    'Last 7 whole days': { from: '2026-12-24T23:00:00Z', to: '2026-12-31T23:00:00Z' },
    'This month': { from: '2026-12-31T23:00:00Z', to: 'now' },
    'Last month': { from: '2026-11-30T23:00:00Z', to: '2026-12-31T23:00:00Z' },
  });
});

test('a month across a change of the clocks begins and ends at midnight', () => {
  const ranges = calendarRanges(Date.UTC(2026, 10, 20), 'Europe/Vienna');
  expect(ranges.find(({ label }) => label === 'Last month')?.range).toEqual({ from: '2026-09-30T22:00:00Z', to: '2026-10-31T23:00:00Z' });
});
