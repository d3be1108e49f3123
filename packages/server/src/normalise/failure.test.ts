import { describe, expect, it } from 'vitest';
import type { DialectReading } from './dialect.ts';
import { readFailure } from './failure.ts';
import { decodedSpan, type SpanFields } from './testing/decodedSpan.ts';

const exception = (type: string | undefined, message: string) => ({
  name: 'exception',
  attributes: { ...(type === undefined ? {} : { 'exception.type': type }), 'exception.message': message },
});

describe('readFailure', () => {
  it.each<[string, SpanFields, DialectReading, ReturnType<typeof readFailure>]>([
    ['a plain span is a success', {}, {}, { status: 'success', statusMessage: null, errorType: null }],
    ['status OK is a success', { statusCode: 1 }, {}, { status: 'success', statusMessage: null, errorType: null }],
    [
      'status 2 is a failure with its message and error.type',
      { statusCode: 2, statusMessage: 'no funds', attributes: { 'error.type': 'PaymentError' } },
      {},
      { status: 'error', statusMessage: 'no funds', errorType: 'PaymentError' },
    ],
    ['a failure without words has none', { statusCode: 2 }, {}, { status: 'error', statusMessage: null, errorType: null }],
    [
      'an exception fails a span whose status is OK',
      { statusCode: 1, events: [exception('TypeError', 'x is undefined')] },
      {},
      { status: 'error', statusMessage: 'x is undefined', errorType: 'TypeError' },
    ],
    ['an exception without a type', { events: [exception(undefined, 'broken')] }, {}, { status: 'error', statusMessage: 'broken', errorType: null }],
    [
      'the last exception ended the span',
      { events: [exception('A', 'first'), exception('B', 'second')] },
      {},
      { status: 'error', statusMessage: 'second', errorType: 'B' },
    ],
    [
      'the dialect knows that an exception was no failure',
      { events: [exception('A', 'handled')] },
      { failed: false },
      { status: 'success', statusMessage: null, errorType: null },
    ],
    [
      'the dialect knows of a failure that OTLP does not tell',
      {},
      { failed: true, errorMessage: 'level error' },
      { status: 'error', statusMessage: 'level error', errorType: null },
    ],
    ['finish reason error is a failure', {}, { finishReason: 'error' }, { status: 'error', statusMessage: null, errorType: null }],
    [
      'error.message speaks where nothing else does',
      { statusCode: 2, attributes: { 'error.message': 'quota' } },
      {},
      { status: 'error', statusMessage: 'quota', errorType: null },
    ],
    [
      'a triggered guardrail blocks and does not fail',
      { attributes: { 'guardrail.triggered': true } },
      {},
      { status: 'blocked', statusMessage: null, errorType: null },
    ],
    ['a guardrail that let pass', { attributes: { 'guardrail.triggered': false } }, {}, { status: 'success', statusMessage: null, errorType: null }],
    [
      'a blocking action',
      { attributes: { 'sightglass.guardrail.action_taken': 'BLOCK' } },
      {},
      { status: 'blocked', statusMessage: null, errorType: null },
    ],
  ])('%s', (_fact, span, reading, failure) => {
    expect(readFailure(decodedSpan(span), reading)).toEqual(failure);
  });

  it.each<[string | undefined, string, string]>([
    ['timeout', 'x', 'timeout'],
    ['TimeoutError', 'x', 'timeout'],
    ['APIConnectionTimeoutError', 'Request timed out.', 'timeout'],
    ['ETIMEDOUT', 'connect', 'timeout'],
    ['DEADLINE_EXCEEDED', 'x', 'timeout'],
    ['23', 'The operation was aborted due to timeout', 'timeout'],
    ['Error', 'Request timed out.', 'timeout'],
    ['AbortError', 'This operation was aborted', 'cancelled'],
    ['AbortError', 'The operation was aborted due to timeout', 'timeout'],
    ['APIUserAbortError', 'Request was aborted.', 'cancelled'],
    ['asyncio.exceptions.CancelledError', 'x', 'cancelled'],
    ['CANCELLED', 'x', 'cancelled'],
    ['20', 'The operation was aborted.', 'cancelled'],
    ['42P01', 'relation "orders" does not exist', 'error'],
    ['TypeError', 'the answer timed out', 'error'],
    ['RateLimitError', '429', 'error'],
    [undefined, 'Request timed out.', 'timeout'],
    [undefined, 'no such tool', 'error'],
  ])('%s: %s is %s', (type, message, status) => {
    expect(readFailure(decodedSpan({ events: [exception(type, message)] }), {}).status).toBe(status);
  });

  it('cuts a message of megabytes', () => {
    const { statusMessage } = readFailure(decodedSpan({ statusCode: 2, statusMessage: 'x'.repeat(5_000_000) }), {});
    expect(statusMessage?.length).toBe(4_000);
  });
});
