import { listLogs as listLogsRoute } from '@sightglass/contract/routes/logs';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { TelemetryReader } from '../../explore/reader.ts';
import { listLogs } from '../../logs/listLogs.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface LogRouteDeps {
  readerFor(workspaceId: WorkspaceId): TelemetryReader;
  /** Unix nanoseconds. */
  now(): bigint;
}

export function logRoutes(app: App, { readerFor, now }: LogRouteDeps): void {
  app.openapi(listLogsRoute, async (c) => {
    const page = await listLogs(readerFor(c.var.caller.workspaceId), c.req.valid('query'), now());
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });
}
