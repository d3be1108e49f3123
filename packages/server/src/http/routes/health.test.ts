import { type Health, HealthSchema } from '@sightglass/contract/health';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertAlert } from '../../alerts/lifecycle/testing/insertedAlert.ts';
import { type AgentProgram, startAgentProgram } from '../../agents/testing/agentProgram.ts';
import { createLease } from '../../control/lease.ts';
import { computeDueHours } from '../../health/healthSchedule.ts';
import { insertSpans } from '../../telemetry/testing/storedRows.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
// Friday. Everything happens between eleven and twelve.
const NOON = '2026-11-20T12:05:00Z';
const ELEVEN_MS = Date.UTC(2026, 10, 20, 11);
let program: AgentProgram;
beforeAll(async () => {
  program = await startAgentProgram(NOON);
});
afterAll(() => program.stop());

/** An hour of calls on each of some days, so many of them failing; all of an agent that runs nothing else. */
const hourOfCalls = (
  workspace: WorkspaceId,
  daysAgo: number,
  { failed = 0, ms = 1_000, agent_id = 'planner' }: { failed?: number; ms?: number; agent_id?: string } = {},
) =>
  Array.from({ length: 20 }, (_, i) =>
    program.span(workspace, ELEVEN_MS - daysAgo * DAY_MS + i * 60_000, {
      kind: 'llm',
      agent_id,
      duration_ns: String(ms * 1e6),
      status: i < failed ? 'error' : 'success',
      cost_usd: '0.05',
    }),
  );

async function slowSinceTuesday(): Promise<WorkspaceId> {
  const workspace = await program.newWorkspace();
  program.registry.note(workspace, ['planner', 'idle'], program.state.nowMs);
  await program.registry.flush();
  const days = Array.from({ length: 29 }, (_, daysAgo) => hourOfCalls(workspace, daysAgo, daysAgo <= 3 ? { ms: 2_000 } : {}));
  await insertSpans(program.telemetry, days.flat());
  return workspace;
}

const compute = () =>
  computeDueHours(
    {
      control: program.control,
      telemetry: program.telemetry,
      lease: createLease(program.control, 'health'),
      readerOf: program.readerOf,
      timeZoneOf: () => Promise.resolve('UTC'),
      isOn: () => !program.state.healthIsOff,
      nowMs: () => program.state.nowMs,
      log: pino({ level: 'silent' }),
    },
    () => Promise.resolve(true),
  );

