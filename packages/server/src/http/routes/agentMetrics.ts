import { getAgentMetrics, listAgentDays } from '@sightglass/contract/routes/agentMetrics';
import { judgeOne } from '../../agents/judgedAgents.ts';
import { readAgentDays } from '../../agents/readAgentDays.ts';
import { readAgentMetrics } from '../../agents/readAgentMetrics.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';
import { type AgentRouteDeps, findAgentOf, judgingOf } from './agents.ts';

/** Daily metrics of all agents, and the detail of one. */
export function agentMetricsRoutes(app: App, deps: AgentRouteDeps): void {
  const { readerOf, timeZoneOf, now } = deps;

  app.openapi(listAgentDays, async (c) => {
    const timeZone = await timeZoneOf(c.var.caller.workspaceId);
    const page = await readAgentDays(readerOf(c.var.caller), { query: c.req.valid('query'), timeZone, nowNs: now() });
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });

  app.openapi(getAgentMetrics, async (c) => {
    const { agent_id: agentId } = c.req.valid('param');
    const found = await findAgentOf(deps, c.var.caller, agentId);
    if (!found.ok) return problem(c, found.error);
    const judging = await judgingOf(deps, c.var.caller);
    const { reader, timeZone } = judging;
    const metrics = await readAgentMetrics(reader, { agentId, query: c.req.valid('query'), timeZone, nowNs: now() });
    if (!metrics.ok) return problem(c, metrics.error);
    const judged = await judgeOne(found.value, judging);
    if (!judged.ok) return problem(c, judged.error);
    const { health, ...agent } = judged.value;
    return c.json({ agent, ...metrics.value, health }, 200);
  });
}
