/**
 * Slows down guessing of passwords. Attempts are counted for an account from one address, for an account from anywhere, for an
 * address at any account. The first is the tight one; the other two are loose, so that nobody can lock another person out easily.
 */
import type { ControlDb } from '../control/connect.ts';
import { createAttempts } from './attempts.ts';

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
  const attempts = createAttempts(db, clock);
  return {
    begin: (email, address) => {
      const [own, account, from] = subjectsOf(email, address);
      return attempts.count([
        { of: own, max: ATTEMPTS_MAX.accountFromAddress },
        { of: account, max: ATTEMPTS_MAX.account },
        { of: from, max: ATTEMPTS_MAX.address },
      ]);
    },
    succeeded: async (email, address) => {
      const [own, account, from] = subjectsOf(email, address);
      await attempts.forget(own);
      await attempts.uncount(account, from);
    },
  };
}

function subjectsOf(email: string, address: string): [string[], string[], string[]] {
  const account = email.trim().toLowerCase();
  return [
    ['account from address', account, address],
    ['account', account],
    ['address', address],
  ];
}
