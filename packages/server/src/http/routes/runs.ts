import type { WorkspaceId } from '@sightglass/contract/ids';
import { getRun as getRunRoute, listRuns as listRunsRoute } from '@sightglass/contract/routes/runs';
import type { Caller } from '../../access/caller.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import { type LiveTraces, NO_LIVE_TRACES } from '../../live/liveSpans.ts';
import { getRun } from '../../runs/getRun.ts';
import { listRuns } from '../../runs/listRuns.ts';
import { withoutHiddenAgents } from '../../traces/withoutHiddenAgents.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface RunRouteDeps {
  readerOf(caller: Caller): TelemetryReader;
  /** What runs in a workspace now; absent: nothing. */
  liveOf?(workspaceId: WorkspaceId): LiveTraces;
  /** Unix nanoseconds. */
  now(): bigint;
}

export function runRoutes(app: App, { readerOf, now, liveOf = () => NO_LIVE_TRACES }: RunRouteDeps): void {
  const liveFor = ({ workspaceId, hiddenAgents }: Caller, reader: TelemetryReader) => withoutHiddenAgents(liveOf(workspaceId), reader, hiddenAgents);

  app.openapi(listRunsRoute, async (c) => {
    const reader = readerOf(c.var.caller);
    const live = await liveFor(c.var.caller, reader);
    if (!live.ok) return problem(c, live.error);
    const page = await listRuns(reader, c.req.valid('query'), now(), live.value);
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });

  app.openapi(getRunRoute, async (c) => {
    const reader = readerOf(c.var.caller);
    const live = await liveFor(c.var.caller, reader);
    if (!live.ok) return problem(c, live.error);
    const found = await getRun(reader, c.req.valid('param').run_id, c.req.valid('query').trace_id, now(), live.value);
    return found.ok ? c.json(found.value, 200) : problem(c, found.error);
  });
}
