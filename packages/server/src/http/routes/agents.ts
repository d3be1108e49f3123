import { changeAgent, createAgent, deleteAgent, getAgent, listAgents } from '@sightglass/contract/routes/agents';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Caller } from '../../access/caller.ts';
import type { AgentRegistry } from '../../agents/agentRegistry.ts';
import * as change from '../../agents/changeAgents.ts';
import { judgeList, judgeOne, type Judging } from '../../agents/judgedAgents.ts';
import * as list from '../../agents/listAgents.ts';
import { readOpenAlerts } from '../../alerts/lifecycle/openAlerts.ts';
import type { ControlConnection } from '../../control/connect.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import type { PlanBook } from '../../plans/planBook.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface AgentRouteDeps {
  control: Pick<ControlConnection, 'ofWorkspace'>;
  registry: Pick<AgentRegistry, 'flush' | 'forget'>;
  readerOf(caller: Caller): TelemetryReader;
  timeZoneOf(workspaceId: WorkspaceId): string | Promise<string>;
  plans: Pick<PlanBook, 'refusedFeature'>;
  /** Unix nanoseconds. */
  now(): bigint;
}

export const nowMsOf = (now: () => bigint): number => Number(now() / 1_000_000n);

/** What it takes to judge the agents of a caller. */
export async function judgingOf({ control, readerOf, timeZoneOf, plans, now }: AgentRouteDeps, caller: Caller): Promise<Judging> {
  return {
    reader: readerOf(caller),
    timeZone: await timeZoneOf(caller.workspaceId),
    nowMs: nowMsOf(now),
    withHealth: plans.refusedFeature(caller.workspaceId, 'health') === undefined,
    openAlerts: () => readOpenAlerts(control, caller.workspaceId, 'now'),
  };
}

/** The agent of a path, as it is now; unknown, foreign and hidden ones are not found. */
export async function findAgentOf({ control, registry, now }: AgentRouteDeps, { workspaceId, hiddenAgents }: Caller, agentId: string) {
  await registry.flush();
  return control.ofWorkspace(workspaceId).read((tx) => list.findAgent(tx, { workspaceId, hiddenAgents, nowMs: nowMsOf(now) }, agentId));
}

/** The registry of agents. */
export function agentRoutes(app: App, deps: AgentRouteDeps): void {
  const { control, registry, readerOf, now } = deps;
  const changing = { control, registry, readerOf, nowMs: () => nowMsOf(now) };

  app.openapi(listAgents, async (c) => {
    await registry.flush();
    const { workspaceId, hiddenAgents } = c.var.caller;
    const seen = { workspaceId, hiddenAgents, nowMs: nowMsOf(now) };
    const page = await control.ofWorkspace(workspaceId).read((tx) => list.listAgents(tx, seen, c.req.valid('query')));
    if (!page.ok) return problem(c, page.error);
    const items = await judgeList(page.value.items, await judgingOf(deps, c.var.caller));
    return items.ok ? c.json({ items: items.value, next_cursor: page.value.next_cursor }, 200) : problem(c, items.error);
  });

  app.openapi(createAgent, async (c) => {
    await registry.flush();
    const created = await change.createAgent(changing, c.var.caller, c.req.valid('json'));
    const agent = created.ok ? await judgeOne(created.value, await judgingOf(deps, c.var.caller)) : created;
    return agent.ok ? c.json(agent.value, 201) : problem(c, agent.error);
  });

  app.openapi(getAgent, async (c) => {
    const found = await findAgentOf(deps, c.var.caller, c.req.valid('param').agent_id);
    const agent = found.ok ? await judgeOne(found.value, await judgingOf(deps, c.var.caller)) : found;
    return agent.ok ? c.json(agent.value, 200) : problem(c, agent.error);
  });

  app.openapi(changeAgent, async (c) => {
    await registry.flush();
    const changed = await change.changeAgent(changing, c.var.caller, c.req.valid('param').agent_id, c.req.valid('json'));
    const agent = changed.ok ? await judgeOne(changed.value, await judgingOf(deps, c.var.caller)) : changed;
    return agent.ok ? c.json(agent.value, 200) : problem(c, agent.error);
  });

  app.openapi(deleteAgent, async (c) => {
    await registry.flush();
    const deleted = await change.deleteAgent(changing, c.var.caller, c.req.valid('param').agent_id);
    return deleted.ok ? c.body(null, 204) : problem(c, deleted.error);
  });
}
