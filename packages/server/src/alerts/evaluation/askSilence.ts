/** Agents that have not been heard of for too long. */
import type { QueryFilter } from '@sightglass/contract/querySpec';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, eq, isNotNull, or } from 'drizzle-orm';
import type { ControlConnection } from '../../control/connect.ts';
import { agents } from '../../control/tables/agents.ts';
import type { SilenceCondition } from '../conditions/condition.ts';
import { type Observation, type Observations, observe } from '../conditions/observation.ts';

const MINUTE_MS = 60_000;

export interface HeardAgent {
  agentId: string;
  department: string | null;
  owner: string | null;
  lastHeartbeatAtMs: number | null;
  lastSeenAtMs: number | null;
}

/** The agents of a workspace that were ever heard of. */
export async function readHeardAgents(control: Pick<ControlConnection, 'ofWorkspace'>, workspaceId: WorkspaceId): Promise<HeardAgent[]> {
  const rows = await control.ofWorkspace(workspaceId).read((tx) =>
    tx
      .select()
      .from(agents)
      .where(
        and(eq(agents.workspaceId, workspaceId), or(isNotNull(agents.lastHeartbeatAt), isNotNull(agents.lastSeenAt), isNotNull(agents.registeredAt))),
      ),
  );
  return rows.map(({ agentId, department, owner, lastHeartbeatAt, lastSeenAt }) => ({
    agentId,
    department,
    owner,
    lastHeartbeatAtMs: lastHeartbeatAt?.getTime() ?? null,
    lastSeenAtMs: lastSeenAt?.getTime() ?? null,
  }));
}

/**
 * Pure. `listeningSinceMs`: since when this instance could have heard anything; an agent that was last heard of before that is not
 * called silent until it had its minutes again. `ruleSinceMs`: an agent named by the rule that was never heard of is silent since then.
 */
export function observeSilence(
  condition: SilenceCondition,
  heard: readonly HeardAgent[],
  { nowMs, listeningSinceMs, ruleSinceMs }: { nowMs: number; listeningSinceMs: number; ruleSinceMs: number },
): Observations {
  const { of, agentId, minutes } = condition;
  const lastOf = ({ lastHeartbeatAtMs, lastSeenAtMs }: HeardAgent) =>
    of === 'heartbeats'
      ? lastHeartbeatAtMs
      : lastSeenAtMs === null && lastHeartbeatAtMs === null
        ? null
        : Math.max(lastSeenAtMs ?? 0, lastHeartbeatAtMs ?? 0);
  const judge = (id: string, lastMs: number | null): Observation => {
    const sinceMs = lastMs ?? ruleSinceMs;
    const value = Math.max(0, nowMs - sinceMs) / MINUTE_MS;
    const isSilent = value >= minutes;
    const hadItsTime = nowMs - Math.max(sinceMs, listeningSinceMs) >= minutes * MINUTE_MS;
    return observe(
      { agent_id: id },
      {
        outcome: !isSilent ? 'clear' : hadItsTime ? 'breach' : 'no_data',
        value,
        details: { last_heard_at: lastMs === null ? null : new Date(lastMs).toISOString(), of },
      },
    );
  };
  const gone = { outcome: 'no_data', value: null } as const;
  if (agentId !== undefined) {
    const agent = heard.find((each) => each.agentId === agentId);
    return { groups: [judge(agentId, agent === undefined ? null : lastOf(agent))], absent: gone, isCut: false };
  }
  const watched = heard.flatMap((agent) => {
    const lastMs = lastOf(agent);
    return lastMs !== null && condition.filters.every((filter) => isMeant(agent, filter)) ? [judge(agent.agentId, lastMs)] : [];
  });
  // Who was deleted is missed by nobody.
  return { groups: watched, absent: { outcome: 'clear', value: null }, isCut: false };
}

function isMeant({ agentId, department, owner }: HeardAgent, { field, op, value }: QueryFilter): boolean {
  const has = { agent_id: agentId, department, owner }[field] ?? '';
  const named = Array.isArray(value) ? value.map(String) : [String(value)];
  return op === '=' || op === 'in' ? named.includes(has) : !named.includes(has);
}
