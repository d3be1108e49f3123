import { getAgent, listAgents as listAgentsRoute, listEvents as listEventsRoute } from '@sightglass/contract/routes/events';
import type { AgentRegistry } from '../../agents/agentRegistry.ts';
import { findAgent, listAgents } from '../../agents/listAgents.ts';
import type { ControlConnection } from '../../control/connect.ts';
import { listEvents } from '../../events/listEvents.ts';
import type { Caller } from '../../access/caller.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface EventRouteDeps {
  readerOf(caller: Caller): TelemetryReader;
  control: Pick<ControlConnection, 'ofWorkspace'>;
  agents: Pick<AgentRegistry, 'flush'>;
  /** Unix nanoseconds. */
  now(): bigint;
}

/** The event log, and the agents that telemetry names. */
export function eventRoutes(app: App, { readerOf, control, agents, now }: EventRouteDeps): void {
  app.openapi(listEventsRoute, async (c) => {
    const page = await listEvents(readerOf(c.var.caller), c.req.valid('query'), now());
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });

  app.openapi(listAgentsRoute, async (c) => {
    await agents.flush();
    const { workspaceId, hiddenAgents } = c.var.caller;
    const page = await control.ofWorkspace(workspaceId).read((tx) => listAgents(tx, workspaceId, c.req.valid('query'), hiddenAgents));
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });

  app.openapi(getAgent, async (c) => {
    await agents.flush();
    const { workspaceId, hiddenAgents } = c.var.caller;
    const found = await control.ofWorkspace(workspaceId).read((tx) => findAgent(tx, workspaceId, c.req.valid('param').agent_id, hiddenAgents));
    return found.ok ? c.json(found.value, 200) : problem(c, found.error);
  });
}
