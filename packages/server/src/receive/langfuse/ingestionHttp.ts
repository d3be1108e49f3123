/**
 * `POST /api/public/ingestion`: the batch of Langfuse's older clients. Answered as they expect it, with 207 and what
 * became of each item; failures of a whole request are problem+json, with Retry-After on 429 and 503.
 */
import { ERRORS } from '@sightglass/contract/errors';
import type { Context, Hono } from 'hono';
import type { AppVariables } from '../../http/appTypes.ts';
import type { Authenticate } from '../../http/authenticate.ts';
import { problem } from '../../http/problem.ts';
import { type Failure, fail, ok, type Result } from '../../result.ts';
import type { KeyQuota } from '../../apiKeys/keyQuota.ts';
import { type DoorDependencies, notAllowed, notNow, OUTCOME_CODES, overQuota, quotaOf, tellQuota } from '../admission.ts';
import { BodyTooLarge } from '../inflate.ts';
import type { ItemOutcome } from '../pipeline.ts';
import { type BodyReading, NoRoomForBody, readBody } from '../readBody.ts';
import type { Receiver } from '../receiver.ts';
import type { RefusalLog } from '../refusals.ts';

export const INGESTION_PATH = '/api/public/ingestion';
/** The way in, as accounting names it. */
export const INGESTION_SOURCE = 'langfuse/batch';

export interface IngestionHttpDependencies extends DoorDependencies {
  receiver: Pick<Receiver, 'receive'>;
  refusals: RefusalLog;
  authenticate: Authenticate;
  nowMs(): number;
}

type ReceiveContext = Context<{ Variables: AppVariables }>;

export function ingestionHttpRoutes(app: Hono<{ Variables: AppVariables }>, deps: IngestionHttpDependencies): void {
  app.post(INGESTION_PATH, async (c) => {
    let workspaceId: string | null = null;
    let quota: KeyQuota | undefined;
    const refuse = (failure: Failure) => {
      deps.refusals.note({ workspaceId, path: INGESTION_PATH, status: ERRORS[failure.code].status, code: failure.code, message: failure.detail });
      tellQuota(c, quota);
      return problem(c, failure);
    };
    const caller = await deps.authenticate(c);
    if (!caller.ok) return refuse(caller.error);
    workspaceId = caller.value.workspaceId;
    quota = quotaOf(caller.value);
    const notTaken = notAllowed(caller.value) ?? notSupported(c) ?? notNow(deps) ?? overQuota(quota);
    if (notTaken !== undefined) return refuse(notTaken);
    const body = await readWhole(c, { room: deps.room, workspaceId, onBytes: (bytes) => quota?.tookBytes(bytes) });
    if (!body.ok) return refuse(body.error);
    const outcome = await deps.receiver.receive({
      signal: 'langfuse',
      workspaceId,
      receivedAtMs: deps.nowMs(),
      source: INGESTION_SOURCE,
      body: body.value,
      contentType: 'json',
      encoding: encodingOf(c) === 'gzip' ? 'gzip' : 'identity',
    });
    if (!outcome.ok) return refuse(fail(OUTCOME_CODES[outcome.reason], `${outcome.message}.`).error);
    quota?.tookItems(outcome.accepted + outcome.rejected);
    tellQuota(c, quota);
    if (outcome.rejected > 0)
      deps.refusals.note({ workspaceId, path: INGESTION_PATH, status: 207, code: 'partial-success', message: outcome.rejectedWhy });
    return c.json(answerOf(outcome.items ?? []), 207);
  });
  app.all(INGESTION_PATH, (c) => problem(c, fail('method-not-allowed', 'Use POST.').error));
}

const encodingOf = (c: ReceiveContext) => (c.req.header('content-encoding') ?? '').trim().toLowerCase();

function notSupported(c: ReceiveContext): Failure | undefined {
  const [type = ''] = (c.req.header('content-type') ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json')
    return { code: 'unsupported-media-type', detail: `Content type ${type.slice(0, 40) || '(none)'} is not supported; use application/json.` };
  const encoding = encodingOf(c);
  if (encoding === '' || encoding === 'identity' || encoding === 'gzip') return undefined;
  return { code: 'unsupported-media-type', detail: `Content encoding ${encoding.slice(0, 40)} is not supported; use gzip or none.` };
}

async function readWhole(c: ReceiveContext, reading: BodyReading): Promise<Result<Uint8Array>> {
  try {
    return ok(await readBody(c.req.raw, reading));
  } catch (error) {
    if (error instanceof BodyTooLarge) return fail('body-too-large', `${error.message}.`);
    if (error instanceof NoRoomForBody) return fail('unavailable', `${error.message}.`);
    return fail('undecodable-body', 'The body was cut off.');
  }
}

const answerOf = (items: readonly ItemOutcome[]) => ({
  successes: items.flatMap(({ id, problem: why }) => (why === null ? [{ id, status: 201 }] : [])),
  errors: items.flatMap(({ id, problem: why }) => (why === null ? [] : [{ id, status: 400, message: 'The item is not valid.', error: why }])),
});
