import type { JudgedAgent } from '@sightglass/contract/agent';
import { describe, expect, it } from 'vitest';
import { type AgentSort, agentLines, readOrder, sortLines, writeOrder } from './agentLines.ts';

const agent = (agent_id: string, changes: Partial<JudgedAgent> = {}): JudgedAgent => ({
  agent_id,
  name: null,
  owner: null,
  department: null,
  tags: [],
  versions: [],
  status: 'unknown',
  registered: false,
  created_at: '2026-11-20T09:00:00Z',
  first_seen_at: null,
  last_seen_at: null,
  last_heartbeat_at: null,
  heartbeat_status: null,
  heartbeat_interval_seconds: null,
  heartbeat_metadata: null,
  health: null,
  ...changes,
});
const score = (value: number) => ({ health: { score: value, components: [], window_hours: 6, computed_at: '2026-11-20T09:00:00Z' } });

const agents = [
  agent('b', { ...score(40), last_seen_at: '2026-11-20T08:00:00Z' }),
  agent('a', { name: 'Zed', ...score(90), last_seen_at: '2026-11-20T09:00:00Z' }),
  agent('c'),
];
const figures = [
  { agent_id: 'a', runs: 2, cost_usd: '9.5', error_rate: 0, latency_ms_p95: 10 },
  { agent_id: 'b', runs: 12, cost_usd: '10', error_rate: 0.5, latency_ms_p95: null },
  { agent_id: null, runs: 99, cost_usd: '99' },
];
const lines = agentLines(agents, figures, [
  { agent_id: 'a', calls: 1, runs: 1 },
  { agent_id: 'b', calls: 0, runs: 0 },
  { agent_id: 'a', calls: 3, runs: 0 },
]);

describe('agentLines', () => {
  it('puts the registry and the range together, also for agents that did nothing', () => {
    expect(lines.map((line) => [line.agent.agent_id, line.figures?.runs ?? null, line.activity])).toEqual([
      ['b', 12, [0]],
      ['a', 2, [2, 3]],
      ['c', null, []],
    ]);
  });
});

describe('sortLines', () => {
  it.each([
    ['cost', true, 'bac'],
    ['cost', false, 'abc'],
    ['name', false, 'bca'],
    ['name', true, 'acb'],
    ['health', false, 'bac'],
    ['health', true, 'abc'],
    ['runs', true, 'bac'],
    ['errors', true, 'bac'],
    ['latency', true, 'abc'],
    ['seen', true, 'abc'],
  ] satisfies [AgentSort, boolean, string][])('by %s, descending %s: what is not known comes last', (by, descending, order) => {
    expect(
      sortLines(lines, { by, descending })
        .map((line) => line.agent.agent_id)
        .join(''),
    ).toBe(order);
  });
});

describe('the order in the URL', () => {
  it.each(['health', '-health', 'cost', '-name'])('keeps %s', (text) => {
    expect(writeOrder(readOrder(text))).toBe(text);
  });
  it.each([undefined, '', '-cost', 'colour'])('takes %s for the usual one', (text) => {
    expect(writeOrder(readOrder(text))).toBeUndefined();
  });
});
