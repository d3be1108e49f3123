import type { Span, SpanDetail, TraceSummary } from '@sightglass/contract/trace';
import { queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

/** One trace with its spans, without payloads and attributes. */
export const traceQuery = (traceId: string) =>
  queryOptions({
    queryKey: ['trace', traceId],
    queryFn: ({ signal }) =>
      requestJson<{ trace: TraceSummary; spans: Span[] }>(`/api/obs/traces/${encodeURIComponent(traceId)}`, { query: { detail: 'summary' }, signal }),
  });

/** One span with its messages, documents, attributes and the sum behind its cost. */
export const spanQuery = (traceId: string, spanId: string) =>
  queryOptions({
    queryKey: ['trace', traceId, 'span', spanId],
    queryFn: ({ signal }) =>
      requestJson<SpanDetail>(`/api/obs/traces/${encodeURIComponent(traceId)}/spans/${encodeURIComponent(spanId)}`, { signal }),
  });
