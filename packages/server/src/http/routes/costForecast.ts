import { getCostForecast } from '@sightglass/contract/routes/costForecast';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { createKnownHistories } from '../../costForecast/knownHistories.ts';
import { readCostForecast } from '../../costForecast/readCostForecast.ts';
import type { Caller } from '../../access/caller.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface CostForecastRouteDeps {
  readerOf(caller: Caller): TelemetryReader;
  /** IANA name: its calendar says when the month ends. */
  timeZoneOf(workspaceId: WorkspaceId): string | Promise<string>;
  /** Unix nanoseconds. */
  now(): bigint;
}

export function costForecastRoutes(app: App, { readerOf, timeZoneOf, now }: CostForecastRouteDeps): void {
  const known = createKnownHistories();
  app.openapi(getCostForecast, async (c) => {
    const { workspaceId } = c.var.caller;
    const { limit } = c.req.valid('query');
    const timeZone = await timeZoneOf(workspaceId);
    const forecast = await readCostForecast(readerOf(c.var.caller), { timeZone, nowNs: now(), limit }, known);
    return forecast.ok ? c.json(forecast.value, 200) : problem(c, forecast.error);
  });
}
