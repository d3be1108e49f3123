/**
 * The HTTP application: every answer carries its trace id, every failure is problem+json (on the paths of OTLP what OTLP
 * wants), every route of the contract is guarded by the access that it declares.
 */
import { randomBytes } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Access } from '@sightglass/contract/routes/defineRoute';
import { ingestEvents } from '@sightglass/contract/routes/events';
import type { PlanFeature } from '@sightglass/contract/plan';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { compress } from 'hono/compress';
import type { Logger } from 'pino';
import { otlpFailure } from '../receive/otlp/failureAnswer.ts';
import type { PlanBook } from '../plans/planBook.ts';
import type { Failure } from '../result.ts';
import type { App, AppVariables } from './appTypes.ts';
import { type Authenticate, requireAccess } from './authenticate.ts';
import { problem } from './problem.ts';
import { requireCron } from './requireCron.ts';
import { securityHeaders } from './securityHeaders.ts';
import { undecodableBody, validationFailure } from './validation.ts';

/** Beyond what a query or a settings body needs; telemetry has its own limit. */
const API_BODY_BYTES_MAX = 1024 * 1024;

export interface AppDependencies {
  log: Logger;
  authenticate: Authenticate;
  /** What plans leave out; absent: nothing. */
  plans?: Pick<PlanBook, 'refusedFeature'>;
  /** What an outside cron proves itself with; absent: there is none. */
  cronSecret?: string | undefined;
}

export function createApp({ log, authenticate, plans, cronSecret }: AppDependencies): App {
  const app: App = new OpenAPIHono<{ Variables: AppVariables }>({
    defaultHook: (result, c) => (result.success ? undefined : problem(c, validationFailure(result))),
  });

  app.use('*', async (c, next) => {
    const traceId = randomBytes(16).toString('hex');
    c.set('traceId', traceId);
    await next();
    c.res.headers.set('x-trace-id', traceId);
  });
  app.use('*', securityHeaders);
  app.use('/api/obs/*', compress());
  const limitBody = bodyLimit({
    maxSize: API_BODY_BYTES_MAX,
    onError: (c) => problem(c, { code: 'body-too-large', detail: `The body may have at most ${API_BODY_BYTES_MAX / 1024} KiB here.` }),
  });
  app.use('/api/obs/*', (c, next) => (c.req.path === ingestEvents.path ? next() : limitBody(c, next)));
  app.use('/api/*', async (c, next) => {
    await next();
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  });
  guardRoutes(app, authenticate, plans, cronSecret);

  app.onError((error, c) => {
    const undecodable = undecodableBody(error);
    if (undecodable !== undefined) return failed(c, undecodable);
    log.error({ err: error, traceId: c.get('traceId'), path: c.req.path }, 'a request failed');
    return failed(c, { code: 'internal', detail: `The log of the server has more under trace id ${c.get('traceId')}.` });
  });
  app.notFound((c) => failed(c, { code: 'not-found', detail: `There is nothing at ${c.req.path}.` }));
  return app;
}

const failed = (c: Context, failure: Failure): Response => otlpFailure(c, failure) ?? problem(c, failure);

/**
 * Makes registering a route the same as guarding it: `defineRoute` wrote down who may use it and of which feature it is, and a route that
 * was made in another way is refused at start.
 */
function guardRoutes(app: App, authenticate: Authenticate, plans: AppDependencies['plans'], cronSecret: string | undefined): void {
  const register = app.openapi.bind(app) as (route: unknown, ...rest: unknown[]) => unknown;
  app.openapi = ((route: { 'x-access'?: Access; 'x-feature'?: PlanFeature; path: string }, ...rest: unknown[]) => {
    const { 'x-access': access, 'x-feature': feature } = route;
    if (access === undefined) throw new Error(`${route.path} does not declare who may use it: make it with defineRoute`);
    if (access === 'everyone') return register(route, ...rest);
    if (access === 'cron') return register({ ...route, middleware: [requireCron(cronSecret)] }, ...rest);
    const ofPlan = feature === undefined || plans === undefined ? [] : [requireFeature(plans, feature)];
    return register({ ...route, middleware: [requireAccess(authenticate, access), ...ofPlan] }, ...rest);
  }) as typeof app.openapi;
}

/** For a route behind `requireAccess`: lets on those whose plan has the feature. */
const requireFeature =
  (plans: Pick<PlanBook, 'refusedFeature'>, feature: PlanFeature): MiddlewareHandler<{ Variables: AppVariables }> =>
  async (c, next) => {
    const refused = plans.refusedFeature(c.var.caller.workspaceId, feature);
    return refused === undefined ? next() : problem(c, refused);
  };
