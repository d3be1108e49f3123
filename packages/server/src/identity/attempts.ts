/** Counts attempts in the database, so that several instances count together, and says when there were too many. */
import { createHash } from 'node:crypto';
import { inArray, lt, sql } from 'drizzle-orm';
import type { ControlDb } from '../control/connect.ts';
import { signInFailures } from '../control/tables/people.ts';
import { fail, type Failure } from '../result.ts';

export const WINDOW_MS = 15 * 60_000;

/** Something that is attempted, and how often within the window: `['mail', 'ada@example.com']`. */
export interface AttemptLimit {
  of: readonly string[];
  max: number;
}

export interface Attempts {
  /** Counts one for each, before it is made, so that many at once gain nothing. Answers 0 when it may go on, else the milliseconds to wait. */
  count(limits: readonly AttemptLimit[]): Promise<number>;
  /** Forgets all that was counted of these. */
  forget(...subjects: (readonly string[])[]): Promise<void>;
  /** Takes one back from each. */
  uncount(...subjects: (readonly string[])[]): Promise<void>;
}

/** Hashed: the table holds no list of who tried from where. */
const digest = (parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

export function createAttempts(db: ControlDb, clock: () => number): Attempts {
  return {
    count: async (limits) => {
      const windowStart = new Date(clock());
      // In one order for everyone, so that two statements at once cannot wait for each other.
      const subjects = limits.map(({ of, max }) => ({ subject: digest(of), max })).sort((a, b) => (a.subject < b.subject ? -1 : 1));
      await db.delete(signInFailures).where(lt(signInFailures.windowStart, new Date(clock() - WINDOW_MS)));
      const rows = await db
        .insert(signInFailures)
        .values(subjects.map(({ subject }) => ({ subject, failures: 1, windowStart })))
        .onConflictDoUpdate({ target: signInFailures.subject, set: { failures: sql`${signInFailures.failures} + 1` } })
        .returning();
      const waits = rows.map((row) => {
        const max = subjects.find(({ subject }) => subject === row.subject)?.max ?? 0;
        return row.failures > max ? row.windowStart.getTime() + WINDOW_MS - clock() : 0;
      });
      return Math.max(0, ...waits);
    },
    forget: async (...subjects) => {
      await db.delete(signInFailures).where(inArray(signInFailures.subject, subjects.map(digest)));
    },
    uncount: async (...subjects) => {
      await db
        .update(signInFailures)
        .set({ failures: sql`greatest(0, ${signInFailures.failures} - 1)` })
        .where(inArray(signInFailures.subject, subjects.map(digest)));
    },
  };
}

/** The failure of somebody who has to wait. */
export function tooManyAttempts(waitMs: number, what = 'Too many failed attempts.'): Failure {
  const minutes = Math.ceil(waitMs / 60_000);
  const failure = fail('too-many-requests', `${what} Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`).error;
  return { ...failure, retryAfterSeconds: Math.ceil(waitMs / 1000) };
}
