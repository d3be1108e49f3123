import type { ControlConnection } from '../control/connect.ts';
import { createAttempts, type Attempts } from './attempts.ts';
import { type Auth, createAuth } from './auth.ts';
import { createOneTime, type OneTime } from './oneTime.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createSignInLinks, type SignInLinks } from './signInLinks.ts';
import { createSignInThrottle, type SignInThrottle } from './signInThrottle.ts';

export interface IdentityOptions {
  control: Pick<ControlConnection, 'instanceDb' | 'changeInstance'>;
  /** Signs the cookies; the same on all instances. */
  secret: string;
  /** Milliseconds since 1970. */
  clock: () => number;
  warn: (message: string, error: unknown) => void;
  /** Absent = false; see `AuthOptions`. */
  secureCookies?: boolean;
}

/** What all ways to sign in, and the own account, are built on. */
export interface Identity extends Required<IdentityOptions> {
  auth: Auth;
  sessions: Sessions;
  oneTime: OneTime;
  links: SignInLinks;
  attempts: Attempts;
  throttle: SignInThrottle;
}

export async function openIdentity(options: IdentityOptions): Promise<Identity> {
  const { control, secret, clock, warn, secureCookies = false } = options;
  const { instanceDb: db } = control;
  const auth = createAuth({ db, secret, secureCookies, warn });
  return {
    control,
    secret,
    clock,
    warn,
    secureCookies,
    auth,
    sessions: await createSessions({ db, auth, clock, warn }),
    oneTime: createOneTime(db, clock),
    links: createSignInLinks(db, clock),
    attempts: createAttempts(db, clock),
    throttle: createSignInThrottle(db, clock),
  };
}
