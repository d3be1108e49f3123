import { expect, it } from 'vitest';
import { hoursOfWeek } from './hoursOfWeek.ts';

const at = (time: string) => Date.parse(time);

it.each([
  ['UTC', '2026-11-16T00:00:00Z', 0],
  ['UTC', '2026-11-22T23:00:00Z', 167],
  ['UTC', '1969-12-29T00:00:00Z', 0],
  ['Europe/Vienna', '2026-11-16T00:00:00Z', 1],
  ['America/Los_Angeles', '2026-11-16T00:00:00Z', 160],
  ['Asia/Kathmandu', '2026-11-16T00:00:00Z', 5],
])('in %s at %s clocks show hour %i of the week', (zone, time, hour) => {
  expect(hoursOfWeek(zone, at(time), 1)).toEqual([hour]);
});

it('follows one on the other, through weeks', () => {
  const hours = hoursOfWeek('UTC', at('2026-11-18T05:00:00Z'), 400);
  expect(hours[0]).toBe(53);
  for (const [index, hour] of hours.entries()) expect(hour).toBe((53 + index) % 168);
});

it('leaves an hour out where clocks are put forward, and has one twice where they are put back', () => {
  // Sunday is the seventh day: its hours are 144 to 167.
  expect(hoursOfWeek('Europe/Vienna', at('2026-03-29T00:00:00Z'), 4)).toEqual([145, 147, 148, 149]);
  expect(hoursOfWeek('Europe/Vienna', at('2026-10-25T00:00:00Z'), 4)).toEqual([146, 146, 147, 148]);
});

it('has noon at noon before and after, within one stretch', () => {
  const hours = hoursOfWeek('America/New_York', at('2026-10-31T16:00:00Z'), 50);
  expect([hours[0], hours[25], hours[49]]).toEqual([132, 156, 12]);
});
