import { listHealth } from '@sightglass/contract/routes/health';
import { healthNow } from '../../agents/judgedAgents.ts';
import * as stored from '../../health/storedHealth.ts';
import { fail } from '../../result.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';
import { type AgentRouteDeps, findAgentOf, judgingOf } from './agents.ts';

/** The health of an agent, now and in the past. */
export function healthRoutes(app: App, deps: AgentRouteDeps): void {
  app.openapi(listHealth, async (c) => {
    const { agent_id: agentId } = c.req.valid('param');
    const found = await findAgentOf(deps, c.var.caller, agentId);
    if (!found.ok) return problem(c, found.error);
    const judging = await judgingOf(deps, c.var.caller);
    const history = await stored.listHealth(judging.reader, agentId, c.req.valid('query'), deps.now());
    if (!history.ok) return problem(c, history.error);
    const current = await healthNow(found.value, { ...judging, withHealth: true });
    if (!current.ok) return problem(c, current.error);
    if (current.value === null) return problem(c, fail('internal', 'An agent that is there was not judged.').error);
    return c.json({ current: current.value, ...history.value }, 200);
  });
}
