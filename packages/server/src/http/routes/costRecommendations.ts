import type { WorkspaceId } from '@sightglass/contract/ids';
import { getCostRecommendations } from '@sightglass/contract/routes/costRecommendations';
import type { FindPrice } from '../../costRecommendations/priceAgain.ts';
import { recommendSavings } from '../../costRecommendations/recommendSavings.ts';
import type { Caller } from '../../access/caller.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import { parseTimeRange } from '../../explore/timeRange.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface CostRecommendationRouteDeps {
  readerOf(caller: Caller): TelemetryReader;
  /** The price book of a workspace. */
  pricesOf(workspaceId: WorkspaceId): { find: FindPrice };
  /** Unix nanoseconds. */
  now(): bigint;
}

export function costRecommendationRoutes(app: App, { readerOf, pricesOf, now }: CostRecommendationRouteDeps): void {
  app.openapi(getCostRecommendations, async (c) => {
    const { workspaceId } = c.var.caller;
    const nowNs = now();
    const range = parseTimeRange(c.req.valid('query'), nowNs, 'query');
    if (!range.ok) return problem(c, range.error);
    const answer = await recommendSavings(readerOf(c.var.caller), { range: range.value, nowNs, findPrice: pricesOf(workspaceId).find });
    return answer.ok ? c.json(answer.value, 200) : problem(c, answer.error);
  });
}
