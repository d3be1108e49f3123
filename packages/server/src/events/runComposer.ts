import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type ContentCipher, NO_CIPHER } from '../encryption/envelope.ts';
import type { Frame } from '../journal/frame.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { createPayloadSplitter } from '../telemetry/payloadParts.ts';
import { createTurns } from '../turns.ts';
import { composeRuns } from './composeRuns.ts';

const TRIES = 6;
const PAUSE_FIRST_MS = 250;

export interface RunComposer {
  /** Makes the spans of the runs that just stored frames tell of; answers the traces to be settled with them. */
  compose(frames: readonly Frame[]): Promise<Pick<Frame, 'workspaceId' | 'traces'>[]>;
}

/** One composition at a time: two of the same run would only do the same work. */
export function createRunComposer({
  telemetry,
  log,
  cipherOf = () => NO_CIPHER,
}: {
  telemetry: TelemetryConnection;
  log: Logger;
  /** What the workspace's inputs and outputs are encrypted with. May throw: then it is tried again. */
  cipherOf?: (workspaceId: string) => ContentCipher;
}): RunComposer {
  const splitPayloads = createPayloadSplitter();
  const inTurn = createTurns();

  async function composeWorkspace(workspaceId: string, runKeys: readonly string[]): Promise<string[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await composeRuns(telemetry, splitPayloads, workspaceId, runKeys, cipherOf(workspaceId));
      } catch (error) {
        if (attempt === TRIES) throw error;
        log.warn({ err: error, workspaceId, runs: runKeys.length }, 'the spans of runs could not be written; trying again');
        await delay(PAUSE_FIRST_MS * 2 ** (attempt - 1));
      }
    }
  }

  async function composeAll(runs: ReadonlyMap<string, ReadonlySet<string>>): Promise<Pick<Frame, 'workspaceId' | 'traces'>[]> {
    const settled: Pick<Frame, 'workspaceId' | 'traces'>[] = [];
    for (const [workspaceId, runKeys] of runs) {
      const traceIds = await composeWorkspace(workspaceId, [...runKeys]);
      settled.push({ workspaceId, traces: traceIds.map((traceId) => ({ traceId, complete: false })) });
    }
    return settled;
  }

  return {
    compose: (frames) => {
      const runs = new Map<string, Set<string>>();
      for (const { workspaceId, notes } of frames) {
        for (const runKey of notes?.runKeys ?? []) {
          const ofWorkspace = runs.get(workspaceId) ?? new Set();
          runs.set(workspaceId, ofWorkspace.add(runKey));
        }
      }
      return runs.size === 0 ? Promise.resolve([]) : inTurn(() => composeAll(runs));
    },
  };
}
