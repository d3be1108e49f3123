import { describe, expect, it } from 'vitest';
import { canRetry, readProblem } from './problem.ts';

const noHeaders = { traceId: null, retryAfter: null };

describe('readProblem', () => {
  it('reads every field of a problem', () => {
    const body = JSON.stringify({
      type: 'about:blank',
      title: 'The request is not valid',
      status: 400,
      detail: 'limit is above 500',
      code: 'invalid-request',
      trace_id: 'ab'.repeat(16),
      errors: [{ pointer: '?limit', message: 'must be at most 500' }],
    });
    expect(readProblem(400, body, noHeaders)).toMatchObject({
      code: 'invalid-request',
      status: 400,
      title: 'The request is not valid',
      detail: 'limit is above 500',
      errors: [{ pointer: '?limit', message: 'must be at most 500' }],
      traceId: 'ab'.repeat(16),
    });
  });

  it.each([
    ['a page of a proxy', '<html>Bad gateway</html>'],
    ['nothing', ''],
    ['a list', '[1]'],
    ['wrong types', '{"title":1,"code":2,"errors":[null,3,{"message":4}]}'],
  ])('takes %s for an unreadable answer', (_name, body) => {
    expect(readProblem(502, body, noHeaders)).toMatchObject({ code: 'unreadable', status: 502, title: 'The server answered 502', errors: [] });
  });

  it('takes the message of the sign-in answers as detail', () => {
    expect(readProblem(401, '{"message":"Invalid email or password"}', noHeaders).detail).toBe('Invalid email or password');
  });

  it('takes trace id and waiting time from the headers', () => {
    expect(readProblem(503, '{}', { traceId: 'f'.repeat(32), retryAfter: '7' })).toMatchObject({ traceId: 'f'.repeat(32), retryAfterSeconds: 7 });
    expect(readProblem(503, '{}', { traceId: null, retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT' }).retryAfterSeconds).toBeUndefined();
  });
});

describe('canRetry', () => {
  it.each([
    [400, false],
    [401, false],
    [404, false],
    [429, true],
    [500, true],
    [503, true],
  ])('of status %s is %s', (status, expected) => {
    expect(canRetry(readProblem(status, '', noHeaders))).toBe(expected);
  });
});
