/** What people say of agents: who they are, whose, and that they are gone. */
import { AGENT_TAGS_MAX, type AgentChanges, type NewAgent } from '@sightglass/contract/agent';
import { and, count, eq } from 'drizzle-orm';
import { actorOf, type Caller } from '../access/caller.ts';
import type { ControlConnection } from '../control/connect.ts';
import { agents } from '../control/tables/agents.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { fail, ok, type Result } from '../result.ts';
import type { AgentRow } from './agentRow.ts';
import { AGENTS_PER_WORKSPACE_MAX, type AgentRegistry } from './agentRegistry.ts';
import { findAgent, noSuchAgent } from './listAgents.ts';

export interface AgentChangeDeps {
  control: Pick<ControlConnection, 'ofWorkspace'>;
  registry: Pick<AgentRegistry, 'forget'>;
  readerOf(caller: Caller): TelemetryReader;
  /** Unix milliseconds. */
  nowMs(): number;
}

const rowOf = ({ workspaceId }: Caller, agentId: string) => and(eq(agents.workspaceId, workspaceId), eq(agents.agentId, agentId));
/** What the audit log tells of an agent. */
const audited = ({ name, owner, department, tags }: Pick<AgentRow, 'name' | 'owner' | 'department' | 'tags'>) => ({ name, owner, department, tags });

/** What is left out is null, of tags none. An agent that only telemetry knew is completed; what was said of it already is not there to be lost. */
export function createAgent(
  { control, nowMs }: AgentChangeDeps,
  caller: Caller,
  { agent_id: agentId, ...said }: NewAgent,
): Promise<Result<AgentRow>> {
  const { workspaceId, hiddenAgents } = caller;
  return control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note) => {
    // Whoever may not see it learns no more than that the name is taken.
    if (hiddenAgents.includes(agentId)) return isTaken(agentId);
    const [known] = await tx.select({ registeredAt: agents.registeredAt }).from(agents).where(rowOf(caller, agentId)).for('update');
    if (known !== undefined && known.registeredAt !== null) return isTaken(agentId);
    if (known === undefined) {
      const [there] = await tx.select({ agents: count() }).from(agents).where(eq(agents.workspaceId, workspaceId));
      if ((there?.agents ?? 0) >= AGENTS_PER_WORKSPACE_MAX)
        return fail('conflict', `A workspace has at most ${AGENTS_PER_WORKSPACE_MAX} agents: delete some of which nothing is stored.`);
    }
    const now = new Date(nowMs());
    const values = {
      name: said.name ?? null,
      owner: said.owner ?? null,
      department: said.department ?? null,
      tags: said.tags ?? [],
      registeredAt: now,
    };
    await tx
      .insert(agents)
      .values({ workspaceId, agentId, createdAt: now, ...values })
      .onConflictDoUpdate({ target: [agents.workspaceId, agents.agentId], set: values });
    note({ action: 'agent.create', target: agentId, before: null, after: audited(values) });
    return findAgent(tx, { workspaceId, hiddenAgents, nowMs: now.getTime() }, agentId);
  });
}

const isTaken = (agentId: string) => fail('conflict', `The agent ${agentId.slice(0, 64)} has been created already: change it instead.`);

/** Describing an agent that only telemetry knew registers it. */
export function changeAgent({ control, nowMs }: AgentChangeDeps, caller: Caller, agentId: string, changes: AgentChanges): Promise<Result<AgentRow>> {
  const { workspaceId, hiddenAgents } = caller;
  return control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note) => {
    const seen = { workspaceId, hiddenAgents, nowMs: nowMs() };
    const before = await findAgent(tx, seen, agentId);
    if (!before.ok) return before;
    const { name, owner, department, tags } = before.value;
    const after = {
      name: changes.name === undefined ? name : changes.name,
      owner: changes.owner === undefined ? owner : changes.owner,
      department: changes.department === undefined ? department : changes.department,
      tags: changes.tags ?? tags.slice(0, AGENT_TAGS_MAX),
    };
    await tx
      .update(agents)
      .set({ ...after, ...(before.value.registered ? {} : { registeredAt: new Date(seen.nowMs) }) })
      .where(rowOf(caller, agentId));
    note({ action: 'agent.change', target: agentId, before: audited(before.value), after });
    return findAgent(tx, seen, agentId);
  });
}

/** Only where nothing is stored that names it: else lists and totals would tell of an agent that does not exist, and it would come back. */
export async function deleteAgent(deps: AgentChangeDeps, caller: Caller, agentId: string): Promise<Result<undefined>> {
  const { workspaceId, hiddenAgents } = caller;
  const { control, registry, readerOf, nowMs } = deps;
  const seen = { workspaceId, hiddenAgents, nowMs: nowMs() };
  const found = await control.ofWorkspace(workspaceId).read((tx) => findAgent(tx, seen, agentId));
  if (!found.ok) return found;
  const stored = await hasTelemetry(readerOf(caller), agentId);
  if (!stored.ok) return stored;
  if (stored.value)
    return fail(
      'conflict',
      `Telemetry of ${agentId.slice(0, 64)} is stored. The agent can be deleted when its retention is over, or its data is deleted.`,
    );
  const deleted = await control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note) => {
    const rows = await tx.delete(agents).where(rowOf(caller, agentId)).returning();
    if (rows.length === 0) return noSuchAgent(agentId);
    note({ action: 'agent.delete', target: agentId, before: audited(found.value), after: null });
    return ok(undefined);
  });
  registry.forget(workspaceId, agentId);
  return deleted;
}

/** Heartbeats alone are no work that anything tells of. */
async function hasTelemetry(reader: TelemetryReader, agentId: string): Promise<Result<boolean>> {
  const found = await reader.query<{ found: number }>({
    sql: `SELECT 1 AS found FROM spans WHERE agent_id = {agent:String} LIMIT 1
UNION ALL SELECT 1 AS found FROM events WHERE agent_id = {agent:String} AND event_type != 'heartbeat' LIMIT 1`,
    params: { agent: agentId },
  });
  return found.ok ? ok(found.value.length > 0) : found;
}
