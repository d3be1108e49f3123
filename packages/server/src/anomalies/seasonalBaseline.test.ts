import { describe, expect, it } from 'vitest';
import { anomalousRuns } from './anomalousRuns.ts';
import { WEEK_HOURS } from './hoursOfWeek.ts';
import { judgeHours, PAST_DAYS_MIN, sigmasOf } from './seasonalBaseline.ts';
import type { SeriesShape } from './seriesShape.ts';
import { hourlyValues } from './judgeLatest.ts';
import { madeSeries, SERIES_START_MS, TOLD } from './testing/generatedSeries.ts';

const COUNT: SeriesShape = { kind: 'count', sides: 'both', leastChange: 5 };
const DAY = 24;
const made = (count: number, valueOf: (hour: number) => number | null) =>
  hourlyValues(
    Array.from({ length: count }, (_, hour) => ({ atMs: SERIES_START_MS + hour * 3_600_000, value: valueOf(hour) })),
    SERIES_START_MS / 3_600_000,
    count,
    'UTC',
  );
/** 200 at the hours of work, 10 at others; nothing at weekends. */
const office = (hour: number) => (Math.floor(hour / DAY) % 7 >= 5 ? 0 : hour % DAY >= 8 && hour % DAY < 18 ? 200 : 10);
const flagged = (hours: ReturnType<typeof made>, shape: SeriesShape, sensitivity = 5) =>
  judgeHours(hours, shape, sensitivity).flatMap((judged, hour) => (judged?.isAnomaly === true ? [hour] : []));

describe('what is expected', () => {
  it('is nothing before two weeks are over since the first value, and something from then on', () => {
    const judged = judgeHours(made(20 * DAY, office), COUNT, 5);
    expect(judged.findIndex((each) => each !== null)).toBe(8 + PAST_DAYS_MIN * DAY - 8);
    const late = judgeHours(
      made(24 * DAY, (hour) => (hour < 5 * DAY ? 0 : office(hour))),
      COUNT,
      5,
    );
    // The fifth day is a Saturday, so the first call comes on Monday, the seventh.
    expect(late.findIndex((each) => each !== null)).toBe((7 + PAST_DAYS_MIN) * DAY);
  });

  it('is the weekly pattern: noon of a working day is not its night, nor its Sunday', () => {
    const judged = judgeHours(made(6 * WEEK_HOURS, office), COUNT, 5, 5 * WEEK_HOURS);
    const expected = (hour: number) => Math.round(judged[hour]?.expected ?? -1);
    expect([expected(12), expected(3), expected(6 * DAY + 12)]).toEqual([200, 10, 0]);
    expect(judged.every((each) => each?.isAnomaly === false)).toBe(true);
  });

  it('of an hour looks at nothing that came after it', () => {
    const hours = madeSeries('cost_usd', { seed: 5, weeks: 8, perHour: 40 });
    const whole = judgeHours(hours, TOLD.cost_usd, 5);
    for (const known of [500, 900, 1200]) {
      expect(judgeHours(hours.slice(0, known), TOLD.cost_usd, 5)).toEqual(whole.slice(0, known));
      expect(judgeHours(hours.slice(0, known), TOLD.cost_usd, 5, known - 1)).toEqual(whole.slice(known - 1, known));
    }
  });

  it('does not bend to one unusual week', () => {
    const holiday = (hour: number) => (Math.floor(hour / WEEK_HOURS) === 4 ? 0 : office(hour));
    const judged = judgeHours(made(6 * WEEK_HOURS, holiday), COUNT, 5, 5 * WEEK_HOURS);
    expect(judged[12]?.upper).toBeGreaterThan(200);
    expect(judged.filter((each) => each?.isAnomaly === true)).toEqual([]);
  });

  it('is unknown where hours have no value, and these are neither 0 nor anomalies', () => {
    const shape: SeriesShape = { kind: 'duration', sides: 'above', leastChange: 10 };
    const byDay = (hour: number) => (hour % DAY >= 8 && hour % DAY < 18 ? 1_000 + (hour % 7) : null);
    const judged = judgeHours(made(6 * WEEK_HOURS, byDay), shape, 5, 5 * WEEK_HOURS);
    expect([judged[3], judged[12]?.expected]).toEqual([null, expect.closeTo(1_003, -1)]);
    expect(judged.some((each) => each?.isAnomaly)).toBe(false);
  });
});

