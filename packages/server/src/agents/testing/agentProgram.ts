/** The routes of agents over real stores, for callers of any scope, with a clock of its own. */
import { rmSync } from 'node:fs';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { type Scope, SCOPES } from '@sightglass/contract/permissions';
import { pino } from 'pino';
import { emptyControlDir, TEST_SECRET } from '../../../test/emptyControl.ts';
import { type Caller, loopbackCaller } from '../../access/caller.ts';
import { connectControl } from '../../control/connect.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import { createTelemetryReader } from '../../explore/reader.ts';
import { createApp } from '../../http/app.ts';
import { agentMetricsRoutes } from '../../http/routes/agentMetrics.ts';
import { agentRoutes } from '../../http/routes/agents.ts';
import { healthRoutes } from '../../http/routes/health.ts';
import { queryRoutes } from '../../http/routes/query.ts';
import { fail, ok } from '../../result.ts';
import { type SpanFields, spanIdOf, testWorkspace, traceIdOf } from '../../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { createAgentRegistry } from '../agentRegistry.ts';

export interface Asking {
  scopes?: readonly Scope[];
  hiddenAgents?: readonly string[];
  method?: string;
  body?: unknown;
}

export async function startAgentProgram(startsAt: string) {
  const dataDir = await emptyControlDir();
  const control = await connectControl({ dataDir, secret: TEST_SECRET });
  const store = await openTemporaryTelemetry();
  const { telemetry } = store;
  const state = { nowMs: Date.parse(startsAt), timeZone: 'UTC', healthIsOff: false };
  const registry = createAgentRegistry({ db: control.instanceDb, warn: () => undefined });
  const readerOf = ({ workspaceId, hiddenAgents }: Pick<Caller, 'workspaceId' | 'hiddenAgents'>) =>
    createTelemetryReader(telemetry, workspaceId, { hiddenAgents });
  const deps = {
    control,
    registry,
    readerOf,
    timeZoneOf: () => state.timeZone,
    plans: { refusedFeature: () => (state.healthIsOff ? fail('feature-off', 'not in the plan').error : undefined) },
    now: () => BigInt(state.nowMs) * 1_000_000n,
  };
  let made = 0;
  let spans = 0;

  return {
    state,
    control,
    telemetry,
    registry,
    readerOf: (workspaceId: WorkspaceId) => readerOf({ workspaceId, hiddenAgents: [] }),
    newWorkspace: async (): Promise<WorkspaceId> => {
      made += 1;
      const id = testWorkspace(`agents${made}`);
      await control.instanceDb.insert(workspaces).values({ id, slug: `agents${made}`, name: 'Test' });
      return id;
    },
    /** A row of `spans` at a moment. */
    span: (workspace: WorkspaceId, at: string | number, fields: Record<string, unknown> = {}): SpanFields => {
      spans += 1;
      const start_time = new Date(at).toISOString();
      return {
        workspace_id: workspace,
        trace_id: traceIdOf(spans),
        span_id: spanIdOf(spans),
        start_time,
        status: 'success',
        agent_id: 'planner',
        ...fields,
      };
    },
    ask: async (workspace: WorkspaceId, path: string, { scopes = SCOPES, hiddenAgents = [], method = 'GET', body }: Asking = {}) => {
      const authenticate = () => Promise.resolve(ok({ ...loopbackCaller(workspace, scopes), hiddenAgents }));
      const app = createApp({ log: pino({ level: 'silent' }), authenticate, plans: deps.plans });
      agentRoutes(app, deps);
      healthRoutes(app, deps);
      agentMetricsRoutes(app, deps);
      queryRoutes(app, { readerOf, now: deps.now });
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      const answer = await app.request(path, init);
      const text = await answer.text();
      return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as Record<string, unknown> };
    },
    stop: async () => {
      await registry.stop();
      await control.close();
      await store.remove();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
export type AgentProgram = Awaited<ReturnType<typeof startAgentProgram>>;
