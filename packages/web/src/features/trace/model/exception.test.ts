import { describe, expect, it } from 'vitest';
import { failureOf } from './exception.ts';

const exception = (attributes: Record<string, unknown>) => ({ name: 'exception', time: '2026-11-20T09:00:00Z', attributes });

describe('failureOf', () => {
  it('takes type and message from the span, the stack trace from the event', () => {
    expect(
      failureOf({
        error_type: 'APIError',
        status_message: '429',
        events: [exception({ 'exception.type': 'Error', 'exception.message': 'x', 'exception.stacktrace': 'at a\nat b' })],
      }),
    ).toEqual({ type: 'APIError', message: '429', stackTrace: 'at a\nat b' });
  });

  it('falls back to the last exception', () => {
    expect(
      failureOf({
        error_type: null,
        status_message: null,
        events: [exception({ 'exception.message': 'first' }), exception({ 'exception.message': 'last', 'exception.type': 23 })],
      }),
    ).toEqual({
      type: null,
      message: 'last',
      stackTrace: null,
    });
  });

  it('is null when nothing was said', () => {
    expect(failureOf({ error_type: null, status_message: null, events: [] })).toBeNull();
  });
});
