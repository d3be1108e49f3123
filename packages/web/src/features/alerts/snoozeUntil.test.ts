import { expect, it } from 'vitest';
import { snoozeUntil } from './snoozeUntil.ts';

const NOW = Date.parse('2026-11-20T23:30:00Z');

it.each([
  ['1h', '', 'UTC', '2026-11-21T00:30:00Z'],
  ['4h', '', 'UTC', '2026-11-21T03:30:00Z'],
  ['tomorrow', '', 'UTC', '2026-11-21T09:00:00Z'],
  // There it is the 21st already.
  ['tomorrow', '', 'Europe/Vienna', '2026-11-22T08:00:00Z'],
  ['typed', '2026-11-21 18:00', 'Europe/Vienna', '2026-11-21T17:00:00Z'],
  ['typed', '2026-11-21T18:00:00Z', 'Asia/Tokyo', '2026-11-21T18:00:00Z'],
] as const)('%s %s in %s ends at %s', (choice, typed, zone, until) => {
  expect(snoozeUntil(choice, typed, NOW, zone)).toEqual({ until });
});

it('the night in which the clock goes back is an hour longer', () => {
  expect(snoozeUntil('tomorrow', '', Date.parse('2026-10-24T18:00:00Z'), 'Europe/Vienna')).toEqual({ until: '2026-10-25T08:00:00Z' });
});

it.each([
  ['', /Write a day/],
  ['soon', /Write a day/],
  ['now', /Write a day/],
  ['2026-11-20 23:30', /passed/],
  ['2026-12-21', /30 days/],
])('“%s” is refused with words', (typed, words) => {
  const end = snoozeUntil('typed', typed, NOW, 'UTC');
  expect('problem' in end && end.problem).toMatch(words);
});
