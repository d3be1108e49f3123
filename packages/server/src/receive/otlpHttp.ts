/**
 * OTLP/HTTP: `/v1/traces`, `/v1/logs`, `/v1/metrics`, and the paths under which clients of other products send the same.
 * Status codes and bodies follow the OTLP specification: 400 never to be retried, 429 and 503 with
 * Retry-After, a `google.rpc.Status` in the request's own encoding, partial success with 200.
 */
import { ERRORS } from '@sightglass/contract/errors';
import type { Context, Hono } from 'hono';
import type { AppVariables } from '../http/appTypes.ts';
import type { Authenticate } from '../http/authenticate.ts';
import type { KeyQuota } from '../apiKeys/keyQuota.ts';
import type { Failure } from '../result.ts';
import { type DoorDependencies, notAllowed, notNow, OUTCOME_CODES, overQuota, quotaOf, tellQuota } from './admission.ts';
import { BodyTooLarge } from './inflate.ts';
import { encodingOf, exportAnswer, type OtlpAnswer, statusAnswer } from './otlp/answer.ts';
import { sendOtlp } from './otlp/failureAnswer.ts';
import { NoRoomForBody, readBody } from './readBody.ts';
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

export interface OtlpHttpDependencies extends DoorDependencies {
  receiver: Pick<Receiver, 'receive'>;
  refusals: RefusalLog;
  authenticate: Authenticate;
  nowMs(): number;
}

type ReceiveContext = Context<{ Variables: AppVariables }>;

export function otlpHttpRoutes(app: Hono<{ Variables: AppVariables }>, deps: OtlpHttpDependencies): void {
  for (const path of Object.keys(OTLP_PATHS)) {
    app.post(path, async (c) => {
      const sender: Sender = {};
      const answer = await receiveRequest(c, path, deps, sender);
      tellQuota(c, sender.quota);
      return sendOtlp(c, answer);
    });
    app.all(path, (c) => sendOtlp(c, statusAnswer(encodingOf(c.req.header('content-type')) ?? 'json', 405, 'use POST')));
  }
}

/** What becomes known of the sender on the way. */
interface Sender {
  quota?: KeyQuota | undefined;
}

async function receiveRequest(c: ReceiveContext, path: string, deps: OtlpHttpDependencies, sender: Sender): Promise<OtlpAnswer> {
  const contentType = encodingOf(c.req.header('content-type'));
  const answerAs = contentType ?? 'json';
  const { signal, source } = OTLP_PATHS[path] as { signal: OtlpSignal; source: string };
  let workspaceId: string | null = null;
  const refuse = (status: number, code: string, message: string, retryAfterSeconds = 1): OtlpAnswer => {
    deps.refusals.note({ workspaceId, path, status, code, message });
    return statusAnswer(answerAs, status, message, retryAfterSeconds);
  };
  const refuseFor = ({ code, detail, retryAfterSeconds }: Failure): OtlpAnswer => refuse(ERRORS[code].status, code, detail, retryAfterSeconds);

  const caller = await deps.authenticate(c);
  if (!caller.ok) return refuseFor(caller.error);
  workspaceId = caller.value.workspaceId;
  const quota = quotaOf(caller.value);
  sender.quota = quota;
  const forbidden = notAllowed(caller.value);
  if (forbidden !== undefined) return refuseFor(forbidden);
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
  const notTaken = notNow(deps) ?? overQuota(quota);
  if (notTaken !== undefined) return refuseFor(notTaken);

  let body: Uint8Array;
  try {
    body = await readBody(c.req.raw, { room: deps.room, workspaceId, onBytes: (bytes) => quota?.tookBytes(bytes) });
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
    return refuseFor({ code: OUTCOME_CODES[outcome.reason], detail: outcome.message });
  }
  quota?.tookItems(outcome.accepted + outcome.rejected);
  if (outcome.rejected > 0) deps.refusals.note({ workspaceId, path, status: 200, code: 'partial-success', message: outcome.rejectedWhy });
  return exportAnswer(contentType, signal, outcome.rejected, outcome.rejectedWhy);
}
