import type { MadeSpan } from '../../receive/testing/traceRequests.ts';

/** What Logfire sends when this span begins: a copy with an id of its own, no length, and the span as its parent. */
export function pendingCopy(span: MadeSpan): MadeSpan {
  return {
    ...span,
    spanId: [...span.spanId].reverse().join('').replace(/^0/, '1'),
    parentSpanId: span.spanId,
    durationMs: 0,
    attributes: {
      ...span.attributes,
      'logfire.msg': span.name ?? span.spanId,
      'logfire.span_type': 'pending_span',
      'logfire.pending_parent_id': span.parentSpanId ?? '0'.repeat(16),
    },
  };
}
