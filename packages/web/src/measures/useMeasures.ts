import type { QuerySpecInput } from '@sightglass/contract/querySpec';
import { useQuery } from '@tanstack/react-query';
import { metricsQuery } from '../api/metrics.ts';
import { useRefetchInterval } from '../time/liveRefresh.ts';
import { useTimeRange } from '../time/useTimeRange.ts';

/** Asks the catalogue of the range of the page, and again while the page follows the clock. */
export function useMeasures(question: Omit<QuerySpecInput, 'from' | 'to'>) {
  const { range } = useTimeRange();
  const refetchInterval = useRefetchInterval();
  return useQuery({ ...metricsQuery({ ...question, from: range.from, to: range.to }), refetchInterval });
}
