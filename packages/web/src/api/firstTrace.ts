import type { FirstTrace } from '@sightglass/contract/routes/workspace';
import { queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

/** Whether telemetry has ever arrived, what came last, and what was refused. */
export const firstTraceQuery = queryOptions({
  queryKey: ['first-trace'],
  queryFn: ({ signal }) => requestJson<FirstTrace>('/api/obs/first-trace', { signal }),
});
