import { describe, expect, test } from 'vitest';
import { nsOf } from '../../telemetry/testing/storedRows.ts';
import { DAY_NS, HOUR_NS, planWindows, type WindowState } from './planWindows.ts';

const at = (time: string) => nsOf(`2026-11-${time}:00Z`);
const DAY_10 = at('10T00:00');
/** One row in every hour of three days. */
const ARRIVALS = new Map(Array.from({ length: 72 }, (_, i) => [DAY_10 + BigInt(i) * HOUR_NS, 1n]));
const hour = (startNs: bigint, arrived = 1n): WindowState => ({ grain: 'hour', startNs, generation: startNs / HOUR_NS, arrived });
const day = (startNs: bigint, arrived = 24n): WindowState => ({ grain: 'day', startNs, generation: startNs / DAY_NS, arrived });
const HOURS = [...ARRIVALS.keys()].map((startNs) => hour(startNs));
const DAYS = [0n, 1n, 2n].map((i) => day(DAY_10 + i * DAY_NS));
const range = (from: string, to: string) => ({ fromNs: at(from), toNs: at(to) });

describe('what is asked of windows and what of the spans', () => {
  test('the hours that a range cuts are the spans’', () => {
    const plan = planWindows(range('10T05:30', '10T08:45'), ARRIVALS, HOURS, true);
    expect(plan).toMatchObject({ fromNs: at('10T06:00'), toNs: at('10T08:00'), rows: 2n });
    expect(plan?.rest).toEqual([range('10T05:30', '10T06:00'), range('10T08:00', '10T08:45')]);
  });

  test('whole days are taken whole, the hours around them one by one', () => {
    const plan = planWindows(range('10T22:00', '12T02:00'), ARRIVALS, [...HOURS, ...DAYS], true);
    expect(plan?.generations).toEqual(
      [at('10T22:00'), at('10T23:00')]
        .map((ns) => ns / HOUR_NS)
        .concat(
          at('11T00:00') / DAY_NS,
          [at('12T00:00'), at('12T01:00')].map((ns) => ns / HOUR_NS),
        ),
    );
    expect(plan).toMatchObject({ rows: 28n, rest: [] });
  });

  test('a question that tells hours apart gets hours', () => {
    expect(planWindows(range('10T00:00', '11T00:00'), ARRIVALS, [...HOURS, ...DAYS], false)?.generations).toHaveLength(24);
  });

  test('an hour for which more has been written since is the spans’, and its day falls back to hours', () => {
    const late = new Map(ARRIVALS).set(at('10T07:00'), 2n);
    const plan = planWindows(range('10T00:00', '11T00:00'), late, [...HOURS, ...DAYS], true);
    expect(plan?.rest).toEqual([range('10T07:00', '10T08:00')]);
    expect(plan?.generations).toHaveLength(23);
  });

  test('a day that holds although one of its hours does not is taken', () => {
    const withoutOne = HOURS.filter(({ startNs }) => startNs !== at('10T07:00'));
    expect(planWindows(range('10T00:00', '11T00:00'), ARRIVALS, [...withoutOne, ...DAYS], true)).toMatchObject({ rest: [], rows: 24n });
  });

  test('hours in which nothing came need nobody', () => {
    const quiet = new Map([[at('10T03:00'), 1n]]);
    expect(planWindows(range('10T00:00', '11T00:00'), quiet, [hour(at('10T03:00'))], true)).toMatchObject({ rest: [], rows: 1n });
  });

  test.each([
    ['a range within an hour', range('10T05:10', '10T05:50'), HOURS],
    ['a range that cuts two hours', range('10T05:10', '10T06:50'), HOURS],
    ['no windows', range('10T00:00', '11T00:00'), []],
    ['windows of another time', range('10T00:00', '11T00:00'), [hour(at('20T00:00'))]],
  ])('%s: the spans answer all of it', (_name, asked, windows) => {
    expect(planWindows(asked, ARRIVALS, windows, true)).toBeUndefined();
  });

  test('so do they when what is left falls into too many pieces', () => {
    const many = new Map(Array.from({ length: 400 }, (_, i) => [DAY_10 + BigInt(i) * HOUR_NS, 1n]));
    const everySecond = [...many.keys()].filter((_, i) => i % 2 === 0).map((startNs) => hour(startNs));
    expect(planWindows({ fromNs: DAY_10, toNs: DAY_10 + 120n * HOUR_NS }, many, everySecond, true)?.rest).toHaveLength(60);
    expect(planWindows({ fromNs: DAY_10, toNs: DAY_10 + 140n * HOUR_NS }, many, everySecond, true)).toBeUndefined();
  });

  test('every moment of the range is told once, by a window or by the spans', () => {
    for (const [from, to] of [
      ['10T00:00', '13T00:00'],
      ['10T00:01', '12T23:59'],
      ['10T13:00', '11T13:00'],
    ] as const) {
      const asked = range(from, to);
      const held = [...HOURS.filter((_, i) => i % 5 !== 0), DAYS[1] as WindowState];
      const plan = planWindows(asked, ARRIVALS, held, true);
      const taken = held
        .filter(({ generation }) => plan?.generations.includes(generation))
        .map(({ grain, startNs }) => ({ fromNs: startNs, toNs: startNs + (grain === 'day' ? DAY_NS : HOUR_NS) }));
      const pieces = [...(plan?.rest ?? []), ...taken].sort((a, b) => (a.fromNs < b.fromNs ? -1 : 1));
      expect(pieces[0]?.fromNs).toBe(asked.fromNs);
      expect(pieces.at(-1)?.toNs).toBe(asked.toNs);
      for (const [i, piece] of pieces.entries()) if (i > 0) expect(piece.fromNs).toBe(pieces[i - 1]?.toNs);
    }
  });
});