const historyOf = async (workspace: WorkspaceId, query = '', agentId = 'planner') => {
  const { status, body } = await program.ask(workspace, `/api/obs/agents/${agentId}/health${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  const items = (body.items as unknown[]).map((item) => HealthSchema.parse(item));
  return { items, current: HealthSchema.parse(body.current), next_cursor: body.next_cursor as string | null };
};

const SLOW = { name: 'latency', points_lost: 12, reason: 'p95 latency doubled since Tuesday 17 November: 2 s, usually 1 s' };

describe('the health of an agent', () => {
  it('is there at once, and says since when it is worse', async () => {
    const workspace = await slowSinceTuesday();
    const { body } = await program.ask(workspace, '/api/obs/agents/planner');
    expect(body.health).toEqual({
      score: 88,
      window_hours: 6,
      computed_at: '2026-11-20T12:05:00Z',
      components: [
        { name: 'success_rate', points_lost: 0, reason: 'None of 20 calls failed' },
        SLOW,
        { name: 'cost', points_lost: 0, reason: 'Cost $1.00 in 6 hours, usually $1.00' },
        { name: 'guardrails', points_lost: 0, reason: 'No guardrail was hit in 20 calls' },
        { name: 'alerts', points_lost: 0, reason: 'No alert is open' },
      ],
    });
    const { body: idle } = await program.ask(workspace, '/api/obs/agents/idle');
    expect(idle.health).toMatchObject({ score: null, components: [], window_hours: null });
    const { body: list } = await program.ask(workspace, '/api/obs/agents');
    const scores = (list.items as { agent_id: string; health: Health }[]).map(({ agent_id, health }) => [agent_id, health.score]);
    expect(Object.fromEntries(scores)).toEqual({ planner: 88, idle: null });
    expect((await historyOf(workspace)).items).toEqual([]);
    expect((await historyOf(workspace)).current.score).toBe(88);
  });

  it('counts what guardrails stopped or flagged, and not what they let pass', async () => {
    const workspace = await program.newWorkspace();
    program.registry.note(workspace, ['planner'], program.state.nowMs);
    const guardrail = (status: string, action?: string) =>
      program.span(workspace, ELEVEN_MS, {
        kind: 'guardrail',
        status,
        attributes_string: action === undefined ? {} : { 'sightglass.guardrail.action_taken': action },
      });
    await insertSpans(program.telemetry, [
      ...hourOfCalls(workspace, 0),
      guardrail('success'),
      guardrail('success', 'allow'),
      guardrail('success', 'flag'),
      guardrail('blocked', 'block'),
    ]);
    const { components } = (await historyOf(workspace)).current;
    expect(components.find(({ name }) => name === 'guardrails')).toEqual({
      name: 'guardrails',
      points_lost: 8,
      reason: '2 guardrail hits in 20 calls',
    });
  });

  it('loses points for open alerts about it, then and now', async () => {
    const workspace = await program.newWorkspace();
    program.registry.note(workspace, ['planner'], program.state.nowMs);
    await insertSpans(program.telemetry, hourOfCalls(workspace, 0));
    const labels = { agent_id: 'planner' };
    const noonMs = ELEVEN_MS + HOUR_MS;
    // Open at noon, and resolved since; and one that has opened since.
    const resolved = { status: 'resolved' as const, endNotified: true };
    await insertAlert(program.control, workspace, ELEVEN_MS, { severity: 'critical', labels, ...resolved, resolvedAt: new Date(noonMs + 60_000) });
    await insertAlert(program.control, workspace, ELEVEN_MS, { severity: 'critical', labels, ...resolved, resolvedAt: new Date(noonMs - 60_000) });
    await insertAlert(program.control, workspace, noonMs + 1, { severity: 'info', labels, status: 'acknowledged' });
    await insertAlert(program.control, workspace, ELEVEN_MS, { severity: 'critical', labels: { agent_id: 'another' } });
    await insertAlert(program.control, workspace, ELEVEN_MS, { severity: 'critical' });
    const alertsOf = ({ components }: Health) => components.find(({ name }) => name === 'alerts');
    const { body } = await program.ask(workspace, '/api/obs/agents');
    expect(alertsOf((body.items as { health: Health }[])[0]?.health as Health)).toMatchObject({ points_lost: 3 });
    expect(await compute()).toBeGreaterThan(0);
    const { items, current } = await historyOf(workspace);
    expect(alertsOf(current)).toEqual({ name: 'alerts', points_lost: 3, reason: 'Open alerts: 1 info' });
    expect(items[0]).toMatchObject({ computed_at: '2026-11-20T12:00:00Z', score: 80 });
    expect(alertsOf(items[0] as Health)).toEqual({ name: 'alerts', points_lost: 20, reason: 'Open alerts: 1 critical' });
  });

  it('is computed at the end of each hour and kept; again changes nothing, and another workspace sees none of it', async () => {
    const workspace = await slowSinceTuesday();
    const other = await program.newWorkspace();
    program.registry.note(other, ['planner'], program.state.nowMs);
    expect(await compute()).toBeGreaterThan(0);
    expect(await compute()).toBe(0);
    const { items } = await historyOf(workspace);
    // From noon of yesterday on: every hour whose window has calls in it, the newest first.
    expect(items[0]).toEqual({
      score: 88,
      window_hours: 6,
      computed_at: '2026-11-20T12:00:00Z',
      components: expect.arrayContaining([SLOW]) as unknown,
    });
    expect(items.every(({ score }) => score !== null)).toBe(true);
    expect((await historyOf(other)).items).toEqual([]);
    const { body } = await program.ask(workspace, '/api/obs/agents');
    const planner = (body.items as { agent_id: string; health: Health }[]).find(({ agent_id }) => agent_id === 'planner');
    expect(planner?.health.computed_at).toBe('2026-11-20T12:00:00Z');
    await program.telemetry.run(`INSERT INTO agent_health SELECT * REPLACE (version - 1 AS version, toUInt8(1) AS score) FROM agent_health FINAL`);
    expect((await historyOf(workspace)).items).toEqual(items);
  });

  it('of an hour that nobody was there for is made up, without heartbeats that nobody knows any more', async () => {
    const workspace = await program.newWorkspace();
    const atMs = program.state.nowMs;
    program.registry.noteFrames([
      { workspaceId: workspace, receivedAtMs: atMs, notes: { heartbeats: [{ agentId: 'planner', atMs, status: 'degraded', metadata: null }] } },
    ]);
    await program.registry.flush();
    await insertSpans(program.telemetry, [
      ...hourOfCalls(workspace, 0, { failed: 3 }),
      ...hourOfCalls(workspace, 0).map((row) => ({ ...row, start_time: '2026-11-20T08:30:00Z' })),
    ]);
    await compute();
    const { items } = await historyOf(workspace);
    expect(items.map(({ computed_at }) => computed_at)).toEqual([
      '2026-11-20T12:00:00Z',
      '2026-11-20T11:00:00Z',
      '2026-11-20T10:00:00Z',
      '2026-11-20T09:00:00Z',
    ]);
    expect(items.map(({ components }) => components.some(({ name }) => name === 'heartbeat'))).toEqual([true, false, false, false]);
  });

  it('is read page by page, over a range', async () => {
    const workspace = await slowSinceTuesday();
    await compute();
    const whole = await historyOf(workspace);
    const seen: Health[] = [];
    let cursor: string | null | undefined;
    for (let page = 0; page < 50 && cursor !== null; page++) {
      const { items, next_cursor } = await historyOf(workspace, `?limit=5${cursor === undefined ? '' : `&cursor=${cursor}`}`);
      expect(items.length).toBeLessThanOrEqual(5);
      seen.push(...items);
      cursor = next_cursor;
    }
    expect(seen).toEqual(whole.items);
    expect((await historyOf(workspace, '?from=2026-11-20T12:00:00Z')).items).toHaveLength(1);
    expect((await historyOf(workspace, '?from=2026-11-20T00:00:00Z&to=2026-11-20T12:00:00Z')).items.at(0)?.computed_at).not.toBe(
      '2026-11-20T12:00:00Z',
    );
    for (const query of ['?limit=501', '?cursor=x', '?from=later'])
      expect((await program.ask(workspace, `/api/obs/agents/planner/health${query}`)).status).toBe(400);
  });

  it('is a measure by agent and hour, hidden agents apart', async () => {
    const workspace = await slowSinceTuesday();
    program.registry.note(workspace, ['writer'], program.state.nowMs);
    await insertSpans(program.telemetry, hourOfCalls(workspace, 0, { failed: 20, agent_id: 'writer' }));
    await compute();
    const question = {
      source: 'agent_health',
      measures: ['health_score', 'health_score_min'],
      group_by: ['agent_id'],
      from: '2026-11-20T12:00:00Z',
      to: '2026-11-20T13:00:00Z',
    };
    const ask = async (body: object, hiddenAgents: string[] = []) =>
      (await program.ask(workspace, '/api/obs/query', { method: 'POST', body, hiddenAgents })).body.rows;
    expect(await ask(question)).toEqual([
      { agent_id: 'planner', health_score: 88, health_score_min: 88 },
      { agent_id: 'writer', health_score: 30, health_score_min: 30 },
    ]);
    expect(await ask({ ...question, group_by: [] })).toEqual([{ health_score: 59, health_score_min: 30 }]);
    expect(await ask({ ...question, group_by: [], filters: [{ field: 'agent_id', op: '=', value: 'writer' }] })).toMatchObject([
      { health_score: 30 },
    ]);
    expect(await ask({ ...question, group_by: [] }, ['writer'])).toEqual([{ health_score: 88, health_score_min: 88 }]);
    expect(await ask({ ...question, from: '2026-11-20T10:30:00Z', group_by: [], interval: '1h' })).toMatchObject([
      { time: '2026-11-20T10:00:00Z' },
      { time: '2026-11-20T11:00:00Z' },
      { time: '2026-11-20T12:00:00Z', health_score: 59 },
    ]);
    expect(await ask({ ...question, group_by: ['attributes.x'] })).toMatchObject([{ 'attributes.x': null, health_score: 59 }]);
    expect(await ask({ ...question, group_by: [], from: '2026-11-25T00:00:00Z', to: '2026-11-26T00:00:00Z' })).toEqual([
      { health_score: null, health_score_min: null },
    ]);
  });

  it('where the plan leaves it out: nothing is computed, lists tell null, its own route is 403', async () => {
    const workspace = await slowSinceTuesday();
    program.state.healthIsOff = true;
    const computed = await compute();
    const [list, one, detail, own] = await Promise.all(
      ['/api/obs/agents', '/api/obs/agents/planner', '/api/obs/metrics/agent/planner', '/api/obs/agents/planner/health'].map((path) =>
        program.ask(workspace, path),
      ),
    );
    program.state.healthIsOff = false;
    expect(computed).toBe(0);
    expect(list?.body.items).toMatchObject([{ health: null }, { health: null }]);
    expect(one?.body.health).toBeNull();
    expect(detail?.body.health).toBeNull();
    expect(own).toMatchObject({ status: 403, body: { code: 'feature-off' } });
  });

  it('403 without the scope to read', async () => {
    const workspace = await program.newWorkspace();
    expect((await program.ask(workspace, '/api/obs/agents/planner/health', { scopes: ['ingest'] })).status).toBe(403);
  });
});

it('what the hour saw of versions is kept when their spans are older than a day', async () => {
  const workspace = await program.newWorkspace();
  program.registry.note(workspace, ['planner'], program.state.nowMs);
  await program.registry.flush();
  await insertSpans(program.telemetry, [program.span(workspace, ELEVEN_MS, { kind: 'llm', release: '1.0' })]);
  await compute();
  program.state.nowMs += 3 * DAY_MS;
  const { body } = await program.ask(workspace, '/api/obs/agents/planner');
  program.state.nowMs -= 3 * DAY_MS;
  expect(body.versions).toEqual(['1.0']);
});
