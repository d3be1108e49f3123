import type { RecomputeJob } from '@sightglass/contract/routes/pricing';
import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { recomputeJobQuery } from '../../api/prices.ts';

const LOOK_AGAIN_MS = 1000;

/** A recompute that goes on, looked at until it has ended; then all that shows costs is read again. A look that fails is followed by the next. */
export function useRecomputeJob(jobId: string | undefined): UseQueryResult<RecomputeJob> {
  const client = useQueryClient();
  const query = useQuery({
    ...recomputeJobQuery(jobId ?? ''),
    enabled: jobId !== undefined,
    refetchInterval: ({ state }) => (state.data === undefined || state.data.state === 'running' ? LOOK_AGAIN_MS : false),
    refetchOnWindowFocus: false,
  });
  const ended = query.data !== undefined && query.data.state !== 'running' ? `${query.data.job_id} ${query.data.state}` : null;
  useEffect(() => {
    if (ended !== null && jobId !== undefined) void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'recompute-job' });
  }, [client, ended, jobId]);
  return query;
}
