import { listLogs as listLogsRoute } from '@sightglass/contract/routes/logs';
import type { Caller } from '../../access/caller.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import { listLogs } from '../../logs/listLogs.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface LogRouteDeps {
  readerOf(caller: Caller): TelemetryReader;
  /** Unix nanoseconds. */
  now(): bigint;
}

export function logRoutes(app: App, { readerOf, now }: LogRouteDeps): void {
  app.openapi(listLogsRoute, async (c) => {
    const page = await listLogs(readerOf(c.var.caller), c.req.valid('query'), now());
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });
}
