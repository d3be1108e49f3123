/** The doors: the HTTP application with who may come in, and the sockets of HTTP and gRPC. */
import { createApp } from '../http/app.ts';
import { createAuthenticate, createIdentify, refuseForeignHosts } from '../http/authenticate.ts';
import { measureRequests } from '../http/measureRequests.ts';
import { listen, stopListening } from '../listen.ts';
import { READING_BYTES_MAX } from '../receive/limits.ts';
import { startOtlpGrpc } from '../receive/otlpGrpc.ts';
import { createRefusalLog } from '../receive/refusals.ts';
import { createSharedRoom } from '../receive/sharedRoom.ts';
import { sourceOfPath } from '../receive/sources.ts';
import { startSelfTelemetry } from '../selfTelemetry/selfTelemetry.ts';
import { followWorkspaceOfSlug } from '../selfTelemetry/workspaceOfSlug.ts';
import type { ProgramContext } from './context.ts';
import type { Planes } from './openPlanes.ts';
import type { Ingest } from './startIngest.ts';
import type { Tenancy } from './openTenancy.ts';

/** Requests in hand get some of the time to stop. */
const REQUEST_GRACE_MS = 5_000;

export type Doors = ReturnType<typeof createDoors>;

export function createDoors(context: ProgramContext, planes: Planes, tenancy: Tenancy, ingest: Ingest) {
  const { config, version, log, ownLogLines, stops, nowMs } = context;
  const { control, metrics } = planes;
  const { keys, signIn, firstWorkspace, gone, planBook } = tenancy;
  const { receiver, writer } = ingest;
  const access = {
    keys,
    sessions: signIn.sessions,
    mode: config.auth,
    get firstWorkspaceId() {
      return firstWorkspace.id;
    },
    isGone: gone.has,
    planQuotaOf: planBook.quotaOf,
  };
  const authenticate = createAuthenticate(access);
  const app = createApp({ log, authenticate, plans: planBook, cronSecret: config.cronSecret });
  const self =
    config.selfTelemetry === undefined || ownLogLines === undefined
      ? undefined
      : startSelfTelemetry({
          receiver,
          lines: ownLogLines,
          workspaceId: followWorkspaceOfSlug(control, config.selfTelemetry, nowMs),
          version,
          nowMs,
          onDropped: metrics.countOwnDropped,
        });
  if (self !== undefined) stops.push({ name: 'own telemetry', stop: () => self.close() });
  app.use(
    '*',
    measureRequests(metrics.beginRequest, (request) => {
      metrics.endRequest(request);
      self?.noteRequest(request);
    }),
  );
  app.use('*', refuseForeignHosts(config.auth));
  const refusals = createRefusalLog(nowMs, ({ path, code }) => metrics.countRefusal(sourceOfPath(path), code));
  const receiving = {
    receiver,
    refusals,
    authenticate,
    backlogBytes: writer.backlogBytes,
    backlogBytesMax: config.journalBytesMax,
    room: createSharedRoom(READING_BYTES_MAX),
    nowMs,
  };
  return { app, authenticate, access, receiving, refusals };
}

/** Lets the world in. Answers the port, which the system may have chosen. */
export async function openDoors({ config, log, stops }: ProgramContext, { app, access, receiving }: Doors): Promise<number> {
  const grpc =
    config.grpcPort === 0
      ? undefined
      : await startOtlpGrpc(config.host, config.grpcPort, {
          ...receiving,
          identify: createIdentify(access),
          onFault: (message, error) => log.error({ err: error }, message),
        });
  const { server, port } = await listen(app, config.host, config.port);
  stops.push({
    name: 'HTTP and gRPC',
    stop: async () => void (await Promise.all([stopListening(server, REQUEST_GRACE_MS), grpc?.stop(REQUEST_GRACE_MS)])),
  });
  return port;
}