describe('what is an anomaly', () => {
  const at = 6 * WEEK_HOURS + 12;
  const spiked = (value: number | null, hour = at) => made(7 * WEEK_HOURS, (each) => (each === hour ? value : office(each)));

  it.each([
    ['many more calls', 400, [at]],
    ['hardly any', 10, [at]],
    ['none at all', 0, [at]],
    ['a little more', 215, []],
    ['nothing measured', null, []],
  ])('%s at noon: %s', (_name, value, expected) => {
    expect(flagged(spiked(value), COUNT)).toEqual(expected);
  });

  it('is what would be usual at another hour', () => {
    expect(flagged(spiked(200, 6 * WEEK_HOURS + 3), COUNT)).toEqual([6 * WEEK_HOURS + 3]);
    expect(flagged(spiked(200, 6 * WEEK_HOURS + 6 * DAY + 12), COUNT)).toEqual([6 * WEEK_HOURS + 6 * DAY + 12]);
  });

  it('is not told on the side that is good', () => {
    expect(flagged(spiked(0), { ...COUNT, sides: 'above' })).toEqual([]);
    expect(flagged(spiked(400), { ...COUNT, sides: 'below' })).toEqual([]);
  });

  it('is not a handful where next to nothing happens, but a hundred is', () => {
    const quiet = (value: number) => made(7 * WEEK_HOURS, (hour) => (hour === at ? value : hour % 37 === 0 ? 1 : 0));
    expect([1, 3, 5].map((value) => flagged(quiet(value), COUNT))).toEqual([[], [], []]);
    expect(flagged(quiet(100), COUNT)).toEqual([at]);
  });

  it.each([
    [1, 1, []],
    [2, 2, []],
    [3, 3, []],
    [12, 12, [at]],
    [1, 100, []],
    [30, 100, [at]],
  ])('%i failed of %i calls, where one of fifty fails', (failed, calls, expected) => {
    const hours = made(7 * WEEK_HOURS, () => 0.02).map((hour) => ({ ...hour, of: 50 }));
    const now = hours.map((hour, index) => (index === at ? { ...hour, value: failed / calls, of: calls } : hour));
    expect(flagged(now, TOLD.error_rate)).toEqual(expected);
  });

  it('lies outside of its bounds, and the bounds around what is expected', () => {
    const hours = madeSeries('calls', { seed: 11, weeks: 9, perHour: 60, incidents: [{ from: 8 * WEEK_HOURS + 30, hours: 5, callsTimes: 4 }] });
    for (const [index, judged] of judgeHours(hours, COUNT, 5).entries()) {
      if (judged === null) continue;
      const value = hours[index]?.value ?? 0;
      expect(judged.lower).toBeLessThanOrEqual(judged.expected);
      expect(judged.upper).toBeGreaterThanOrEqual(judged.expected);
      expect(judged.isAnomaly).toBe(value < judged.lower || value > judged.upper);
    }
  });

  it('is more the more sensitive one asks', () => {
    expect([1, 5, 10].map(sigmasOf)).toEqual([6, 4, 1.5]);
    const hours = madeSeries('calls', { seed: 3, weeks: 12, perHour: 60 });
    const found = [1, 3, 5, 7, 9].map((sensitivity) => flagged(hours, COUNT, sensitivity));
    for (const [index, hoursOf] of found.entries()) expect(found[index + 1] ?? hoursOf).toEqual(expect.arrayContaining(hoursOf));
    expect(found.at(-1)?.length).toBeGreaterThan(10);
  });
});

describe('a lasting change', () => {
  const shift = 6 * WEEK_HOURS + 2 * DAY;
  const lasting = (times: number) => made(10 * WEEK_HOURS, (hour) => office(hour) * (hour >= shift ? times : 1));

  it.each([0.3, 3, 10])('times %d is told once and followed within two days', (times) => {
    const hours = lasting(times);
    const [first, ...later] = anomalousRuns(hours, judgeHours(hours, COUNT, 5));
    expect(first?.direction).toBe(times > 1 ? 'above' : 'below');
    expect((Math.max(...[first, ...later].map((run) => run?.toMs ?? 0)) - SERIES_START_MS) / 3_600_000).toBeLessThanOrEqual(shift + 2 * DAY);
  });

  it('and the way back to the pattern is no anomaly', () => {
    const back = shift + 4 * DAY;
    const hours = made(10 * WEEK_HOURS, (hour) => (hour >= shift && hour < back ? 0 : office(hour)));
    expect(flagged(hours, COUNT).every((hour) => hour < back)).toBe(true);
    expect(flagged(hours, COUNT).length).toBeGreaterThan(3);
  });

  it('out of nothing is followed, too', () => {
    const hours = made(8 * WEEK_HOURS, (hour) => (hour >= shift ? 100 : hour === 0 ? 1 : 0));
    const told = flagged(hours, COUNT);
    expect(told[0]).toBe(shift);
    expect(told.at(-1)).toBeLessThanOrEqual(shift + 2 * DAY);
  });

  it('of one hour of the week is the pattern after two weeks', () => {
    const nightly = 6 * WEEK_HOURS + 2;
    const hours = made(10 * WEEK_HOURS, (hour) => (hour >= nightly && (hour - nightly) % WEEK_HOURS === 0 ? 300 : office(hour)));
    expect(flagged(hours, COUNT)).toEqual([nightly, nightly + WEEK_HOURS]);
  });
});

it('hours in a row count once, though one of them was quiet', () => {
  const from = 6 * WEEK_HOURS + 8;
  const values = [400, 500, 200, 450, 200, 200, 600];
  const hours = made(7 * WEEK_HOURS, (hour) => values[hour - from] ?? office(hour));
  const runs = anomalousRuns(hours, judgeHours(hours, COUNT, 5));
  expect(runs.map(({ hours: count, value }) => [count, value])).toEqual([
    [3, 500],
    [1, 600],
  ]);
});
