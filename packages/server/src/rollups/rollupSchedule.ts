/** When windows are computed: an hour soon after it ended, and whatever late spans have touched, without being asked. */
import type { Logger } from 'pino';
import type { Lease } from '../control/lease.ts';
import { repeat } from '../repeat.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { rollUpSpans, type RollUpProgress, type RollUpWindow } from './rollUpSpans.ts';

const LOOK_MS = 60_000;
/** Longer than one window may take; whoever computes says so before each. */
const LEASE_SECONDS = 120;
/** One look takes no longer, so that stopping need not wait and other work gets its turn. */
const WORK_MS = 20_000;
const DAY_SECONDS = 86_400;
/** Every hour of this long back is looked at; older ones are computed when asked for (`/api/obs/internal/aggregate`). */
const LOOKED_BACK_SECONDS = 400 * DAY_SECONDS;

export interface RollupSchedule {
  /** Computes what does not hold in the range, in at most so many milliseconds. Also what holds, when `isForced`. */
  rollUp(range: RollUpWindow, workMs: number, isForced?: boolean): Promise<RollUpProgress>;
  close(): Promise<void>;
}

export function startRollupSchedule(options: {
  telemetry: TelemetryConnection;
  lease: Lease;
  nowMs(): number;
  /** Told of every look that did not fail, those of an instance without the lease included. */
  onRan?(): void;
  log: Logger;
}): RollupSchedule {
  const { telemetry, lease, nowMs, onRan, log } = options;
  let closing = false;
  /** One at a time in a process; on several instances twice does no harm. */
  let turn: Promise<unknown> = Promise.resolve();
  const rollUp = (range: RollUpWindow, workMs: number, isForced = false): Promise<RollUpProgress> => {
    const work = turn.then(() => {
      const endsMs = nowMs() + workMs;
      return rollUpSpans(telemetry, range, { nowMs, mayGoOn: () => !closing && nowMs() < endsMs, isForced });
    });
    turn = work.catch(() => undefined);
    return work;
  };
  const look = async () => {
    if (!(await lease.hold(LEASE_SECONDS))) return;
    const toSeconds = Math.floor(nowMs() / 1000);
    const { done, remaining } = await rollUp({ fromSeconds: toSeconds - LOOKED_BACK_SECONDS, toSeconds }, WORK_MS);
    if (done > 0) log.info({ done, remaining }, 'hours and days of spans were computed');
  };
  const stop = repeat(LOOK_MS, look, (error) => log.warn({ err: error }, 'hours of spans could not be computed; trying again'), onRan);
  return {
    rollUp,
    close: async () => {
      closing = true;
      await stop();
      await turn;
      await lease.letGo();
    },
  };
}
