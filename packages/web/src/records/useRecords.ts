import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import { useRefetchInterval } from '../time/liveRefresh.ts';
import type { TimeRange } from '../time/timeRange.ts';
import type { ReadRecords, RecordPage, TelemetryRecord } from './record.ts';

const PAGE_SIZE = 200;

/**
 * The records that match, page by page; `noun` names them in the cache. Like the trace list, it refreshes by itself only while
 * it shows its first page.
 */
export function useRecords<R extends TelemetryRecord>(
  noun: string,
  read: ReadRecords<R>,
  filters: Readonly<Record<string, string>>,
  range: TimeRange,
): UseInfiniteQueryResult<InfiniteData<RecordPage<R>>, Error> {
  const interval = useRefetchInterval();
  const parameters = { ...filters, from: range.from, to: range.to };
  return useInfiniteQuery({
    queryKey: ['records', noun, parameters],
    queryFn: ({ pageParam, signal }) => read(parameters, PAGE_SIZE, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 1 ? false : interval),
    refetchOnWindowFocus: (query) => (query.state.data?.pages.length ?? 0) <= 1,
    // Back from a trace the rows are as they were; refreshing is asked for, or comes by itself.
    refetchOnMount: false,
  });
}
