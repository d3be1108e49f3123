import type { WorkspaceId } from '@sightglass/contract/ids';
import { getSession as getSessionRoute, listSessions as listSessionsRoute } from '@sightglass/contract/routes/sessions';
import type { Caller } from '../../access/caller.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import { type LiveTraces, NO_LIVE_TRACES } from '../../live/liveSpans.ts';
import { getSession } from '../../sessions/getSession.ts';
import { listSessions } from '../../sessions/listSessions.ts';
import { withoutHiddenAgents } from '../../traces/withoutHiddenAgents.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface SessionRouteDeps {
  readerOf(caller: Caller): TelemetryReader;
  /** What runs in a workspace now; absent: nothing. */
  liveOf?(workspaceId: WorkspaceId): LiveTraces;
  /** Unix nanoseconds. */
  now(): bigint;
}

export function sessionRoutes(app: App, { readerOf, now, liveOf = () => NO_LIVE_TRACES }: SessionRouteDeps): void {
  const liveFor = ({ workspaceId, hiddenAgents }: Caller, reader: TelemetryReader) => withoutHiddenAgents(liveOf(workspaceId), reader, hiddenAgents);

  app.openapi(listSessionsRoute, async (c) => {
    const reader = readerOf(c.var.caller);
    const live = await liveFor(c.var.caller, reader);
    if (!live.ok) return problem(c, live.error);
    const page = await listSessions(reader, c.req.valid('query'), now(), live.value);
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });

  app.openapi(getSessionRoute, async (c) => {
    const reader = readerOf(c.var.caller);
    const live = await liveFor(c.var.caller, reader);
    if (!live.ok) return problem(c, live.error);
    const found = await getSession(reader, c.req.valid('param').session_id, c.req.valid('query'), now(), live.value);
    return found.ok ? c.json(found.value, 200) : problem(c, found.error);
  });
}
