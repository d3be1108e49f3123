import { AgentDaySchema, type AgentDay } from '@sightglass/contract/routes/agentMetrics';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentProgram, type Asking, startAgentProgram } from '../../agents/testing/agentProgram.ts';
import { insertSpans } from '../../telemetry/testing/storedRows.ts';

// Friday, 10:00 in Vienna.
const NOW = '2026-11-20T09:00:00Z';
const DAYS = '/api/obs/metrics/agents';
let program: AgentProgram;
let mine: WorkspaceId;
let other: WorkspaceId;

beforeAll(async () => {
  program = await startAgentProgram(NOW);
  [mine, other] = [await program.newWorkspace(), await program.newWorkspace()];
  for (const workspace of [mine, other]) {
    program.registry.note(workspace, ['planner', 'writer', 'secret'], program.state.nowMs);
    const run = (at: string, status: string, fields: Record<string, unknown> = {}) =>
      program.span(workspace, at, { kind: 'agent', is_run: 1, status, duration_ns: '5000000000', ...fields });
    const call = (at: string, ms: number, fields: Record<string, unknown> = {}) =>
      program.span(workspace, at, {
        kind: 'llm',
        duration_ns: String(ms * 1e6),
        response_model: 'gpt-4o',
        input_tokens: 100,
        output_tokens: 10,
        cost_usd: '0.000000000001',
        ...fields,
      });
    const rows = [
      run('2026-11-20T08:00:00Z', 'success'),
      run('2026-11-20T08:10:00Z', 'error'),
      run('2026-11-20T08:20:00Z', 'timeout'),
      run('2026-11-20T08:30:00Z', 'running'),
      run('2026-11-20T08:40:00Z', 'cancelled'),
      call('2026-11-20T08:00:01Z', 100),
      call('2026-11-20T08:00:02Z', 200, { response_model: 'claude-sonnet-4-5' }),
      call('2026-11-20T08:00:03Z', 300, { response_model: 'claude-sonnet-4-5' }),
      call('2026-11-20T08:00:04Z', 400, { status: 'error', cost_usd: null }),
      // Repeats the call inside it: no call, no cost.
      call('2026-11-20T08:00:05Z', 9_000, { superseded: 1 }),
      run('2026-11-19T10:00:00Z', 'success'),
      // Half past midnight in Vienna.
      call('2026-11-19T23:30:00Z', 50, { response_model: 'gpt-4o-mini' }),
      run('2026-11-20T07:00:00Z', 'success', { agent_id: 'writer' }),
      run('2026-11-20T07:00:00Z', 'success', { agent_id: 'secret' }),
      run('2026-11-20T07:00:00Z', 'success', { agent_id: '' }),
      run('2026-11-10T07:00:00Z', 'success', { agent_id: 'writer' }),
    ];
    await insertSpans(program.telemetry, rows);
    // Sent again.
    await insertSpans(program.telemetry, rows);
  }
});
afterAll(() => program.stop());

async function days(query = '', asking: Asking = {}): Promise<AgentDay[]> {
  const { status, body } = await program.ask(mine, `${DAYS}${query}`, asking);
  expect(status, JSON.stringify(body)).toBe(200);
  return (body.items as unknown[]).map((item) => AgentDaySchema.parse(item));
}
const named = (items: readonly AgentDay[]) => items.map(({ agent_id, date, runs }) => `${date} ${agent_id} ${runs}`);

