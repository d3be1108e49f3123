/**
 * The HTTP application: every answer carries its trace id, every failure is problem+json, every route of the
 * contract is guarded by the scopes that it declares.
 */
import { randomBytes } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Scope } from '@sightglass/contract/routes/defineRoute';
import type { MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';
import type { Logger } from 'pino';
import type { App, AppVariables } from './appTypes.ts';
import { problem } from './problem.ts';
import { validationFailure } from './validation.ts';

export interface AppOptions {
  log: Logger;
  /** Sets `caller`, or answers why there is none; then checks the scopes. */
  guard(scopes: readonly Scope[]): MiddlewareHandler<{ Variables: AppVariables }>;
}

/** Beyond what a query or a settings body needs; ingest has its own limit. */
const API_BODY_BYTES_MAX = 1024 * 1024;

export function createApp({ log, guard }: AppOptions): App {
  const app: App = new OpenAPIHono<{ Variables: AppVariables }>({
    defaultHook: (result, c) => (result.success ? undefined : problem(c, validationFailure(result))),
  });

  app.use('*', async (c, next) => {
    const traceId = randomBytes(16).toString('hex');
    c.set('traceId', traceId);
    await next();
    c.res.headers.set('x-trace-id', traceId);
  });
  app.use('/api/*', compress());
  app.use('/api/obs/*', async (c, next) => {
    if (Number(c.req.header('content-length') ?? 0) > API_BODY_BYTES_MAX) {
      return problem(c, { code: 'body-too-large', detail: `The body may have at most ${API_BODY_BYTES_MAX / 1024} KiB here.` });
    }
    await next();
    c.res.headers.set('cache-control', 'no-store');
  });

  const register = app.openapi.bind(app) as (route: unknown, ...rest: unknown[]) => unknown;
  // Every route comes from `defineRoute`, which makes it declare its scopes; an empty list is open to everyone.
  app.openapi = ((route: { 'x-scopes'?: Scope[]; path: string }, ...rest: unknown[]) => {
    const scopes = route['x-scopes'];
    if (scopes === undefined) throw new Error(`${route.path} declares no scopes: make it with defineRoute`);
    return register(scopes.length === 0 ? route : { ...route, middleware: [guard(scopes)] }, ...rest);
  }) as typeof app.openapi;

  app.onError((error, c) => {
    log.error({ err: error, traceId: c.get('traceId'), path: c.req.path }, 'a request failed');
    return problem(c, { code: 'internal', detail: `Something went wrong; the log has more under trace id ${c.get('traceId')}.` });
  });
  app.notFound((c) => problem(c, { code: 'not-found', detail: `There is nothing at ${c.req.path}.` }));
  return app;
}
