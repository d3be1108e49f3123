/** The ingestion path of Langfuse's older clients in one thread: real stores, real pipeline, and a journal that the test empties when it wants. */
import { loopbackCaller } from '../../access/caller.ts';
import { randomUUID } from 'node:crypto';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Scope } from '@sightglass/contract/permissions';
import type { Span, TraceSummary } from '@sightglass/contract/trace';
import { pino } from 'pino';
import { bundledPriceBook } from '../../cost/bundledPrices.ts';
import { priceSpan } from '../../cost/priceSpan.ts';
import { createTelemetryReader } from '../../explore/reader.ts';
import { createApp } from '../../http/app.ts';
import { traceRoutes } from '../../http/routes/traces.ts';
import type { Frame } from '../../journal/frame.ts';
import type { CanonicalSpan } from '../../normalise/canonicalSpan.ts';
import { INGESTION_PATH, ingestionHttpRoutes } from '../../receive/langfuse/ingestionHttp.ts';
import type { Receiver } from '../../receive/receiver.ts';
import { READING_BYTES_MAX } from '../../receive/limits.ts';
import { createRefusalLog } from '../../receive/refusals.ts';
import { createSharedRoom } from '../../receive/sharedRoom.ts';
import { createInlineReceiver } from '../../receive/testing/inlineReceiver.ts';
import { ok } from '../../result.ts';
import { settleTraces } from '../../settle/settleTraces.ts';
import type { TelemetryConnection } from '../../telemetry/connect.ts';
import { createObservationComposer } from '../observationComposer.ts';

const log = pino({ level: 'silent' });
const prices = bundledPriceBook();
const price = (span: CanonicalSpan) => priceSpan(span, prices);
let version = BigInt(Date.now());

export interface IngestionProgramOptions {
  telemetry: TelemetryConnection;
  /** What an earlier program left in its journal. */
  journal?: readonly Frame[];
  nowMs(): number;
  receiver?: Pick<Receiver, 'receive'>;
}

export interface IngestionAnswer {
  successes: { id: string; status: number }[];
  errors: { id: string; status: number; message?: string; error?: string }[];
}

export function startIngestionProgram({ telemetry, journal: left = [], nowMs, receiver: replaced }: IngestionProgramOptions) {
  const inline = createInlineReceiver(price);
  inline.frames.push(...left);
  const composer = createObservationComposer({ telemetry, price, nowMs, log });
  const refusals = createRefusalLog(nowMs);
  const state = { backlogBytes: 0 };

  function appFor(workspaceId: WorkspaceId, scopes: readonly Scope[] = ['ingest', 'read']) {
    const authenticate = () => Promise.resolve(ok(loopbackCaller(workspaceId, scopes)));
    const app = createApp({ log, authenticate });
    const readerOf = ({ workspaceId: of }: { workspaceId: WorkspaceId }) => createTelemetryReader(telemetry, of);
    ingestionHttpRoutes(app, {
      receiver: replaced ?? inline,
      refusals,
      authenticate,
      backlogBytes: () => state.backlogBytes,
      backlogBytesMax: 1_000,
      room: createSharedRoom(READING_BYTES_MAX),
      nowMs,
    });
    traceRoutes(app, { readerOf, now: () => BigInt(nowMs()) * 1_000_000n, explainCost: () => null });
    return app;
  }

  async function settle(told: readonly Pick<Frame, 'workspaceId' | 'traces'>[]): Promise<void> {
    for (const { workspaceId, traces } of told) {
      const traceIds = traces.map(({ traceId }) => traceId);
      version += 1n;
      if (traceIds.length > 0) await settleTraces(telemetry, workspaceId, traceIds, version);
    }
  }

  /** Stores what the journal holds, as the writer does, and settles it. */
  async function store(): Promise<void> {
    const frames = inline.frames.splice(0);
    for (const frame of frames) for (const table of frame.tables) await telemetry.insertNative(table.name, table.native, randomUUID());
    await settle([...frames, ...(await composer.compose(frames))]);
  }

  const send = async (workspaceId: WorkspaceId, ...items: readonly unknown[]): Promise<IngestionAnswer> => {
    const answer = await appFor(workspaceId).request(INGESTION_PATH, {
      method: 'POST',
      body: JSON.stringify({ batch: items, metadata: { sdk_name: 'langfuse-js', sdk_version: '3.39.2' } }),
      headers: { 'content-type': 'application/json' },
    });
    if (answer.status !== 207) throw new Error(`${answer.status} ${await answer.text()}`);
    return (await answer.json()) as IngestionAnswer;
  };

  /** What the API says of a trace. */
  async function trace(workspaceId: WorkspaceId, traceId: string): Promise<{ trace: TraceSummary; spans: Span[] }> {
    const answer = await appFor(workspaceId).request(`/api/obs/traces/${traceId}`);
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { trace: TraceSummary; spans: Span[] };
  }

  return {
    appFor,
    refusals,
    state,
    journal: inline.frames,
    store,
    send,
    trace,
    composer,
    settle,
    composeOverdue: async (fromMs: number, toMs: number) => settle(await composer.composeOverdue(fromMs, toMs)),
  };
}
export type IngestionProgram = ReturnType<typeof startIngestionProgram>;
