import { getCostForecast } from '@sightglass/contract/routes/costForecast';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { createKnownHistories } from '../../costForecast/knownHistories.ts';
import { readCostForecast } from '../../costForecast/readCostForecast.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface CostForecastRouteDeps {
  readerFor(workspaceId: WorkspaceId): TelemetryReader;
  /** IANA name: its calendar says when the month ends. */
  timeZoneOf(workspaceId: WorkspaceId): string | Promise<string>;
  /** Unix nanoseconds. */
  now(): bigint;
}

export function costForecastRoutes(app: App, { readerFor, timeZoneOf, now }: CostForecastRouteDeps): void {
  const known = createKnownHistories();
  app.openapi(getCostForecast, async (c) => {
    const { workspaceId } = c.var.caller;
    const { limit } = c.req.valid('query');
    const timeZone = await timeZoneOf(workspaceId);
    const forecast = await readCostForecast(readerFor(workspaceId), { timeZone, nowNs: now(), limit }, known);
    return forecast.ok ? c.json(forecast.value, 200) : problem(c, forecast.error);
  });
}
