/** The Events API: `POST /api/obs/ingest/events` and `/heartbeat`. Failures of a whole request are problem+json, those of single events stand in the answer. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ingestEvents as ingestEventsRoute, ingestHeartbeat } from '@sightglass/contract/routes/events';
import { ERRORS } from '@sightglass/contract/errors';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { Context } from 'hono';
import type { AgentRegistry } from '../agents/agentRegistry.ts';
import { heartbeatEvent, ingestEvents, type IngestEventsDependencies } from './ingestEvents.ts';
import type { App, AppVariables } from '../http/appTypes.ts';
import { type Authenticate, requireAccess } from '../http/authenticate.ts';
import { problem } from '../http/problem.ts';
import { type DoorDependencies, notNow, overQuota, quotaOf, tellQuota } from './admission.ts';
import { type Failure, fail, ok, type Result } from '../result.ts';
import { BodyTooLarge } from './inflate.ts';
import { EVENT_BODY_BYTES_MAX } from './limits.ts';
import { type BodyReading, NoRoomForBody, readBody } from './readBody.ts';
import type { RefusalLog } from './refusals.ts';

export interface EventsHttpDependencies extends IngestEventsDependencies, DoorDependencies {
  agents: Pick<AgentRegistry, 'exists'>;
  authenticate: Authenticate;
  refusals: RefusalLog;
}

type ReceiveContext = Context<{ Variables: AppVariables }>;

const inflate = promisify(gunzip);

export function eventsHttpRoutes(app: App, deps: EventsHttpDependencies): void {
  const { path } = ingestEventsRoute;
  const refuse = (c: ReceiveContext, failure: Failure) => {
    const { workspaceId } = c.get('caller');
    tellQuota(c, quotaOf(c.get('caller')));
    deps.refusals.note({ workspaceId, path: c.req.path, status: ERRORS[failure.code].status, code: failure.code, message: failure.detail });
    return problem(c, failure);
  };

  const noteRefused = ({ code, detail }: Failure, refusedPath: string, workspaceId: string | null) =>
    deps.refusals.note({ workspaceId, path: refusedPath, status: ERRORS[code].status, code, message: detail });

  // Described like every route; registered by hand, because its schema must not refuse a batch for one event.
  app.openAPIRegistry.registerPath(ingestEventsRoute);
  app.post(path, requireAccess(deps.authenticate, ['telemetry.send'], noteRefused), async (c) => {
    const { workspaceId } = c.get('caller');
    const quota = quotaOf(c.get('caller'));
    const notTaken = notNow(deps) ?? overQuota(quota);
    if (notTaken !== undefined) return refuse(c, notTaken);
    const body = await readInflated(c, {
      room: deps.room,
      workspaceId,
      bytesMax: EVENT_BODY_BYTES_MAX,
      onBytes: (bytes) => quota?.tookBytes(bytes),
    });
    if (!body.ok) return refuse(c, body.error);
    const receipt = await ingestEvents(deps, { workspaceId, source: 'events', body: body.value });
    if (!receipt.ok) return refuse(c, receipt.error);
    const { accepted, rejected, duplicates, errors } = receipt.value;
    quota?.tookItems(accepted + rejected + duplicates);
    tellQuota(c, quota);
    if (errors.length > 0)
      deps.refusals.note({ workspaceId, path, status: 200, code: 'partial-success', message: `event ${errors[0]?.index}: ${errors[0]?.message}` });
    return c.json(receipt.value, 200);
  });

  app.openapi(ingestHeartbeat, async (c) => {
    const { workspaceId, hiddenAgents } = c.get('caller');
    const quota = quotaOf(c.get('caller'));
    const notTaken = notNow(deps) ?? overQuota(quota);
    if (notTaken !== undefined) return refuse(c, notTaken);
    // The body is read already: it is small, as on every route of the API.
    quota?.tookBytes(Number(c.req.header('content-length') ?? 0) || 0);
    quota?.tookItems(1);
    tellQuota(c, quota);
    const { agent_id: agentId, status = null, metadata = null } = c.req.valid('json');
    if (hiddenAgents.includes(agentId) || !(await deps.agents.exists(workspaceId, agentId))) {
      return problem(
        c,
        fail('not-found', `There is no agent ${agentId.slice(0, 64)} in this workspace: it is known once a span or an event names it.`).error,
      );
    }
    const receivedAtMs = deps.nowMs();
    const body = heartbeatEvent(agentId, status, metadata);
    const receipt = await ingestEvents({ ...deps, nowMs: () => receivedAtMs }, { workspaceId, source: 'heartbeat', body });
    if (!receipt.ok) return refuse(c, receipt.error);
    const [error] = receipt.value.errors;
    if (error !== undefined) {
      return problem(c, fail('invalid-request', 'The heartbeat is not valid.', [{ pointer: '/metadata', message: error.message }]).error);
    }
    return c.json({ agent_id: agentId, status, received_at: formatTimestamp(BigInt(receivedAtMs) * 1_000_000n) }, 200);
  });
}

/** The body without its content encoding. Inflating does not hold up the program's thread, and stops at the limit. */
async function readInflated(c: ReceiveContext, reading: BodyReading): Promise<Result<Uint8Array>> {
  const encoding = (c.req.header('content-encoding') ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity' && encoding !== 'gzip' && encoding !== '')
    return fail('unsupported-media-type', `Content encoding ${encoding.slice(0, 40)} is not supported; use gzip or none.`);
  try {
    const body = await readBody(c.req.raw, reading);
    return ok(encoding === 'gzip' ? await inflate(body, { maxOutputLength: EVENT_BODY_BYTES_MAX }) : body);
  } catch (error) {
    if (error instanceof NoRoomForBody) return fail('unavailable', `${error.message}.`);
    const { code } = error as NodeJS.ErrnoException;
    const tooLarge = error instanceof BodyTooLarge ? error : code === 'ERR_BUFFER_TOO_LARGE' ? new BodyTooLarge(EVENT_BODY_BYTES_MAX) : undefined;
    if (tooLarge !== undefined) return fail('body-too-large', `The limit is passed: ${tooLarge.message}.`);
    return fail('undecodable-body', encoding === 'gzip' ? 'The body is cut off, or not gzip.' : 'The body was cut off.');
  }
}
