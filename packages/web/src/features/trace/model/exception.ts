import type { SpanEvent } from './spanEvent.ts';

/** What is known of a failure. */
export interface Failure {
  type: string | null;
  message: string | null;
  stackTrace: string | null;
}

/** Puts together what the span says of its failure and what its last exception event says; null when neither says anything. */
export function failureOf(span: { error_type: string | null; status_message: string | null; events: readonly SpanEvent[] }): Failure | null {
  const event = span.events.findLast((each) => each.name === 'exception')?.attributes ?? {};
  const failure: Failure = {
    type: span.error_type ?? text(event['exception.type']),
    message: span.status_message ?? text(event['exception.message']),
    stackTrace: text(event['exception.stacktrace']),
  };
  return failure.type === null && failure.message === null && failure.stackTrace === null ? null : failure;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
