/** When a message that did not arrive is sent again. Pure. */

/** The longest pause between two attempts. */
export const PAUSE_MS_MAX = 5 * 60_000;
/** After this long a message is given up. */
export const GIVE_UP_MS = 24 * 3_600_000;
const FIRST_PAUSE_MS = 1_000;
/** Up to so much is taken off a pause, so that what failed together does not come back together. */
const JITTER = 0.2;

/**
 * `attempts`: so far, at least 1. `random`: 0 to 1. The pause before the next one: 1, 2, 4 … seconds less the jitter, never more than five
 * minutes, and up to these as long as the receiver asked for.
 */
export function pauseMs(attempts: number, random: number, retryAfterSeconds = 0): number {
  const full = Math.min(PAUSE_MS_MAX, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 30));
  return Math.min(PAUSE_MS_MAX, Math.max(full * (1 - JITTER * random), retryAfterSeconds * 1_000));
}

export const isGivenUp = (createdAtMs: number, nowMs: number): boolean => nowMs - createdAtMs >= GIVE_UP_MS;
