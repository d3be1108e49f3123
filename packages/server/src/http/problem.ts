import { ERRORS } from '@sightglass/contract/errors';
import type { Problem } from '@sightglass/contract/routes/defineRoute';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Failure } from '../result.ts';

/** The RFC 9457 body of a failure. `type` names the page that explains the code. */
export function problemOf(failure: Failure, traceId: string | undefined): Problem {
  const { status, title } = ERRORS[failure.code];
  return {
    type: `/docs/errors/${failure.code}`,
    title,
    status,
    detail: failure.detail,
    code: failure.code,
    ...(traceId === undefined ? {} : { trace_id: traceId }),
    ...(failure.errors === undefined ? {} : { errors: failure.errors }),
  };
}

/**
 * Answers a failure as problem+json. The return type is `never`-like for typed routes: every route
 * declares these answers once, in `defineRoute`.
 */
export function problem(c: Context, failure: Failure): never {
  const body = problemOf(failure, c.get('traceId'));
  const headers: Record<string, string> = { ...failure.headers, 'content-type': 'application/problem+json' };
  if (body.status === 429 || body.status === 503) headers['retry-after'] = String(failure.retryAfterSeconds ?? 1);
  if (body.status === 401) headers['www-authenticate'] = 'Bearer';
  return c.body(JSON.stringify(body), body.status as ContentfulStatusCode, headers) as never;
}
