import type { Crossing } from '@sightglass/contract/routes/anomalies';
import { describe, expect, it } from 'vitest';
import { crossingChart, seriesChart } from './anomalyChart.ts';
import { ruleSearch, viewOfSearch } from './anomalySearch.ts';
import { backtestSentence, crossingSentence, formatEstimate, sizeWords, usualWords, whenWords } from './anomalyWords.ts';

const judged = (at: string, value: number | null, is_anomaly = false) => ({ at, value, expected: 2, lower: 1, upper: 3, is_anomaly });
const unjudged = (at: string) => ({ at, value: 4, expected: null, lower: null, upper: null, is_anomaly: false });

describe('words', () => {
  it.each([
    [0.1234567890123, 'usd', '$0.123'],
    [24.16, 'usd', '$24.16'],
    [12.7, 'count', '13'],
    [0.02345, 'ratio', '2.3 %'],
    [null, 'ms', '–'],
    [1.23456, 'none', '1.23'],
  ] as const)('%d %s is %s', (value, unit, words) => {
    expect(formatEstimate(value, unit).replace(/\s/g, ' ')).toBe(words);
  });

  it.each([
    [25, 10, 'above', '2.5 times as much'],
    [120, 10, 'above', '12 times as much'],
    [14, 10, 'above', '40 % more'],
    [5_000, 10, 'above', 'over 100 times as much'],
    [4, 10, 'below', '60 % less'],
    [4, 0, 'above', 'more'],
  ] as const)('%d where %d were expected is %s: %s', (value, expected, direction, words) => {
    expect(sizeWords({ value, expected, direction })).toBe(words);
  });

  it('say what was usual, and when it was otherwise', () => {
    expect(usualWords({ lower: 1.5, upper: 4, unit: 'usd' })).toBe('$1.50 to $4.00');
    expect(whenWords({ from: '2026-11-20T08:00:00Z', to: '2026-11-20T10:00:00Z' }, 'Europe/Vienna')).toBe('2026-11-20 09:00, 2 hours');
  });

  it('say what a rule would have done', () => {
    const points = Array.from({ length: 48 }, () => judged('2026-11-20T08:00:00Z', 2));
    const said = (would_have_fired: number) => backtestSentence({ would_have_fired, points, sensitivity: 5 });
    expect(said(0)).toBe('A rule of sensitivity 5 would not have fired in the last 2 days.');
    expect(said(1)).toContain('would have fired once');
    expect(said(3)).toContain('would have fired 3 times');
    expect(backtestSentence({ would_have_fired: 0, points: [unjudged('2026-11-20T08:00:00Z')], sensitivity: 5 })).toBe(
      'Nothing could be judged yet.',
    );
  });

  it('say when a threshold is crossed, and how sure that is', () => {
    const crossing = { unit: 'usd', horizon_days: 30, interval_level: 0.8, latest_value: 60, reason: null } as Crossing;
    const said = (changes: Partial<Crossing>) => crossingSentence({ ...crossing, crosses_on: null, earliest_on: null, latest_on: null, ...changes });
    expect(said({ state: 'crossed' })).toContain('already: $60.00');
    const expected = { state: 'expected', crosses_on: '2026-12-04', earliest_on: '2026-11-28' } as const;
    expect(said({ ...expected, latest_on: '2026-12-12' })).toContain('on 2026-12-04; between 2026-11-28 and 2026-12-12 in 80 %');
    expect(said(expected)).toContain('may not come');
    expect(said({ state: 'possible', earliest_on: '2026-12-01' })).toContain('as early as 2026-12-01');
    expect(said({ state: 'not_in_sight' })).toContain('within 30 days');
    expect(said({ state: 'too_little_past', reason: 'Three days only.' })).toBe('Three days only.');
  });
});

describe('charts', () => {
  it('have a band where something is expected, and tint what was unusual', () => {
    const { series, band, stretches, times } = seriesChart({
      unit: 'count',
      points: [judged('2026-11-20T08:00:00Z', 2), judged('2026-11-20T09:00:00Z', 9, true)],
    });
    expect(series.map(({ label, values }) => [label, values])).toEqual([
      ['Value', [2, 9]],
      ['Expected', [2, 2]],
      ['At most', [3, 3]],
      ['At least', [1, 1]],
    ]);
    expect(band).toEqual({ high: 2, low: 3 });
    expect(stretches).toEqual([{ fromMs: (times[1] ?? 0) - 1_800_000, toMs: (times[1] ?? 0) + 1_800_000 }]);
    expect(seriesChart({ unit: 'count', points: [unjudged('2026-11-20T08:00:00Z')] })).toMatchObject({ band: undefined, stretches: [] });
  });

  it('let the days to come part from the last one that is known', () => {
    const day = (date: string, value: number | null, expected: number | null) => ({ date, value, expected, low: expected, high: expected });
    const { series } = crossingChart({ unit: 'usd', days: [day('2026-11-18', 5, null), day('2026-11-19', 6, null), day('2026-11-20', null, 7)] });
    expect(series[1]?.values).toEqual([null, 6, 7]);
    expect(series[0]?.values).toEqual([5, 6, null]);
  });
});

describe('the URL', () => {
  it('says what is shown; what cannot be read is as at first', () => {
    expect(viewOfSearch({})).toEqual({ measure: 'cost_usd', agentId: undefined, sensitivity: 5, sort: 'newest' });
    expect(viewOfSearch({ measure: 'calls', agent_id: 'planner', sensitivity: '8', sort: 'gravest' })).toEqual({
      measure: 'calls',
      agentId: 'planner',
      sensitivity: 8,
      sort: 'gravest',
    });
    expect(viewOfSearch({ sensitivity: '11', sort: 'oldest' })).toMatchObject({ sensitivity: 5, sort: 'newest' });
  });

  it('leads to the form of a rule that watches the same', () => {
    expect(ruleSearch({ measure: 'calls', agentId: 'planner', sensitivity: 8 })).toEqual({
      kind: 'anomaly',
      measure: 'calls',
      sensitivity: '8',
      agent_id: 'planner',
    });
  });
});
