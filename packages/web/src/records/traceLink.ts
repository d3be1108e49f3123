import { linkOptions } from '@tanstack/react-router';
import type { SearchText } from '../routing/searchText.ts';
import { keepRange } from '../time/keepRange.ts';
import type { TelemetryRecord } from './record.ts';

/** The way to the trace of a record, at its span; null when it has none. */
export function traceLinkOf({ trace_id: traceId, span_id: spanId }: Pick<TelemetryRecord, 'trace_id' | 'span_id'>) {
  if (traceId === null) return null;
  return linkOptions({
    to: '/traces/$traceId',
    params: { traceId },
    search: (before: SearchText) => ({ ...keepRange(before), ...(spanId === null ? {} : { span: spanId }) }),
  });
}
