/** How an instance hears of what others change in the control plane: it reads what has changed of late, twice a second. */
import { repeat } from '../repeat.ts';
import type { ControlConnection } from './connect.ts';

const POLL_MS = 500;
/** Far more than a poll and the commit of a change may take; reading a change twice does no harm. */
const WINDOW_MS = 30_000;

/** What to read: rows that changed within an interval of PostgreSQL's, or all of them, because changes may have been missed. */
export type ChangesSince = 'all' | { interval: string };
export const CHANGES_OF_LATE = { interval: '30 seconds' } as const satisfies ChangesSince;

/**
 * Calls `read` again and again, when there can be other instances: the embedded engine has none. Times are compared by the
 * database's own clock, so those of the instances need not agree. Answers how to stop.
 */
export function followChanges(options: {
  control: Pick<ControlConnection, 'engine'>;
  /** Unix milliseconds. */
  clock: () => number;
  read(since: ChangesSince): Promise<void>;
  failed(error: unknown): void;
}): () => Promise<void> {
  const { control, clock, read, failed } = options;
  if (control.engine !== 'server') return () => Promise.resolve();
  let readAtMs = clock();
  return repeat(
    POLL_MS,
    async () => {
      const startedAtMs = clock();
      await read(startedAtMs - readAtMs > WINDOW_MS / 2 ? 'all' : CHANGES_OF_LATE);
      readAtMs = startedAtMs;
    },
    failed,
  );
}
