import type { Recommendations } from '@sightglass/contract/routes/costRecommendations';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

const MINUTE_MS = 60_000;

/** What would save money, judged over the last so many days. It reads a month of calls: not asked again with every visit. */
export const recommendationsQuery = (days: number) =>
  queryOptions({
    queryKey: ['cost-recommendations', days],
    queryFn: ({ signal }) => requestJson<Recommendations>('/api/obs/costs/recommendations', { query: { from: `now-${days}d`, to: 'now' }, signal }),
    staleTime: 10 * MINUTE_MS,
    placeholderData: keepPreviousData,
  });
