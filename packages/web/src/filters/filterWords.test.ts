import { expect, it } from 'vitest';
import { EVENT_LIST } from '../features/events/eventFilters.ts';
import { TRACE_FILTERS } from '../features/traces/traceFilters.ts';
import { describeFilter } from './filterWords.ts';

it.each([
  ['q', 'refund', 'Text contains “refund”'],
  ['agent_id', 'a,b', 'Agent is a or b'],
  ['status', 'error', 'Status is error'],
  ['trace_type', 'http_request', 'Type is HTTP request'],
  ['min_duration_ms', '5000', 'Duration at least 5.00 s'],
  ['min_cost_usd', '0.1', 'Cost at least $0.10'],
])('tells %s = %s as %s', (name, value, words) => {
  expect(describeFilter(TRACE_FILTERS, name, value)).toBe(words);
});

it('tells several choices as one of them', () => {
  expect(describeFilter(EVENT_LIST, 'event_type', 'llm_call,tool_call')).toBe('Type is LLM call or tool call');
});
