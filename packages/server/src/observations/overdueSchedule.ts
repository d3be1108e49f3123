/** When observations that never ended are looked for: every few minutes, and at the start those of the time in which the program did not run. */
import type { Logger } from 'pino';
import type { ObservationComposer } from './observationComposer.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { lastArrivalMs } from './findOverdue.ts';
import { OVERDUE_AFTER_MS } from './rowsToWrite.ts';

const EVERY_MS = 300_000;
/** Looks again at what came shortly before: a request is stored a little after it came. */
const OVERLAP_MS = 60_000;

export interface OverdueScheduleOptions {
  telemetry: TelemetryConnection;
  composer: Pick<ObservationComposer, 'composeOverdue'>;
  settle(traces: Awaited<ReturnType<ObservationComposer['composeOverdue']>>): Promise<void>;
  nowMs(): number;
  onRan?(): void;
  log: Logger;
}

export function startOverdueSchedule({ telemetry, composer, settle, nowMs, onRan, log }: OverdueScheduleOptions): { close(): Promise<void> } {
  let seenUntilMs: number | undefined;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    const toMs = nowMs() - OVERDUE_AFTER_MS;
    try {
      seenUntilMs ??= await seenByEarlierProgramMs(telemetry, nowMs());
      await settle(await composer.composeOverdue(seenUntilMs - OVERLAP_MS, toMs));
      seenUntilMs = toMs;
      onRan?.();
    } catch (error) {
      log.warn({ err: error }, 'observations that never ended could not be looked for; trying again later');
    }
  }

  const lookUnlessLooking = () => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
  };
  lookUnlessLooking();
  const timer = setInterval(lookUnlessLooking, EVERY_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}

/** While data came, every few minutes was looked for what had come an hour before. */
async function seenByEarlierProgramMs(telemetry: TelemetryConnection, nowMs: number): Promise<number> {
  const lastMs = await lastArrivalMs(telemetry, nowMs);
  return (lastMs ?? nowMs) - OVERDUE_AFTER_MS - 2 * EVERY_MS;
}