describe('GET /api/obs/metrics/agents', () => {
  it('200: one line for each agent and day, with exact cost and percentiles', async () => {
    const [today] = await days('?agent_id=planner');
    expect(today).toEqual({
      agent_id: 'planner',
      date: '2026-11-20',
      runs: 5,
      success: 1,
      failed: 2,
      input_tokens: 400,
      output_tokens: 40,
      cost_usd: '0.000000000003',
      latency_ms_p50: 250,
      latency_ms_p95: 385,
      latency_ms_p99: 397,
      models: ['claude-sonnet-4-5', 'gpt-4o'],
    });
  });

  it('has the days that the range touches as a whole, newest first, agents by name', async () => {
    expect(named(await days())).toEqual(['2026-11-20 planner 5', '2026-11-20 secret 1', '2026-11-20 writer 1', '2026-11-19 planner 1']);
    expect(named(await days('?from=now-30d'))).toEqual([
      '2026-11-20 planner 5',
      '2026-11-20 secret 1',
      '2026-11-20 writer 1',
      '2026-11-19 planner 1',
      '2026-11-10 writer 1',
    ]);
    expect(named(await days('?from=2026-11-19T12:00:00Z&to=2026-11-19T13:00:00Z'))).toEqual(['2026-11-19 planner 1']);
    expect(named(await days('?from=1970-01-01T00:00:00Z&agent_id=writer'))).toEqual(['2026-11-20 writer 1', '2026-11-10 writer 1']);
    expect(await days('?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z')).toEqual([]);
    expect(await days('?agent_id=nobody')).toEqual([]);
  });

  it('cuts days by the calendar of the workspace', async () => {
    program.state.timeZone = 'Europe/Vienna';
    const [today, yesterday] = await days('?agent_id=planner');
    program.state.timeZone = 'UTC';
    expect(today).toMatchObject({ date: '2026-11-20', input_tokens: 500, models: ['claude-sonnet-4-5', 'gpt-4o', 'gpt-4o-mini'] });
    expect(yesterday).toMatchObject({ date: '2026-11-19', input_tokens: 0, latency_ms_p50: null, models: [] });
  });

  it('goes on behind the last line of a page, without repeating or leaving out any', async () => {
    const whole = await days('?from=now-30d');
    for (const limit of [1, 2, 3, 4]) {
      const seen: AgentDay[] = [];
      let cursor: unknown = '';
      for (let page = 0; page < 10 && cursor !== null; page++) {
        const { body } = await program.ask(mine, `${DAYS}?from=now-30d&limit=${limit}${cursor === '' ? '' : `&cursor=${String(cursor)}`}`);
        seen.push(...(body.items as AgentDay[]));
        cursor = body.next_cursor;
      }
      expect(seen).toEqual(whole);
    }
  });

  it('shows no agent that is hidden', async () => {
    expect(named(await days('', { hiddenAgents: ['secret', 'planner'] }))).toEqual(['2026-11-20 writer 1']);
  });

  it.each(['?limit=501', '?from=tomorrow', '?from=now&to=now-1d', '?cursor=x'])('400 for %s', async (query) => {
    expect((await program.ask(mine, `${DAYS}${query}`)).status).toBe(400);
  });

  it('403 without the scope to read', async () => {
    expect((await program.ask(mine, DAYS, { scopes: ['ingest'] })).status).toBe(403);
  });
});

describe('GET /api/obs/metrics/agent/{agent_id}', () => {
  const detail = (query = '', asking: Asking = {}) => program.ask(mine, `/api/obs/metrics/agent/planner${query}`, asking);

  it('200: the agent, its hours, its events and its health', async () => {
    const { status, body } = await detail();
    expect(status).toBe(200);
    expect(Object.keys(body).toSorted()).toEqual(['agent', 'health', 'interval', 'recent_events', 'series']);
    const series = body.series as Record<string, unknown>[];
    expect(series).toHaveLength(24);
    expect(series.at(-1)).toEqual({
      time: '2026-11-20T08:00:00Z',
      date: '2026-11-20',
      runs: 5,
      success: 1,
      failed: 2,
      calls: 4,
      errors: 1,
      error_rate: 0.25,
      input_tokens: 400,
      output_tokens: 40,
      cost_usd: '0.000000000003',
      latency_ms_p50: 250,
      latency_ms_p95: 385,
      latency_ms_p99: 397,
      models: ['claude-sonnet-4-5', 'gpt-4o'],
    });
    expect(series[0]).toMatchObject({ runs: 0, cost_usd: '0', latency_ms_p95: null, error_rate: null, models: [] });
    expect(body).toMatchObject({ agent: { agent_id: 'planner' }, interval: '1h', recent_events: [], health: { window_hours: 24 } });
  });

  it('200: days over longer ranges, or when asked for', async () => {
    for (const query of ['?from=now-30d', '?from=2026-11-18T00:00:00Z&to=2026-11-20T12:00:00Z&interval=1d']) {
      const { body } = await detail(query);
      const series = body.series as Record<string, unknown>[];
      expect(body.interval).toBe('1d');
      expect(series.at(-1)).toMatchObject({ date: '2026-11-20', runs: 5 });
      expect(series.at(-2)).toMatchObject({ date: '2026-11-19', runs: 1 });
    }
  });

  it('404 for an unknown agent, another workspace’s and a hidden one alike', async () => {
    program.registry.note(other, ['theirs'], program.state.nowMs);
    for (const [path, hiddenAgents] of [
      ['nobody', []],
      ['theirs', []],
      ['planner', ['planner']],
      ['a%00b', []],
    ] as const) {
      for (const url of [`/api/obs/metrics/agent/${path}`, `/api/obs/agents/${path}/health`]) {
        const { status, body } = await program.ask(mine, url, { hiddenAgents });
        expect({ status, code: body.code }).toEqual({ status: 404, code: 'not-found' });
      }
    }
  });

  it.each(['?interval=5m', '?from=x', '?from=now&to=now-1h'])('400 for %s', async (query) => {
    expect((await detail(query)).status).toBe(400);
  });

  it('403 without the scope to read', async () => {
    expect((await detail('', { scopes: ['ingest'] })).status).toBe(403);
  });
});
