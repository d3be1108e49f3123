import { expect, it } from 'vitest';
import { previewChart, previewUnit } from './previewChart.ts';
import { offsetOf, sqlPosition } from './sqlPosition.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 9, minute)).toISOString();
const point = (minute: number, value: number | null, firing = false, labels: Record<string, string> = {}) => ({
  at: at(minute),
  labels,
  value,
  breaches: firing,
  firing,
});
const preview = (points: ReturnType<typeof point>[]) =>
  previewChart({ points, would_have_fired: 0, threshold: 5, unit: 'count', step_minutes: 5, from: at(0), to: at(60) });

it('tells each alert from when to when, and the one that would still be open', () => {
  const { alerts, stretches, series } = preview([point(0, 1), point(5, 9, true), point(10, 8, true), point(15, null), point(20, 7, true)]);
  expect(alerts.map(({ fromMs, toMs }) => [new Date(fromMs).toISOString(), toMs === null ? null : new Date(toMs).toISOString()])).toEqual([
    [at(5), at(15)],
    [at(20), null],
  ]);
  expect(stretches.at(-1)?.toMs).toBe(Date.parse(at(60)));
  expect(series.map(({ label, values }) => [label, values])).toEqual([['Value', [1, 9, 8, null, 7]]]);
});

it('draws each group, those that would have alerted first, and no more than can be told apart', () => {
  const points = Array.from({ length: 9 }, (_, index) => [
    point(0, index, false, { agent_id: `a${index}` }),
    point(5, index, index === 3, { agent_id: `a${index}` }),
  ]).flat();
  const { series, groups, alerts } = preview(points);
  expect(groups).toBe(9);
  expect(series.map(({ label }) => label)).toEqual(['agent a3', 'agent a8', 'agent a7', 'agent a6', 'agent a5', 'agent a4']);
  expect(alerts.map(({ group }) => group)).toEqual(['agent a3']);
});

it('leaves a gap where a group has no value at a moment', () => {
  const { series } = preview([point(0, 1, false, { model: 'a' }), point(5, 2, false, { model: 'b' })]);
  expect(series.map(({ values }) => values)).toEqual([
    [null, 2],
    [1, null],
  ]);
});

it('is empty of nothing', () => {
  expect(preview([])).toMatchObject({ times: [], series: [], alerts: [], groups: 0 });
});

it('shows a number of unknown unit with the digits that matter', () => {
  expect(['usd', 'none', 'furlongs'].map(previewUnit)).toEqual(['usd', 'score', 'score']);
});

it.each<[string, { line: number; column: number } | undefined]>([
  ['failed at position (line 2, col 6)', { line: 2, column: 6 }],
  ['line 1, column 8: unknown column', { line: 1, column: 8 }],
  ['2:3: unknown function', { line: 2, column: 3 }],
  ['line 9, column 1', undefined],
  ['at 10:00:00', undefined],
  ['no place', undefined],
])('“%s” names a place that the query has, or none', (message, expected) => {
  expect(sqlPosition(message, 'SELECT x\nFROM y')).toEqual(expected === undefined ? undefined : expect.objectContaining(expected));
});

it('finds the place in the whole text', () => {
  const query = 'SELECT x\nFROM y';
  const position = sqlPosition('2:6', query);
  expect(position === undefined ? '' : query.slice(offsetOf(position, query))).toBe('y');
});
