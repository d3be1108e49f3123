import { describe, expect, it } from 'vitest';
import { EVENT_LIST } from '../features/events/eventFilters.ts';
import { TRACE_FILTERS } from '../features/traces/traceFilters.ts';
import { activeFilters, canFilterBy, readLeast, toggleValue } from './facets.ts';

describe('activeFilters', () => {
  it('keeps what the API accepts and drops what it would refuse', () => {
    const search = {
      agent_id: 'refund-agent,triage-agent',
      status: 'broken',
      trace_type: 'agent_run',
      min_duration_ms: '-1',
      min_cost_usd: '0.05',
      q: '  ',
      sort: '-cost',
      utm: 'x',
    };
    expect(activeFilters(TRACE_FILTERS, search)).toEqual({ agent_id: 'refund-agent,triage-agent', trace_type: 'agent_run', min_cost_usd: '0.05' });
  });

  it('takes several of a fixed list where the API does, and no other', () => {
    expect(activeFilters(EVENT_LIST, { event_type: 'llm_call,tool_call', status: 'error' })).toEqual({
      event_type: 'llm_call,tool_call',
      status: 'error',
    });
    expect(activeFilters(EVENT_LIST, { event_type: 'llm_call,teleport', status: '' })).toEqual({});
    expect(activeFilters(TRACE_FILTERS, { status: 'error,success' })).toEqual({});
  });

  it('leaves out a search where the list has none', () => {
    expect(activeFilters(EVENT_LIST, { q: 'refund' })).toEqual({});
  });

  it('cuts a search that is too long', () => {
    expect(activeFilters(TRACE_FILTERS, { q: 'a'.repeat(300) }).q).toHaveLength(200);
  });
});

describe('toggleValue', () => {
  it('adds and removes one of several values', () => {
    expect(toggleValue(undefined, 'a')).toBe('a');
    expect(toggleValue('a', 'b')).toBe('a,b');
    expect(toggleValue('a,b', 'a')).toBe('b');
    expect(toggleValue('a', 'a')).toBeUndefined();
  });
});

describe('canFilterBy', () => {
  it.each([
    ['refund-agent', true],
    ['a,b', false],
    ['', false],
    [' padded', false],
  ])('%j is %s', (value, expected) => {
    expect(canFilterBy(value)).toBe(expected);
  });
});

describe('readLeast', () => {
  it.each([
    ['1500', 'ms', '1500'],
    ['1.5s', 'ms', '1500'],
    ['200 ms', 'ms', '200'],
    ['2m', 'ms', '120000'],
    ['fast', 'ms', undefined],
    ['-5', 'ms', undefined],
    ['$0.10', 'usd', '0.10'],
    ['0.0000000000001', 'usd', undefined],
    ['1e3', 'usd', undefined],
  ] as const)('reads %j in %s as %s', (typed, unit, expected) => {
    expect(readLeast(typed, unit)).toBe(expected);
  });
});
