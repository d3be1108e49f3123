import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { NO_CIPHER } from '../encryption/envelope.ts';
import type { Frame } from '../journal/frame.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { createPayloadSplitter } from '../telemetry/payloadParts.ts';
import { createTurns } from '../turns.ts';
import { type ComposeDependencies, composeObservations } from './composeObservations.ts';
import { findOverdue } from './findOverdue.ts';
import type { TouchedTrace } from './rowsToWrite.ts';

const TRIES = 6;
const PAUSE_FIRST_MS = 250;

type ToSettle = Pick<Frame, 'workspaceId' | 'traces'>;

export interface ObservationComposer {
  /** Makes the spans that follow from the parts in just stored frames; answers the traces to be settled with them. */
  compose(frames: readonly Pick<Frame, 'workspaceId' | 'notes'>[]): Promise<ToSettle[]>;
  /** Writes the observations that came in this time (Unix milliseconds) and have waited an hour for their end. */
  composeOverdue(fromMs: number, toMs: number): Promise<ToSettle[]>;
}

export interface ObservationComposerOptions
  extends Pick<ComposeDependencies, 'telemetry' | 'price' | 'nowMs'>,
    Partial<Pick<ComposeDependencies, 'cipherOf' | 'estimatesOf'>> {
  telemetry: TelemetryConnection;
  log: Logger;
}

/** One composition at a time: two of the same trace would only do the same work. */
export function createObservationComposer({
  telemetry,
  price,
  nowMs,
  log,
  cipherOf = () => NO_CIPHER,
  estimatesOf = () => null,
}: ObservationComposerOptions): ObservationComposer {
  const onFault = (traceId: string, error: unknown) => log.error({ err: error, traceId }, 'a span could not be made of its parts');
  const deps: ComposeDependencies = { telemetry, splitPayloads: createPayloadSplitter(), price, nowMs, cipherOf, estimatesOf, onFault };
  const inTurn = createTurns();

  async function composeWorkspace(workspaceId: string, touched: readonly TouchedTrace[]): Promise<string[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await composeObservations(deps, workspaceId, touched);
      } catch (error) {
        if (attempt === TRIES) throw error;
        log.warn({ err: error, workspaceId, traces: touched.length }, 'the spans of observations could not be written; trying again');
        await delay(PAUSE_FIRST_MS * 2 ** (attempt - 1));
      }
    }
  }

  async function composeAll(touched: ReadonlyMap<string, readonly TouchedTrace[]>): Promise<ToSettle[]> {
    const settled: ToSettle[] = [];
    for (const [workspaceId, traces] of touched) {
      const traceIds = await composeWorkspace(workspaceId, traces);
      settled.push({ workspaceId, traces: traceIds.map((traceId) => ({ traceId, complete: false })) });
    }
    return settled;
  }

  return {
    compose: (frames) => {
      const touched = touchedBy(frames);
      return touched.size === 0 ? Promise.resolve([]) : inTurn(() => composeAll(touched));
    },
    composeOverdue: (fromMs, toMs) => inTurn(async () => composeAll(await findOverdue(telemetry, fromMs, toMs))),
  };
}

/** By workspace, each trace once. */
function touchedBy(frames: readonly Pick<Frame, 'workspaceId' | 'notes'>[]): Map<string, TouchedTrace[]> {
  const touched = new Map<string, Map<string, TouchedTrace>>();
  for (const { workspaceId, notes } of frames) {
    for (const { traceId, parts, itself, spanIds, written } of notes?.toldTraces ?? []) {
      const traces = touched.get(workspaceId) ?? new Map<string, TouchedTrace>();
      touched.set(workspaceId, traces);
      const known = traces.get(traceId);
      const writtenOf = known === undefined && written ? parts : null;
      traces.set(traceId, {
        traceId,
        itself: itself || known?.itself === true,
        spanIds: new Set([...(known?.spanIds ?? []), ...spanIds]),
        writtenOf,
      });
    }
  }
  return new Map([...touched].map(([workspaceId, traces]) => [workspaceId, [...traces.values()]]));
}
