/** When observations that never ended are looked for: every few minutes, and at the start those of the time in which the program did not run. */
import type { Logger } from 'pino';
import type { ObservationComposer } from './observationComposer.ts';
import { OVERDUE_AFTER_MS } from './rowsToWrite.ts';

const EVERY_MS = 300_000;
/** Looks again at what came shortly before: a request is stored a little after it came. */
const OVERLAP_MS = 60_000;
/** How far back the first look goes. */
const FIRST_LOOK_MS = 48 * 3_600_000;

export interface OverdueScheduleOptions {
  composer: Pick<ObservationComposer, 'composeOverdue'>;
  settle(traces: Awaited<ReturnType<ObservationComposer['composeOverdue']>>): Promise<void>;
  nowMs(): number;
  log: Logger;
}

export function startOverdueSchedule({ composer, settle, nowMs, log }: OverdueScheduleOptions): { close(): Promise<void> } {
  let seenUntilMs = nowMs() - OVERDUE_AFTER_MS - FIRST_LOOK_MS;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    const toMs = nowMs() - OVERDUE_AFTER_MS;
    try {
      await settle(await composer.composeOverdue(seenUntilMs - OVERLAP_MS, toMs));
      seenUntilMs = toMs;
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
