/**
 * What the OpenAPI document says of routes that no schema of the contract validates: OTLP, which has a
 * specification of its own, and the health checks.
 */
import { z } from '@hono/zod-openapi';
import { OTLP_PATHS } from '../receive/otlpHttp.ts';
import type { App } from './appTypes.ts';

const encodings = (description: string) => ({
  description,
  content: {
    'application/x-protobuf': { schema: z.string().openapi({ format: 'binary' }) },
    'application/json': { schema: z.looseObject({}) },
  },
});

export function describeOtlpRoutes(app: App): void {
  const status = (description: string) => encodings(`${description}; a google.rpc.Status in the request’s own encoding`);
  for (const [path, { signal, source }] of Object.entries(OTLP_PATHS)) {
    app.openAPIRegistry.registerPath({
      method: 'post',
      path,
      operationId: `export_${source.replaceAll('/', '_')}_${signal}`,
      summary: `OTLP over HTTP: ${signal}`,
      description: 'Plain or gzip, at most 64 MiB after inflating. In local mode no key is needed from this machine.',
      tags: ['ingest'],
      security: [{ bearer: [] }, { session: [] }],
      'x-scopes': ['ingest'],
      request: { body: { required: true, ...encodings('An Export request of OTLP 1.x') } },
      responses: {
        200: encodings('On disk. `partial_success` counts items that were refused; it is absent when all were taken'),
        400: status('The body cannot be decoded; sending it again cannot help'),
        401: status('The key is missing or wrong'),
        403: status('The key lacks the scope ingest'),
        413: status('The body is over the limit'),
        415: status('The content type or encoding is not supported'),
        429: status('The rate limit of the key is reached; Retry-After says when to try again'),
        503: status('Cannot take it now; Retry-After says when to try again'),
      },
    });
  }
}

export function describeHealthRoutes(app: App): void {
  const open = { tags: ['health'], security: [], 'x-scopes': [] };
  app.openAPIRegistry.registerPath({
    ...open,
    method: 'get',
    path: '/healthz',
    operationId: 'getHealth',
    summary: 'Whether the process lives',
    responses: { 200: { description: 'It lives' } },
  });
  app.openAPIRegistry.registerPath({
    ...open,
    method: 'get',
    path: '/readyz',
    operationId: 'getReadiness',
    summary: 'Whether the program can accept and answer',
    responses: { 200: { description: 'It can' }, 503: { description: 'It cannot; `reasons` says why' } },
  });
}
