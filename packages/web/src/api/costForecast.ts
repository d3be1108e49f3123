import type { CostForecast } from '@sightglass/contract/routes/costForecast';
import { queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

/** Where the cost of this month will end, for the workspace and for each agent and model. */
export const costForecastQuery = queryOptions({
  queryKey: ['cost-forecast'],
  queryFn: ({ signal }) => requestJson<CostForecast>('/api/obs/costs/forecast', { signal }),
});
