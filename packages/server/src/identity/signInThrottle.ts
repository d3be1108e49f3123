/**
 * Slows down guessing of passwords. Attempts are counted in the database, so that several instances count
 * together: for an account from one address, for an account from anywhere, for an address at any account.
 * The first is the tight one; the other two are loose, so that nobody can lock another person out easily.
 */
import { createHash } from 'node:crypto';
import { eq, inArray, lt, sql } from 'drizzle-orm';
import type { ControlDb } from '../control/connect.ts';
import { signInFailures } from '../control/tables/people.ts';

export const WINDOW_MS = 15 * 60_000;
export const ATTEMPTS_MAX = { accountFromAddress: 10, account: 100, address: 200 } as const;

export interface SignInThrottle {
  /**
   * Counts an attempt before the password is looked at, so that many at once gain nothing. Answers 0 when it
   * may go on, else the milliseconds to wait.
   */
  begin(email: string, address: string): Promise<number>;
  /** The attempt was right: it does not count, and what this person got wrong before is forgotten. */
  succeeded(email: string, address: string): Promise<void>;
}

export function createSignInThrottle(db: ControlDb, clock: () => number): SignInThrottle {
  return {
    begin: async (email, address) => {
      const now = new Date(clock());
      const subjects = subjectsOf(email, address);
      await db.delete(signInFailures).where(lt(signInFailures.windowStart, new Date(clock() - WINDOW_MS)));
      const rows = await db
        .insert(signInFailures)
        .values(subjects.map(({ subject }) => ({ subject, failures: 1, windowStart: now })))
        .onConflictDoUpdate({ target: signInFailures.subject, set: { failures: sql`${signInFailures.failures} + 1` } })
        .returning();
      const waits = rows.map(({ subject, failures, windowStart }) => {
        const max = subjects.find((counted) => counted.subject === subject)?.max ?? 0;
        return failures > max ? windowStart.getTime() + WINDOW_MS - clock() : 0;
      });
      return Math.max(0, ...waits);
    },
    succeeded: async (email, address) => {
      const [own, ...wider] = accountSubjects(email, address);
      await db.delete(signInFailures).where(eq(signInFailures.subject, own));
      await db
        .update(signInFailures)
        .set({ failures: sql`greatest(0, ${signInFailures.failures} - 1)` })
        .where(inArray(signInFailures.subject, wider));
    },
  };
}

/** Hashed: the table holds no list of who tried from where. */
const digest = (...parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

function accountSubjects(email: string, address: string): [string, string, string] {
  const account = email.trim().toLowerCase();
  return [digest('account from address', account, address), digest('account', account), digest('address', address)];
}

/** In one order for everyone, so that two statements at once cannot wait for each other. */
function subjectsOf(email: string, address: string): { subject: string; max: number }[] {
  const [own, account, from] = accountSubjects(email, address);
  const subjects = [
    { subject: own, max: ATTEMPTS_MAX.accountFromAddress },
    { subject: account, max: ATTEMPTS_MAX.account },
    { subject: from, max: ATTEMPTS_MAX.address },
  ];
  return subjects.sort((a, b) => (a.subject < b.subject ? -1 : 1));
}
