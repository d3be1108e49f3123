import type { WorkspaceId } from '@sightglass/contract/ids';
import { getAnomalySeries, getCrossing, listAnomalies, listRuleProposals } from '@sightglass/contract/routes/anomalies';
import { findAnomalies } from '../../anomalies/findAnomalies.ts';
import { findCrossing } from '../../anomalies/findCrossing.ts';
import { proposeRules } from '../../anomalies/proposeRules.ts';
import { readAnomalySeries } from '../../anomalies/readAnomalySeries.ts';
import { findMeasure } from '../../anomalies/readHourlySeries.ts';
import { readWatchedMeasures } from '../../anomalies/watchedMeasures.ts';
import type { Caller } from '../../access/caller.ts';
import type { ControlConnection } from '../../control/connect.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import { parseTimeRange } from '../../explore/timeRange.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface AnomalyRouteDeps {
  control: Pick<ControlConnection, 'ofWorkspace'>;
  readerOf(caller: Caller): TelemetryReader;
  /** IANA name: its clocks tell the hour of the week. */
  timeZoneOf(workspaceId: WorkspaceId): string | Promise<string>;
  /** Unix nanoseconds. */
  now(): bigint;
}

export function anomalyRoutes(app: App, { control, readerOf, timeZoneOf, now }: AnomalyRouteDeps): void {
  const clockOf = async ({ workspaceId }: Caller) => ({ timeZone: await timeZoneOf(workspaceId), nowNs: now() });

  app.openapi(listAnomalies, async (c) => {
    const page = await findAnomalies(readerOf(c.var.caller), c.req.valid('query'), await clockOf(c.var.caller));
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });

  app.openapi(getAnomalySeries, async (c) => {
    const { measure: name, agent_id: agentId, sensitivity, from, to } = c.req.valid('query');
    const clock = await clockOf(c.var.caller);
    const measure = findMeasure(name, agentId);
    if (!measure.ok) return problem(c, measure.error);
    const range = parseTimeRange({ from, to }, clock.nowNs, 'query');
    if (!range.ok) return problem(c, range.error);
    const question = { measure: measure.value, agentId, sensitivity, range: range.value };
    const series = await readAnomalySeries(readerOf(c.var.caller), question, clock);
    return series.ok ? c.json(series.value, 200) : problem(c, series.error);
  });

  app.openapi(listRuleProposals, async (c) => {
    const known = await readWatchedMeasures(control, c.var.caller.workspaceId);
    const proposals = await proposeRules(readerOf(c.var.caller), await clockOf(c.var.caller), known);
    return proposals.ok ? c.json({ items: proposals.value }, 200) : problem(c, proposals.error);
  });

  app.openapi(getCrossing, async (c) => {
    const { measure: name, agent_id: agentId, threshold, operator } = c.req.valid('query');
    const measure = findMeasure(name, agentId);
    if (!measure.ok) return problem(c, measure.error);
    const crossing = await findCrossing(
      readerOf(c.var.caller),
      { measure: measure.value, agentId, threshold, operator },
      await clockOf(c.var.caller),
    );
    return crossing.ok ? c.json(crossing.value, 200) : problem(c, crossing.error);
  });
}
