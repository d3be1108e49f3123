import { listMeasures, runQuery as runQueryRoute } from '@sightglass/contract/routes/query';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { measureList } from '../../explore/measures/catalogue.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import { runQuery } from '../../explore/runQuery.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface QueryRouteDeps {
  readerFor(workspaceId: WorkspaceId): TelemetryReader;
  /** Unix nanoseconds. */
  now(): bigint;
}

export function queryRoutes(app: App, { readerFor, now }: QueryRouteDeps): void {
  app.openapi(runQueryRoute, async (c) => {
    const answer = await runQuery(readerFor(c.var.caller.workspaceId), c.req.valid('json'), now());
    return answer.ok ? c.json(answer.value, 200) : problem(c, answer.error);
  });

  app.openapi(listMeasures, (c) => c.json({ items: measureList() }, 200));
}
