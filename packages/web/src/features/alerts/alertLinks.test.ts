import { expect, it } from 'vitest';
import { silenceSearch, traceSearch, windowOf } from './alertLinks.ts';

const alert = {
  rule_kind: 'error_rate',
  rule_name: 'Errors',
  labels: { agent_id: 'planner', team: 'eu', model: 'a,b' },
  triggered_at: '2026-11-20T12:00:00Z',
  resolved_at: null as string | null,
  details: { measure: 'error_rate', window_minutes: 60 } as Record<string, unknown>,
};

it('the window begins where the rule looked first, and ends with the alert', () => {
  expect(windowOf(alert)).toEqual({ from: '2026-11-20T11:00:00Z', to: 'now' });
  expect(windowOf({ ...alert, resolved_at: '2026-11-20T12:30:00Z', details: { window_minutes: null } })).toEqual({
    from: '2026-11-20T11:45:00Z',
    to: '2026-11-20T12:30:00Z',
  });
});

it('traces are narrowed by the labels that they can be narrowed by, and by what the alert is about', () => {
  const window = { from: '2026-11-20T11:00:00Z', to: 'now', agent_id: 'planner' };
  expect(traceSearch(alert)).toEqual({ ...window, status: 'error' });
  expect(traceSearch({ ...alert, rule_kind: 'latency', details: { ...alert.details, measure: 'latency_ms_p99' } })).toEqual({
    ...window,
    sort: '-duration',
  });
  expect(traceSearch({ ...alert, rule_kind: 'metric_threshold', details: { ...alert.details, measure: 'cost_usd' } })).toEqual({
    ...window,
    sort: '-cost',
  });
  expect(traceSearch({ ...alert, rule_kind: 'metric_threshold', details: { ...alert.details, measure: 'runs' } })).toEqual(window);
});

it('a silence like this names the rule and the labels', () => {
  expect(silenceSearch({ ...alert, labels: { ...alert.labels, empty: '' } })).toEqual({
    rule_name: 'Errors',
    agent_id: 'planner',
    team: 'eu',
    model: 'a,b',
  });
});
