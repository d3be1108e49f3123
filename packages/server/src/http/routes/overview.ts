import { getOverview } from '@sightglass/contract/routes/query';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { createFinishedDays } from '../../explore/finishedDays.ts';
import { readOverview } from '../../explore/overview.ts';
import type { Caller } from '../../access/caller.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface OverviewRouteDeps {
  readerOf(caller: Caller): TelemetryReader;
  /** IANA name: its calendar says when today began. */
  timeZoneOf(workspaceId: WorkspaceId): string | Promise<string>;
  countOpenAlerts(caller: Caller): number | Promise<number>;
  /** Unix nanoseconds. */
  now(): bigint;
}

export function overviewRoutes(app: App, { readerOf, timeZoneOf, countOpenAlerts, now }: OverviewRouteDeps): void {
  const known = createFinishedDays();
  app.openapi(getOverview, async (c) => {
    const { workspaceId } = c.var.caller;
    const [timeZone, openAlerts] = await Promise.all([timeZoneOf(workspaceId), countOpenAlerts(c.var.caller)]);
    const overview = await readOverview(readerOf(c.var.caller), { timeZone, nowNs: now(), openAlerts }, known);
    return overview.ok ? c.json(overview.value, 200) : problem(c, overview.error);
  });
}
