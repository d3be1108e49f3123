import { expect, it, vi } from 'vitest';

// uPlot asks the browser for its pixel ratio while it loads.
vi.stubGlobal('matchMedia', () => ({ addEventListener: () => undefined, removeEventListener: () => undefined }));
const { hasLonePoint, stack, timeTicks } = await import('./timeChartOptions.ts');

it('stacks series and takes gaps for nothing', () => {
  expect(
    stack([
      [1, 2, null],
      [3, null, 5],
    ]),
  ).toEqual([
    [1, 2, 0],
    [4, 2, 5],
  ]);
});

it('names days at midnight and times else, on the clock of the zone', () => {
  const at = (hour: number) => Date.UTC(2026, 10, 20, hour) / 1000;
  expect(timeTicks([at(0), at(6), at(12)], 'UTC')).toEqual(['11-20', '06:00', '12:00']);
  expect(timeTicks([at(23)], 'Europe/Berlin')).toEqual(['11-21']);
  expect(timeTicks([at(0), at(48)], 'Europe/Berlin')).toEqual(['11-20', '11-22']);
});

it.each<[string, readonly (number | null)[], boolean]>([
  ['nothing', [], false],
  ['nothing but gaps', [null, null], false],
  ['a line', [1, 2, 3], false],
  ['lines with a gap', [1, 2, null, 3, 4], false],
  ['a value between gaps', [1, 2, null, 3, null, 4, 5], true],
  ['a value at the end behind a gap', [1, 2, null, 3], true],
  ['one value', [0], true],
])('%s has a point that no line leads to: %s', (_, values, expected) => {
  expect(hasLonePoint(values)).toBe(expected);
});
