/**
 * What the OpenAPI document says of routes that no schema of the contract validates: OTLP and Langfuse's batch,
 * which have specifications of their own, and the health checks.
 */
import { z } from '@hono/zod-openapi';
import { declareAccess } from '@sightglass/contract/routes/defineRoute';
import { INGESTION_PATH } from '../receive/langfuse/ingestionHttp.ts';
import { HEALTH_PATH, PROJECTS_PATH } from '../receive/langfuse/projectsHttp.ts';
import { OTLP_PATHS } from '../receive/otlpHttp.ts';
import type { App } from './appTypes.ts';

const encodings = (description: string) => ({
  description,
  content: {
    'application/x-protobuf': { schema: z.string().openapi({ format: 'binary' }) },
    'application/json': { schema: z.looseObject({}) },
  },
});

/** The paths on which telemetry comes in by specifications that are not ours. */
export function describeTelemetryRoutes(app: App): void {
  describeOtlpRoutes(app);
  describeIngestionRoute(app);
  describeProjectsRoutes(app);
}

function describeOtlpRoutes(app: App): void {
  const status = (description: string) => encodings(`${description}; a google.rpc.Status in the request’s own encoding`);
  for (const [path, { signal, source }] of Object.entries(OTLP_PATHS)) {
    app.openAPIRegistry.registerPath({
      method: 'post',
      path,
      operationId: `export_${source.replaceAll('/', '_')}_${signal}`,
      summary: `OTLP over HTTP: ${signal}`,
      description: 'Plain or gzip, at most 64 MiB after inflating. In local mode no key is needed from this machine.',
      tags: ['ingest'],
      ...declareAccess(['telemetry.send']),
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

const IngestionRequestSchema = z.object({
  batch: z.array(z.looseObject({ id: z.string(), type: z.string(), timestamp: z.string(), body: z.looseObject({}) })),
});
const IngestionAnswerSchema = z.object({
  successes: z.array(z.object({ id: z.string(), status: z.literal(201) })),
  errors: z.array(z.object({ id: z.string(), status: z.literal(400), message: z.string(), error: z.string() })),
});

function describeIngestionRoute(app: App): void {
  const failure = (description: string) => ({ description, content: { 'application/problem+json': { schema: z.looseObject({}) } } });
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: INGESTION_PATH,
    operationId: 'ingest_langfuse_batch',
    summary: 'Batches of Langfuse’s older clients',
    description:
      'As Langfuse’s public API has it. Plain or gzip, at most 64 MiB after inflating and 10 000 items. In local mode no key is needed from this machine.',
    tags: ['ingest'],
    ...declareAccess(['telemetry.send']),
    request: { body: { required: true, content: { 'application/json': { schema: IngestionRequestSchema } } } },
    responses: {
      207: {
        description: 'What was taken is on disk; `errors` says what was not',
        content: { 'application/json': { schema: IngestionAnswerSchema } },
      },
      400: failure('The body is no batch; sending it again cannot help'),
      401: failure('The key is missing or wrong'),
      403: failure('The key lacks the scope ingest'),
      413: failure('The body or the batch is over the limit'),
      415: failure('The content type or encoding is not supported'),
      429: failure('The rate limit of the key is reached; Retry-After says when to try again'),
      503: failure('Cannot take it now; Retry-After says when to try again'),
    },
  });
}

function describeProjectsRoutes(app: App): void {
  const ProjectsSchema = z.object({ data: z.array(z.object({ id: z.string(), name: z.string(), metadata: z.looseObject({}) })) });
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: PROJECTS_PATH,
    operationId: 'langfuse_projects',
    summary: 'The workspace of the key, as Langfuse’s clients ask for it (auth_check)',
    tags: ['ingest'],
    ...declareAccess(['telemetry.send']),
    responses: {
      200: { description: 'The one workspace', content: { 'application/json': { schema: ProjectsSchema } } },
      401: { description: 'The key is missing or wrong', content: { 'application/problem+json': { schema: z.looseObject({}) } } },
      403: { description: 'The key lacks the scope ingest', content: { 'application/problem+json': { schema: z.looseObject({}) } } },
    },
  });
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: HEALTH_PATH,
    operationId: 'langfuse_health',
    summary: 'Whether the program lives, as Langfuse’s clients ask for it',
    tags: ['health'],
    ...declareAccess('everyone'),
    responses: {
      200: { description: 'It does', content: { 'application/json': { schema: z.object({ status: z.literal('OK'), version: z.string() }) } } },
    },
  });
}

export function describeHealthRoutes(app: App): void {
  const open = { tags: ['health'], ...declareAccess('everyone') };
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
