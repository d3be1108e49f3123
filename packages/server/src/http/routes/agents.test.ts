import { JudgedAgentSchema } from '@sightglass/contract/agent';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentProgram, startAgentProgram } from '../../agents/testing/agentProgram.ts';
import { auditEntries } from '../../control/tables/audit.ts';
import { insertSpans } from '../../telemetry/testing/storedRows.ts';

const NOW = '2026-11-20T09:00:00Z';
const PATH = '/api/obs/agents';
let program: AgentProgram;
beforeAll(async () => {
  program = await startAgentProgram(NOW);
});
afterAll(() => program.stop());

const create = (workspace: WorkspaceId, body: object) => program.ask(workspace, PATH, { method: 'POST', body });
const get = (workspace: WorkspaceId, agentId: string) => program.ask(workspace, `${PATH}/${encodeURIComponent(agentId)}`);
const listed = async (workspace: WorkspaceId, query = '') => {
  const { status, body } = await program.ask(workspace, `${PATH}${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return (body.items as { agent_id: string }[]).map(({ agent_id }) => agent_id);
};
const auditOf = async (workspace: WorkspaceId) =>
  (await program.control.instanceDb.select().from(auditEntries).where(eq(auditEntries.workspaceId, workspace))).map(
    ({ action, target, before, after }) => ({
      action,
      target,
      before,
      after,
    }),
  );
const beat = async (workspace: WorkspaceId, agentId: string, secondsAgo: number, status: 'healthy' | 'degraded' | null = null) => {
  const atMs = program.state.nowMs - secondsAgo * 1000;
  program.registry.noteFrames([{ workspaceId: workspace, receivedAtMs: atMs, notes: { heartbeats: [{ agentId, atMs, status, metadata: null }] } }]);
  await program.registry.flush();
};

describe('POST /api/obs/agents', () => {
  it('201: creates an agent, which is audited', async () => {
    const workspace = await program.newWorkspace();
    const said = { agent_id: 'planner', name: 'Planner', owner: 'ada@example.com', department: 'Ops', tags: ['b', 'a', 'b'] };
    const { status, body } = await create(workspace, said);
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        ...said,
        tags: ['a', 'b'],
        versions: [],
        status: 'unknown',
        registered: true,
        created_at: NOW,
        first_seen_at: null,
        last_seen_at: null,
        last_heartbeat_at: null,
        heartbeat_status: null,
        heartbeat_interval_seconds: null,
        heartbeat_metadata: null,
        health: { score: null, components: [], window_hours: null, computed_at: NOW },
      },
    });
    expect(await auditOf(workspace)).toEqual([
      {
        action: 'agent.create',
        target: 'planner',
        before: null,
        after: { name: 'Planner', owner: 'ada@example.com', department: 'Ops', tags: ['a', 'b'] },
      },
    ]);
    expect(await program.registry.exists(workspace, 'planner')).toBe(true);
  });

  it('201: completes an agent that telemetry has named', async () => {
    const workspace = await program.newWorkspace();
    program.registry.note(workspace, ['planner'], program.state.nowMs - 5_000);
    await program.registry.flush();
    expect((await get(workspace, 'planner')).body).toMatchObject({ registered: false, owner: null, tags: [] });
    expect(await create(workspace, { agent_id: 'planner', owner: 'ada' })).toMatchObject({
      status: 201,
      body: { registered: true, owner: 'ada', created_at: '2026-11-20T08:59:55Z', first_seen_at: '2026-11-20T08:59:55Z' },
    });
  });

  it('409 for an agent that was created already, and for one that is hidden from whoever asks', async () => {
    const workspace = await program.newWorkspace();
    await create(workspace, { agent_id: 'planner', owner: 'ada' });
    expect(await create(workspace, { agent_id: 'planner', owner: 'bob' })).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const hidden = await program.ask(workspace, PATH, { method: 'POST', body: { agent_id: 'secret' }, hiddenAgents: ['secret'] });
    expect(hidden.status).toBe(409);
    expect((await get(workspace, 'planner')).body).toMatchObject({ owner: 'ada' });
  });

  it.each([
    ['no id', {}, '/agent_id'],
    ['an empty id', { agent_id: '' }, '/agent_id'],
    ['an id with a null byte', { agent_id: 'a\0b' }, '/agent_id'],
    ['an id of half a character', { agent_id: '\ud800' }, '/agent_id'],
    ['an id of 1001 bytes', { agent_id: `${'ü'.repeat(500)}x` }, '/agent_id'],
    ['a name of two lines', { agent_id: 'a', name: 'x\ny' }, '/name'],
    ['an empty tag', { agent_id: 'a', tags: [''] }, '/tags/0'],
    ['51 tags', { agent_id: 'a', tags: Array.from({ length: 51 }, (_, i) => `t${i}`) }, '/tags'],
  ])('400 for %s', async (_, body, pointer) => {
    const workspace = await program.newWorkspace();
    const answer = await create(workspace, body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ pointer }]);
    expect(await listed(workspace)).toEqual([]);
  });

  it('400 for a field that there is none of', async () => {
    expect((await create(await program.newWorkspace(), { agent_id: 'a', colour: 'red' })).status).toBe(400);
  });

  it.each(['ingest', 'read', 'admin'] as const)('403 for a key of scope %s', async (scope) => {
    const workspace = await program.newWorkspace();
    for (const [method, path] of [
      ['POST', PATH],
      ['PATCH', `${PATH}/a`],
      ['DELETE', `${PATH}/a`],
    ] as const) {
      expect(
        (await program.ask(workspace, path, { method, scopes: [scope], ...(method === 'DELETE' ? {} : { body: { agent_id: 'a' } }) })).status,
      ).toBe(403);
    }
  });
});

describe('GET /api/obs/agents', () => {
  it('200: newest first, page by page, none twice and none left out', async () => {
    const workspace = await program.newWorkspace();
    const ids = Array.from({ length: 7 }, (_, i) => `agent-${i}`);
    for (const [i, id] of ids.entries()) program.registry.note(workspace, [id], program.state.nowMs - Math.floor(i / 2) * 1000);
    await program.registry.flush();
    const seen: string[] = [];
    let cursor: unknown = '';
    for (let page = 0; page < 10 && cursor !== null; page++) {
      const { body } = await program.ask(workspace, `${PATH}?limit=2${cursor === '' ? '' : `&cursor=${String(cursor)}`}`);
      for (const agent of body.items as unknown[]) seen.push(JudgedAgentSchema.parse(agent).agent_id);
      cursor = body.next_cursor;
    }
    expect(seen.toSorted()).toEqual(ids);
    expect(seen.slice(0, 2).toSorted()).toEqual(['agent-0', 'agent-1']);
  });

  it('200: filters by text, department, tag and status', async () => {
    const workspace = await program.newWorkspace();
    await create(workspace, { agent_id: 'a-1', name: 'Alpha', owner: 'Ada', department: 'Ops', tags: ['prod'] });
    await create(workspace, { agent_id: 'b-1', department: 'Sales', tags: ['prod', 'eu'] });
    await create(workspace, { agent_id: `it's 100% "odd"` });
    await beat(workspace, 'b-1', 1, 'degraded');
    expect(await listed(workspace, '?q=ALPH')).toEqual(['a-1']);
    expect(await listed(workspace, '?q=ada')).toEqual(['a-1']);
    expect(await listed(workspace, `?q=${encodeURIComponent('100%')}`)).toEqual([`it's 100% "odd"`]);
    expect(await listed(workspace, '?q=%25')).toEqual([`it's 100% "odd"`]);
    expect(await listed(workspace, '?q=%00')).toEqual([]);
    expect(await listed(workspace, '?department=Sales')).toEqual(['b-1']);
    expect((await listed(workspace, '?tag=prod')).toSorted()).toEqual(['a-1', 'b-1']);
    expect(await listed(workspace, '?tag=prod&department=Ops')).toEqual(['a-1']);
    expect(await listed(workspace, '?status=degraded')).toEqual(['b-1']);
    expect((await listed(workspace, '?status=unknown,silent')).toSorted()).toEqual(['a-1', `it's 100% "odd"`]);
  });

  it.each(['?status=fine', '?limit=0', '?limit=501', '?cursor=x'])('400 for %s', async (query) => {
    expect((await program.ask(await program.newWorkspace(), `${PATH}${query}`)).status).toBe(400);
  });

  it('shows no agent of another workspace, and none that is hidden', async () => {
    const [mine, other] = [await program.newWorkspace(), await program.newWorkspace()];
    await create(mine, { agent_id: 'mine' });
    await create(mine, { agent_id: 'secret' });
    await create(other, { agent_id: 'theirs' });
    expect((await listed(mine)).toSorted()).toEqual(['mine', 'secret']);
    const { body } = await program.ask(mine, PATH, { hiddenAgents: ['secret'] });
    expect(body.items).toMatchObject([{ agent_id: 'mine' }]);
    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', { owner: 'x' }],
      ['DELETE', undefined],
    ] as const) {
      const asking = { method, hiddenAgents: ['secret'], ...(body === undefined ? {} : { body }) };
      expect((await program.ask(mine, `${PATH}/secret`, asking)).status).toBe(404);
      expect((await program.ask(mine, `${PATH}/theirs`, asking)).status).toBe(404);
      expect((await program.ask(mine, `${PATH}/a%00b`, asking)).status).toBe(404);
    }
  });
});

