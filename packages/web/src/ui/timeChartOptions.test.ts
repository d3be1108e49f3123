import { expect, it, vi } from 'vitest';

// uPlot asks the browser for its pixel ratio while it loads.
vi.stubGlobal('matchMedia', () => ({ addEventListener: () => undefined, removeEventListener: () => undefined }));
const { stack, timeTicks } = await import('./timeChartOptions.ts');

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
