import { expect, it } from 'vitest';
import { alertFilters, alertList } from './alertList.ts';
import { describeFilter } from '../../filters/filterWords.ts';

const list = alertList(new Map([['rul_1', 'Errors of planner']]));

it.each([
  [{}, { status: 'active,acknowledged' }],
  [{ status: 'resolved' }, { status: 'resolved' }],
  [
    { status: 'nonsense', severity: 'critical,info' },
    { status: 'active,acknowledged', severity: 'critical,info' },
  ],
  [{ severity: 'fatal', since: 'toString' }, { status: 'active,acknowledged' }],
  [
    { status: 'active', since: 'day', rule_id: 'rul_1', agent_id: 'planner', q: 'late' },
    { status: 'active', from: 'now-24h', rule_id: 'rul_1', agent_id: 'planner', q: 'late' },
  ],
  // The range of other pages does not hide what is open.
  [{ from: 'now-15m', to: 'now' }, { status: 'active,acknowledged' }],
])('%o is asked for as %o', (search, filters) => {
  expect(alertFilters(list, search)).toEqual(filters);
});

it('a rule is called by its name', () => {
  expect(describeFilter(list, 'rule_id', 'rul_1')).toBe('Rule is Errors of planner');
  expect(describeFilter(list, 'rule_id', 'rul_2')).toBe('Rule is rul_2');
});
