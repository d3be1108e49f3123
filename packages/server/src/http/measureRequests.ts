import { performance } from 'node:perf_hooks';
import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { AnsweredRequest } from '../ownMetrics/ownMetrics.ts';
import type { AppVariables } from './appTypes.ts';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Tells of every request when it begins and when its answer does. To be used before the routes that it is to see. */
export function measureRequests(began: () => void, ended: (request: AnsweredRequest) => void): MiddlewareHandler<{ Variables: AppVariables }> {
  return async (c, next) => {
    const beganMs = performance.now();
    began();
    try {
      await next();
    } finally {
      const method = METHODS.has(c.req.method) ? c.req.method : 'other';
      ended({ method, route: routeOf(c), status: c.res.status, seconds: (performance.now() - beganMs) / 1000, traceId: c.get('traceId') });
    }
  };
}

/** Of the handler that answered, as the OpenAPI document writes it. */
function routeOf(c: Context): string {
  const path = routePath(c);
  return path.endsWith('*') ? 'other' : path.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, '{$1}');
}
