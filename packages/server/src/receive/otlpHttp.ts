/**
 * OTLP/HTTP: `/v1/traces`, `/v1/logs`, and the paths under which clients of other products send the same.
 * Status codes and bodies follow the OTLP specification: 400 never to be retried, 429 and 503 with
 * Retry-After, a `google.rpc.Status` in the request's own encoding, partial success with 200.
 */
import { ERRORS } from '@sightglass/contract/errors';
import type { Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { AppVariables } from '../http/appTypes.ts';
import type { Authenticate } from '../http/authenticate.ts';
import { type Backlog, notAllowed, notNow, OUTCOME_CODES } from './admission.ts';
import { BodyTooLarge } from './inflate.ts';
import { READING_BYTES_MAX } from './limits.ts';
import { exportAnswer, type OtlpAnswer, type OtlpEncoding, statusAnswer } from './otlp/answer.ts';
import { type BodyRoom, createBodyRoom, NoRoomForBody, readBody } from './readBody.ts';
import type { OtlpSignal } from './pipeline.ts';
import type { Receiver } from './receiver.ts';
import type { RefusalLog } from './refusals.ts';

/** Where requests come in: the signal a path carries, and the way in it stands for as accounting names it. */
export const OTLP_PATHS: Readonly<Record<string, { signal: OtlpSignal; source: string }>> = {
  '/v1/traces': { signal: 'traces', source: 'otlp/http' },
  '/v1/logs': { signal: 'logs', source: 'otlp/http' },
  '/v1/metrics': { signal: 'metrics', source: 'otlp/http' },
  '/api/public/otel/v1/traces': { signal: 'traces', source: 'langfuse/otlp' },
  '/otel/v1/traces': { signal: 'traces', source: 'langsmith/otlp' },
};

export interface OtlpHttpDependencies extends Backlog {
  receiver: Receiver;
  refusals: RefusalLog;
  authenticate: Authenticate;
  nowMs(): number;
}

type ReceiveContext = Context<{ Variables: AppVariables }>;

export function otlpHttpRoutes(app: Hono<{ Variables: AppVariables }>, deps: OtlpHttpDependencies): void {
  const room = createBodyRoom(READING_BYTES_MAX);
  for (const path of Object.keys(OTLP_PATHS)) {
    app.post(path, async (c) => send(c, await receiveRequest(c, path, deps, room)));
    app.all(path, (c) => send(c, statusAnswer(encodingOf(c) ?? 'json', 405, 'use POST')));
  }
}

async function receiveRequest(c: ReceiveContext, path: string, deps: OtlpHttpDependencies, room: BodyRoom): Promise<OtlpAnswer> {
  const contentType = encodingOf(c);
  const answerAs = contentType ?? 'json';
  const { signal, source } = OTLP_PATHS[path] as { signal: OtlpSignal; source: string };
  let workspaceId: string | null = null;
  const refuse = (status: number, code: string, message: string, retryAfterSeconds = 1): OtlpAnswer => {
    deps.refusals.note({ workspaceId, path, status, code, message });
    return statusAnswer(answerAs, status, message, retryAfterSeconds);
  };

  const caller = await deps.authenticate(c);
  if (!caller.ok) return refuse(ERRORS[caller.error.code].status, caller.error.code, caller.error.detail, caller.error.retryAfterSeconds);
  workspaceId = caller.value.workspaceId;
  const forbidden = notAllowed(caller.value);
  if (forbidden !== undefined) return refuse(ERRORS[forbidden.code].status, forbidden.code, forbidden.detail);
  if (contentType === undefined) {
    return refuse(
      415,
      'unsupported-media-type',
      `content type ${c.req.header('content-type') ?? '(none)'} is not supported; use application/x-protobuf or application/json`,
    );
  }
  const encoding = (c.req.header('content-encoding') ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity' && encoding !== 'gzip' && encoding !== '') {
    return refuse(415, 'unsupported-media-type', `content encoding ${encoding} is not supported; use gzip or none`);
  }
  const busy = notNow(deps);
  if (busy !== undefined) return refuse(ERRORS[busy.code].status, busy.code, busy.detail);

  let body: Uint8Array;
  try {
    body = await readBody(c.req.raw, room);
  } catch (error) {
    if (error instanceof BodyTooLarge) return refuse(413, 'body-too-large', error.message);
    if (error instanceof NoRoomForBody) return refuse(503, 'unavailable', error.message);
    return refuse(400, 'undecodable-body', 'the body was cut off');
  }
  const outcome = await deps.receiver.receive({
    signal,
    workspaceId,
    receivedAtMs: deps.nowMs(),
    source,
    body,
    contentType,
    encoding: encoding === 'gzip' ? 'gzip' : 'identity',
  });
  if (!outcome.ok) {
    const code = OUTCOME_CODES[outcome.reason];
    return refuse(ERRORS[code].status, code, outcome.message);
  }
  if (outcome.rejected > 0) deps.refusals.note({ workspaceId, path, status: 200, code: 'partial-success', message: outcome.rejectedWhy });
  return exportAnswer(contentType, signal, outcome.rejected, outcome.rejectedWhy);
}

function encodingOf(c: ReceiveContext): OtlpEncoding | undefined {
  const [type] = (c.req.header('content-type') ?? '').split(';');
  switch (type?.trim().toLowerCase()) {
    case 'application/x-protobuf':
    case 'application/protobuf':
      return 'protobuf';
    case 'application/json':
      return 'json';
    default:
      return undefined;
  }
}

function send(c: ReceiveContext, { status, headers, body }: OtlpAnswer): Response {
  return c.body(body as string, status as ContentfulStatusCode, headers);
}
