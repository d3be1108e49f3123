/** Whether the times of a request can be right, given when it came. Imports of old data are welcome; clocks that were never set, or run ahead, are not. */
import { REASONS } from './decoded.ts';
import { AHEAD_NS_MAX, EARLIEST_NS, MONTHS_MAX } from './limits.ts';

export const CLOCK_REASONS = {
  tooOld: 'the time is before 2020-01-01: the clock of the sender was not set',
  ahead: 'the time is more than 24 hours ahead of the time of receipt: the clock of the sender is wrong',
  months: `a request may touch at most ${MONTHS_MAX} calendar months: send older data in requests of its own`,
} as const;

/** Of one request: it remembers the months that it was asked about. */
export interface RequestClock {
  /** No time may be after it. Unix nanoseconds. */
  readonly latestNs: bigint;
  /** Why the time cannot be taken; undefined when it can. A time that is taken uses up its month. */
  problemOf(timeNs: bigint): string | undefined;
}

const NS_PER_MS = 1_000_000n;

export function createRequestClock(receivedAtMs: number): RequestClock {
  const latestNs = BigInt(Math.trunc(receivedAtMs)) * NS_PER_MS + AHEAD_NS_MAX;
  const months = new Set<number>();
  // Nearly all times of a request lie in one month: from its beginning to before its end nothing else has to be asked.
  let fromNs = 1n;
  let beforeNs = 0n;

  function takeMonth(timeNs: bigint): boolean {
    const date = new Date(Number(timeNs / NS_PER_MS));
    const month = date.getUTCFullYear() * 12 + date.getUTCMonth();
    if (!months.has(month)) {
      if (months.size >= MONTHS_MAX) return false;
      months.add(month);
    }
    fromNs = BigInt(Date.UTC(Math.floor(month / 12), month % 12)) * NS_PER_MS;
    const nextNs = BigInt(Date.UTC(Math.floor(month / 12), (month % 12) + 1)) * NS_PER_MS;
    beforeNs = nextNs <= latestNs ? nextNs : latestNs + 1n;
    return true;
  }

  return {
    latestNs,
    problemOf: (timeNs) => {
      if (timeNs >= fromNs && timeNs < beforeNs) return undefined;
      if (timeNs <= 0n) return REASONS.time;
      if (timeNs < EARLIEST_NS) return CLOCK_REASONS.tooOld;
      if (timeNs > latestNs) return CLOCK_REASONS.ahead;
      return takeMonth(timeNs) ? undefined : CLOCK_REASONS.months;
    },
  };
}