describe('the status of an agent', () => {
  const statusOf = async (workspace: WorkspaceId) => (await get(workspace, 'planner')).body;

  it('is unknown without heartbeats, and what they say while they keep coming', async () => {
    const workspace = await program.newWorkspace();
    await create(workspace, { agent_id: 'planner' });
    expect(await statusOf(workspace)).toMatchObject({ status: 'unknown' });
    await beat(workspace, 'planner', 600, 'degraded');
    expect(await statusOf(workspace)).toMatchObject({ status: 'degraded', heartbeat_status: 'degraded', heartbeat_interval_seconds: null });
    await beat(workspace, 'planner', 500);
    expect(await statusOf(workspace)).toMatchObject({ heartbeat_status: null, heartbeat_interval_seconds: 100 });
  });

  it('is silent after three of its own intervals, and not before a minute', async () => {
    const workspace = await program.newWorkspace();
    await create(workspace, { agent_id: 'planner' });
    for (const secondsAgo of [900, 600]) await beat(workspace, 'planner', secondsAgo, 'healthy');
    expect(await statusOf(workspace)).toMatchObject({ status: 'healthy', heartbeat_interval_seconds: 300 });
    program.state.nowMs += 301_000;
    expect(await statusOf(workspace)).toMatchObject({ status: 'silent' });
    program.state.nowMs -= 301_000;
    const often = await program.newWorkspace();
    await create(often, { agent_id: 'planner' });
    for (const secondsAgo of [62, 61]) await beat(often, 'planner', secondsAgo, 'healthy');
    expect(await statusOf(often)).toMatchObject({ status: 'silent', heartbeat_interval_seconds: 1 });
    program.state.nowMs -= 1_000;
    expect(await statusOf(often)).toMatchObject({ status: 'healthy' });
    program.state.nowMs += 1_000;
  });

  it('is silent a quarter of an hour after the only heartbeat', async () => {
    const workspace = await program.newWorkspace();
    await create(workspace, { agent_id: 'planner' });
    await beat(workspace, 'planner', 900);
    expect(await statusOf(workspace)).toMatchObject({ status: 'healthy' });
    program.state.nowMs += 1;
    expect(await statusOf(workspace)).toMatchObject({ status: 'silent' });
    program.state.nowMs -= 1;
  });

  it('learns another rhythm in a few beats, and takes no outage for one', async () => {
    const workspace = await program.newWorkspace();
    await create(workspace, { agent_id: 'planner' });
    for (const secondsAgo of [7_210, 7_200]) await beat(workspace, 'planner', secondsAgo);
    await beat(workspace, 'planner', 3_600);
    expect(await statusOf(workspace)).toMatchObject({ heartbeat_interval_seconds: 14 });
    for (let secondsAgo = 3_540; secondsAgo >= 3_240; secondsAgo -= 60) await beat(workspace, 'planner', secondsAgo);
    const { heartbeat_interval_seconds: learned } = await statusOf(workspace);
    expect(Number(learned)).toBeGreaterThan(45);
    expect(Number(learned)).toBeLessThanOrEqual(60);
  });
});

