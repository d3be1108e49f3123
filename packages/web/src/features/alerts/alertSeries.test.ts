import type { AlertRule } from '@sightglass/contract/alertRule';
import { describe, expect, it } from 'vitest';
import { ownRule, ownSeries, seriesRange } from './alertSeries.ts';

const NOW = Date.parse('2026-11-20T13:00:30Z');

describe('the range around an alert', () => {
  it.each([
    ['a short one that is open', '2026-11-20T12:50:00Z', null, 5, '2026-11-20T12:20:00Z', '2026-11-20T13:00:30Z'],
    ['one with a long window', '2026-11-20T12:50:00Z', null, 60, '2026-11-20T10:50:00Z', '2026-11-20T13:00:30Z'],
    ['one that has ended', '2026-11-20T10:00:00Z', '2026-11-20T11:00:00Z', 5, '2026-11-20T09:30:00Z', '2026-11-20T11:15:00Z'],
    ['one that has just ended', '2026-11-20T12:55:00Z', '2026-11-20T13:00:00Z', 5, '2026-11-20T12:25:00Z', '2026-11-20T13:00:30Z'],
    ['one that is open for months', '2026-08-01T00:00:00Z', null, 5, '2026-11-06T13:01:00Z', '2026-11-20T13:00:30Z'],
  ])('of %s', (_, triggered_at, resolved_at, windowMinutes, from, to) => {
    expect(seriesRange({ triggered_at, resolved_at }, windowMinutes, NOW)).toEqual({ from, to });
  });
});

it('the curve reaches to the end of the range though nothing was measured there', () => {
  const points = [{ at: '2026-11-20T12:00:00Z', labels: {}, value: 3, breaches: true, firing: true }];
  const to = '2026-11-20T12:03:30Z';
  expect(ownSeries({ points, to }, {})).toEqual({ times: ['2026-11-20T12:00:00Z', to].map(Date.parse), values: [3, null] });
});

describe('the rule is asked about the group of the alert alone', () => {
  const rule = {
    kind: 'error_rate',
    group_by: ['agent_id', 'model'],
    filters: [{ field: 'environment', op: '=', value: 'eu' }],
  } as unknown as AlertRule;
  const labels = { environment: 'eu', agent_id: 'planner', model: '' };

  it('by its labels, where they say anything that the rule does not say itself', () => {
    expect(ownRule(rule, labels).filters).toEqual([...rule.filters, { field: 'agent_id', op: '=', value: 'planner' }]);
    expect(rule.filters).toHaveLength(1);
  });

  it('unless it takes no groups', () => {
    expect(ownRule({ ...rule, kind: 'sql_query' }, labels).filters).toEqual(rule.filters);
  });
});

it('only points of the same group are the alert’s own', () => {
  const point = (at: string, agent: string, value: number | null) => ({
    at,
    labels: { agent_id: agent },
    value,
    breaches: false,
    firing: false,
  });
  const points = [
    point('2026-11-20T12:05:00Z', 'planner', null),
    point('2026-11-20T12:00:00Z', 'planner', 3),
    point('2026-11-20T12:00:00Z', 'other', 9),
  ];
  const to = '2026-11-20T12:05:00Z';
  const times = ['2026-11-20T12:00:00Z', to].map(Date.parse);
  expect(ownSeries({ points, to }, { agent_id: 'planner' })).toEqual({ times, values: [3, null] });
  expect(ownSeries({ points, to }, { agent_id: 'planner', model: 'x' })).toEqual({ times: [], values: [] });
});
