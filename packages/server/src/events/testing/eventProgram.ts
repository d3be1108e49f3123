/** The Events API of a program in one thread: real stores, real pipeline, and a journal that the test empties when it wants. */
import { loopbackCaller } from '../../access/caller.ts';
import { randomUUID } from 'node:crypto';
import type { EventReceipt } from '@sightglass/contract/event';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Scope } from '@sightglass/contract/permissions';
import { pino } from 'pino';
import { createAgentRegistry } from '../../agents/agentRegistry.ts';
import type { ControlConnection } from '../../control/connect.ts';
import { bundledPriceBook } from '../../cost/bundledPrices.ts';
import { priceSpan } from '../../cost/priceSpan.ts';
import { createTelemetryReader } from '../../explore/reader.ts';
import type { App } from '../../http/appTypes.ts';
import { createApp } from '../../http/app.ts';
import { agentRoutes } from '../../http/routes/agents.ts';
import { eventRoutes } from '../../http/routes/events.ts';
import { queryRoutes } from '../../http/routes/query.ts';
import { traceRoutes } from '../../http/routes/traces.ts';
import { type Frame, readFrames } from '../../journal/frame.ts';
import { eventsHttpRoutes } from '../../receive/eventsHttp.ts';
import { READING_BYTES_MAX } from '../../receive/limits.ts';
import { createPipelines } from '../../receive/pipelines.ts';
import type { Receiver } from '../../receive/receiver.ts';
import { requestFrame } from '../../receive/requestFrame.ts';
import { createRefusalLog } from '../../receive/refusals.ts';
import { createSharedRoom } from '../../receive/sharedRoom.ts';
import { ok } from '../../result.ts';
import { settleTraces } from '../../settle/settleTraces.ts';
import type { TelemetryConnection } from '../../telemetry/connect.ts';
import { createEventKeys } from '../eventKeys.ts';
import { findStoredKeys } from '../findStoredKeys.ts';
import { groupLookups } from '../groupedLookups.ts';
import { createRunComposer } from '../runComposer.ts';

const log = pino({ level: 'silent' });
const prices = bundledPriceBook();
let version = BigInt(Date.now());

export interface EventProgramOptions {
  telemetry: TelemetryConnection;
  control: ControlConnection;
  /** What an earlier program left in its journal. */
  journal?: readonly Frame[];
  nowMs(): number;
}

export function startEventProgram({ telemetry, control, journal: left = [], nowMs }: EventProgramOptions) {
  const pipelines = createPipelines((span) => priceSpan(span, prices));
  const journal: Frame[] = [...left];
  const state = { journalFails: false, storeIsDown: false };
  const readerOf = ({ workspaceId }: { workspaceId: WorkspaceId }) =>
    createTelemetryReader(
      {
        writeMark: telemetry.writeMark,
        rows: (sql, params) => (state.storeIsDown ? Promise.reject(new Error('the store is down')) : telemetry.rows(sql, params)),
      },
      workspaceId,
    );
  const keys = createEventKeys({ findStored: groupLookups((workspaceId, wanted) => findStoredKeys(readerOf({ workspaceId }), wanted)) });
  keys.remember(journal);
  const agents = createAgentRegistry({ db: control.instanceDb, warn: () => undefined });
  const runs = createRunComposer({ telemetry, log });
  const receiver: Pick<Receiver, 'receive'> = {
    receive: async (request) => {
      // In the midst of a request others come in.
      await Promise.resolve();
      if (state.journalFails) return { ok: false, reason: 'unavailable', message: 'the journal cannot be written' };
      const processed = pipelines[request.signal](request);
      const { committed, accepted, rejected, rejectedWhy, summary } = processed;
      const frame = requestFrame(request, processed);
      if (frame !== undefined) journal.push(...readFrames(frame).frames);
      committed();
      return { ok: true, accepted, rejected, rejectedWhy, ...(summary === undefined ? {} : { summary }) };
    },
  };

  function appFor(workspaceId: WorkspaceId, scopes: readonly Scope[] = ['ingest', 'read']): App {
    const authenticate = () => Promise.resolve(ok(loopbackCaller(workspaceId, scopes)));
    const app = createApp({ log, authenticate });
    const now = () => BigInt(nowMs()) * 1_000_000n;
    eventsHttpRoutes(app, {
      receiver,
      keys,
      agents,
      authenticate,
      refusals: createRefusalLog(nowMs),
      backlogBytes: () => 0,
      backlogBytesMax: 1,
      room: createSharedRoom(READING_BYTES_MAX),
      nowMs,
    });
    eventRoutes(app, { readerOf, now });
    agentRoutes(app, { control, registry: agents, readerOf, timeZoneOf: () => 'UTC', plans: { refusedFeature: () => undefined }, now });
    traceRoutes(app, { readerOf, now, explainCost: () => null });
    queryRoutes(app, { readerOf, now });
    return app;
  }

  /** Stores what the journal holds, as the writer does, and settles it. */
  async function store(): Promise<void> {
    const frames = journal.splice(0);
    for (const frame of frames) for (const table of frame.tables) await telemetry.insertNative(table.name, table.native, randomUUID());
    keys.forget(frames);
    agents.noteFrames(frames);
    for (const { workspaceId, traces } of [...frames, ...(await runs.compose(frames))]) {
      const traceIds = traces.map(({ traceId }) => traceId);
      version += 1n;
      if (traceIds.length > 0) await settleTraces(telemetry, workspaceId, traceIds, version);
    }
    await agents.writeNew();
  }

  async function json<T>(workspaceId: WorkspaceId, path: string, init?: RequestInit): Promise<T> {
    const answer = await appFor(workspaceId).request(path, init);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
  const post = <T>(workspaceId: WorkspaceId, path: string, body: unknown) =>
    json<T>(workspaceId, path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

  return {
    state,
    journal,
    agents,
    appFor,
    store,
    get: json,
    post,
    send: (workspaceId: WorkspaceId, ...events: readonly unknown[]) => post<EventReceipt>(workspaceId, '/api/obs/ingest/events', { events }),
  };
}
export type EventProgram = ReturnType<typeof startEventProgram>;
