import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { describeOnControlEngines } from '../../test/controlEngines.ts';
import { CountSchema, queryRows } from '../control/rows.ts';
import { workspaces } from '../control/tables/workspaces.ts';
import { testWorkspace } from '../telemetry/testing/storedRows.ts';
import { AGENTS_PER_WORKSPACE_MAX, createAgentRegistry } from './agentRegistry.ts';
import { agentOf } from './agentRow.ts';
import { findAgent, listAgents } from './listAgents.ts';

const NOW = Date.UTC(2026, 10, 20, 9, 0, 0);
let made = 0;

describeOnControlEngines('the registry of agents', ({ connection }) => {
  const registry = () => createAgentRegistry({ db: connection().instanceDb, warn: () => undefined });
  const newWorkspace = async () => {
    made += 1;
    const id = testWorkspace(`agents${made}`);
    await connection()
      .instanceDb.insert(workspaces)
      .values({ id, slug: `agents${made}`, name: 'Test' });
    return id;
  };
  const found = async (workspace: Awaited<ReturnType<typeof newWorkspace>>, id: string) => {
    const agent = await connection()
      .ofWorkspace(workspace)
      .read((tx) => findAgent(tx, { workspaceId: workspace, hiddenAgents: [], nowMs: NOW + 60_000 }, id));
    return agent.ok ? agentOf(agent.value) : undefined;
  };

  it('keeps when an agent was first and last seen, whatever the order', async () => {
    const workspace = await newWorkspace();
    const agents = registry();
    agents.note(workspace, ['a'], NOW);
    await agents.writeNew();
    agents.note(workspace, ['a'], NOW + 5_000);
    agents.note(workspace, ['a'], NOW + 2_000);
    await agents.flush();
    const elsewhere = registry();
    elsewhere.note(workspace, ['a'], NOW - 9_000);
    await elsewhere.stop();
    expect(await found(workspace, 'a')).toMatchObject({ first_seen_at: '2026-11-20T08:59:51Z', last_seen_at: '2026-11-20T09:00:05Z' });
    await agents.stop();
  });

  it('keeps the newest heartbeat, of any instance', async () => {
    const workspace = await newWorkspace();
    const [one, two] = [registry(), registry()];
    const beat = (agents: typeof one, atMs: number, status: 'healthy' | 'unhealthy' | null) =>
      agents.noteFrames([
        { workspaceId: workspace, receivedAtMs: atMs, notes: { heartbeats: [{ agentId: 'a', atMs, status, metadata: { atMs } }] } },
      ]);
    beat(one, NOW, 'healthy');
    beat(one, NOW - 1_000, 'unhealthy');
    await one.writeNew();
    expect(await found(workspace, 'a')).toMatchObject({
      status: 'healthy',
      last_heartbeat_at: '2026-11-20T09:00:00Z',
      heartbeat_metadata: { atMs: NOW },
    });
    beat(two, NOW - 500, 'unhealthy');
    await two.writeNew();
    expect(await found(workspace, 'a')).toMatchObject({ status: 'healthy', last_heartbeat_at: '2026-11-20T09:00:00Z' });
    beat(two, NOW + 500, null);
    await two.writeNew();
    expect(await found(workspace, 'a')).toMatchObject({
      // A sign of life that says nothing is one that says nothing bad.
      status: 'healthy',
      heartbeat_status: null,
      last_heartbeat_at: '2026-11-20T09:00:00.5Z',
      last_seen_at: '2026-11-20T09:00:00.5Z',
    });
    // Seen again without a heartbeat: what the heartbeat said stays.
    one.note(workspace, ['a'], NOW + 60_000);
    await one.flush();
    expect(await found(workspace, 'a')).toMatchObject({ last_heartbeat_at: '2026-11-20T09:00:00.5Z', last_seen_at: '2026-11-20T09:01:00Z' });
    await one.stop();
    await two.stop();
  });

  it('takes no id that the database cannot hold, and no agent of a workspace that is gone', async () => {
    const workspace = await newWorkspace();
    const agents = registry();
    agents.note(workspace, ['', 'a\0b', '\ud800', 'x'.repeat(1001), 'ü'.repeat(501), 'ü'.repeat(500), `it's "quoted" \\ \u2028`], NOW);
    agents.note('wsp_gone', ['a'], NOW);
    await agents.writeNew();
    const page = await connection()
      .ofWorkspace(workspace)
      .read((tx) => listAgents(tx, { workspaceId: workspace, hiddenAgents: [], nowMs: NOW }, { limit: 50 }));
    expect(page.ok && page.value.items.map(({ agent_id }) => agent_id).sort()).toEqual([`it's "quoted" \\ \u2028`, 'ü'.repeat(500)]);
    expect(await agents.exists(workspace, 'a\0b')).toBe(false);
    expect(await agents.exists('wsp_gone', 'a')).toBe(false);
    await agents.stop();
  });

  it('stops at a number of agents that no workspace has, and goes on seeing those it knows', async () => {
    const workspace = await newWorkspace();
    const agents = registry();
    for (let i = 0; i <= AGENTS_PER_WORKSPACE_MAX; i += 1_000) {
      agents.note(
        workspace,
        Array.from({ length: 1_000 }, (_, n) => `agent-${i + n}`),
        NOW,
      );
    }
    await agents.writeNew();
    const rows = await queryRows(
      connection().instanceDb,
      sql`SELECT count(*) AS count FROM agents WHERE workspace_id = ${workspace}`,
      z.object({ count: CountSchema }),
    );
    expect(rows).toEqual([{ count: AGENTS_PER_WORKSPACE_MAX }]);
    agents.note(workspace, ['agent-0'], NOW + 1_000);
    await agents.flush();
    expect(await found(workspace, 'agent-0')).toMatchObject({ last_seen_at: '2026-11-20T09:00:01Z' });
    await agents.stop();
  });
});