describe('PATCH and DELETE /api/obs/agents/{agent_id}', () => {
  it('200: what is absent stays, null says nothing, and both sides are audited', async () => {
    const workspace = await program.newWorkspace();
    await create(workspace, { agent_id: 'planner', name: 'Planner', owner: 'ada', tags: ['a'] });
    const changed = await program.ask(workspace, `${PATH}/planner`, { method: 'PATCH', body: { owner: null, department: 'Ops' } });
    expect(changed).toMatchObject({ status: 200, body: { name: 'Planner', owner: null, department: 'Ops', tags: ['a'] } });
    expect((await auditOf(workspace)).at(-1)).toEqual({
      action: 'agent.change',
      target: 'planner',
      before: { name: 'Planner', owner: 'ada', department: null, tags: ['a'] },
      after: { name: 'Planner', owner: null, department: 'Ops', tags: ['a'] },
    });
    expect((await program.ask(workspace, `${PATH}/nobody`, { method: 'PATCH', body: { owner: 'x' } })).status).toBe(404);
  });

  it('registers an agent that only telemetry knew', async () => {
    const workspace = await program.newWorkspace();
    program.registry.note(workspace, ['planner'], program.state.nowMs);
    const changed = await program.ask(workspace, `${PATH}/planner`, { method: 'PATCH', body: { owner: 'ada' } });
    expect(changed.body).toMatchObject({ registered: true, owner: 'ada' });
    expect((await create(workspace, { agent_id: 'planner' })).status).toBe(409);
  });

  it('204 while nothing of the agent is stored, heartbeats apart; 409 once telemetry names it', async () => {
    const workspace = await program.newWorkspace();
    for (const agent_id of ['idle', 'busy']) await create(workspace, { agent_id });
    await beat(workspace, 'idle', 1);
    await insertSpans(program.telemetry, [program.span(workspace, NOW, { agent_id: 'busy', kind: 'llm' })]);
    expect((await program.ask(workspace, `${PATH}/idle`, { method: 'DELETE' })).status).toBe(204);
    expect((await get(workspace, 'idle')).status).toBe(404);
    expect(await program.registry.exists(workspace, 'idle')).toBe(false);
    const kept = await program.ask(workspace, `${PATH}/busy`, { method: 'DELETE' });
    expect(kept).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await listed(workspace)).toEqual(['busy']);
    expect((await auditOf(workspace)).at(-1)).toMatchObject({ action: 'agent.delete', target: 'idle', after: null });
    expect((await program.ask(workspace, `${PATH}/idle`, { method: 'DELETE' })).status).toBe(404);
  });
});

describe('the versions of an agent', () => {
  it('are those of its spans, the one seen last first', async () => {
    const workspace = await program.newWorkspace();
    await create(workspace, { agent_id: 'planner' });
    await insertSpans(program.telemetry, [
      program.span(workspace, '2026-11-20T08:00:00Z', { release: '1.0' }),
      program.span(workspace, '2026-11-20T08:30:00Z', { release: '2.0' }),
      program.span(workspace, '2026-11-20T08:10:00Z', { release: '1.0' }),
      program.span(workspace, '2026-11-20T08:40:00Z', { agent_id: 'other', release: '3.0' }),
      program.span(workspace, '2026-11-20T08:50:00Z'),
    ]);
    expect((await get(workspace, 'planner')).body).toMatchObject({ versions: ['2.0', '1.0'] });
  });
});
