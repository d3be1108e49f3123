/** Every door that takes telemetry over HTTP, as one application: real routes and pipelines, real keys of events, a journal that is kept in memory. */
import { loopbackCaller } from '../../src/access/caller.ts';
import { pino } from 'pino';
import { bundledPriceBook } from '../../src/cost/bundledPrices.ts';
import { priceSpan } from '../../src/cost/priceSpan.ts';
import { createEventKeys } from '../../src/events/eventKeys.ts';
import { findStoredKeys } from '../../src/events/findStoredKeys.ts';
import { createTelemetryReader } from '../../src/explore/reader.ts';
import { createApp } from '../../src/http/app.ts';
import { eventsHttpRoutes } from '../../src/receive/eventsHttp.ts';
import { ingestionHttpRoutes } from '../../src/receive/langfuse/ingestionHttp.ts';
import { READING_BYTES_MAX } from '../../src/receive/limits.ts';
import { otlpHttpRoutes } from '../../src/receive/otlpHttp.ts';
import { createRefusalLog } from '../../src/receive/refusals.ts';
import { createSharedRoom } from '../../src/receive/sharedRoom.ts';
import { createInlineReceiver } from '../../src/receive/testing/inlineReceiver.ts';
import { ok } from '../../src/result.ts';
import type { TelemetryConnection } from '../../src/telemetry/connect.ts';
import { testWorkspace } from '../../src/telemetry/testing/storedRows.ts';

export function openDoors(telemetry: TelemetryConnection, nowMs: () => number) {
  const prices = bundledPriceBook();
  const workspaceId = testWorkspace('doors');
  const authenticate = () => Promise.resolve(ok(loopbackCaller(workspaceId, ['ingest'])));
  const receiver = createInlineReceiver((span) => priceSpan(span, prices));
  const app = createApp({ log: pino({ level: 'silent' }), authenticate });
  const door = {
    receiver,
    refusals: createRefusalLog(nowMs),
    authenticate,
    room: createSharedRoom(READING_BYTES_MAX),
    backlogBytes: () => 0,
    backlogBytesMax: 1,
    nowMs,
  };
  otlpHttpRoutes(app, door);
  ingestionHttpRoutes(app, door);
  const keys = createEventKeys({ findStored: (workspace, wanted) => findStoredKeys(createTelemetryReader(telemetry, workspace), wanted) });
  eventsHttpRoutes(app, { ...door, keys, agents: { exists: () => Promise.resolve(false) } });
  return {
    frames: receiver.frames,
    post: (path: string, body: Uint8Array, headers: Record<string, string>) =>
      app.request(path, { method: 'POST', body: body as Uint8Array<ArrayBuffer>, headers }),
  };
}
