import type { TraceSummary } from '@sightglass/contract/trace';
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import { requestJson } from '../../api/request.ts';
import type { TracePage } from '../../api/traces.ts';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import type { TimeRange } from '../../time/timeRange.ts';

const PAGE_SIZE = 100;

/** The query of a page of traces, and of how many match at all (`limit`). */
export function readTraces(
  parameters: Readonly<Record<string, string>>,
  limit: number,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<TracePage> {
  return requestJson<TracePage>('/api/obs/traces', { query: { ...parameters, limit, cursor }, signal });
}

/**
 * The traces that match, page by page. The list refreshes by itself only while it shows its first page: reading many
 * pages again every few seconds would load the server, and move the rows that someone is reading.
 */
export function useTraceList(
  filters: Readonly<Record<string, string>>,
  range: TimeRange,
  sort: string,
): UseInfiniteQueryResult<InfiniteData<TracePage>, Error> {
  const interval = useRefetchInterval();
  const parameters = { ...filters, from: range.from, to: range.to, sort };
  return useInfiniteQuery({
    queryKey: ['traces', parameters],
    queryFn: ({ pageParam, signal }) => readTraces(parameters, PAGE_SIZE, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 1 ? false : interval),
    refetchOnWindowFocus: (query) => (query.state.data?.pages.length ?? 0) <= 1,
    // Back from a trace the rows are as they were; refreshing is asked for, or comes by itself.
    refetchOnMount: false,
  });
}

/** Each trace once: one that runs may move while its pages are read, for its root begins before what is stored of it. */
export function tracesOf(pages: readonly TracePage[]): TraceSummary[] {
  const traces = new Map<string, TraceSummary>();
  for (const { items } of pages) for (const trace of items) if (!traces.has(trace.trace_id)) traces.set(trace.trace_id, trace);
  return [...traces.values()];
}
