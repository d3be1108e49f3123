import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { readLogs } from '../../../api/logs.ts';
import { around, type Extent } from '../model/around.ts';

/** A page of a trace's logs: more than almost any trace has. */
const PAGE_SIZE = 500;
const SPAN_LOGS_MAX = 100;
/** The logs of a trace, newest first, page by page. */
export const traceLogsQuery = (traceId: string, trace: Extent) =>
  infiniteQueryOptions({
    queryKey: ['trace', traceId, 'logs'],
    queryFn: ({ pageParam, signal }) => readLogs({ trace_id: traceId, ...around(trace) }, PAGE_SIZE, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchOnWindowFocus: false,
  });

/** The newest logs of one span. */
export const spanLogsQuery = (traceId: string, spanId: string, trace: Extent) =>
  queryOptions({
    queryKey: ['trace', traceId, 'logs', spanId],
    queryFn: ({ signal }) => readLogs({ trace_id: traceId, span_id: spanId, ...around(trace) }, SPAN_LOGS_MAX, undefined, signal),
    staleTime: 10_000,
    refetchOnWindowFocus: false,
  });

/** The URL of the list of logs that holds those of the trace. */
export const logListOf = (traceId: string, trace: Extent) => ({ trace_id: traceId, ...around(trace) });
