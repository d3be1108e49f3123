import type { UserId } from '@sightglass/contract/ids';
import { isAPIError } from 'better-auth/api';
import { eq } from 'drizzle-orm';
import { recordSignIn } from '../audit/recordSignIn.ts';
import type { ControlConnection } from '../control/connect.ts';
import { users } from '../control/tables/people.ts';
import { fail, ok, type Result } from '../result.ts';
import { createAuth, PEER_ADDRESS_HEADER } from './auth.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createSignInLinks } from './signInLinks.ts';
import { createSignInThrottle } from './signInThrottle.ts';

/** A session that begins, or ends: who, and the cookies that say so to the browser (without `Secure`). */
export interface SignedInAnswer {
  user: { id: string; email: string; name: string };
  setCookies: string[];
}

export interface SignIn {
  sessions: Sessions;
  /** `peerAddress` is the other end of the socket. Too many failures answer `too-many-requests`, with the wait in the detail. */
  withPassword(credentials: { email: string; password: string }, headers: Headers, peerAddress: string): Promise<Result<SignedInAnswer>>;
  withLink(token: string, headers: Headers, peerAddress: string): Promise<Result<SignedInAnswer>>;
  /** Ends the request's session; without one it only clears the cookies. */
  signOut(headers: Headers, peerAddress: string): Promise<{ setCookies: string[] }>;
  /** A one-time link, as path and query: `/sign-in/link?token=…`, good for 15 minutes. */
  createSignInLink(userId: UserId): Promise<string>;
}

/** `secret` signs the cookies and must be the same on all instances; `clock` answers milliseconds since 1970. */
export async function createSignIn(options: {
  control: Pick<ControlConnection, 'instanceDb' | 'changeInstance'>;
  secret: string;
  clock: () => number;
  warn: (message: string, error: unknown) => void;
}): Promise<SignIn> {
  const { control, secret, clock, warn } = options;
  const { instanceDb: db } = control;
  const links = createSignInLinks(db, clock);
  const auth = createAuth({ db, secret, links, warn });
  const sessions = await createSessions({ db, auth, clock });
  const throttle = createSignInThrottle(db, clock);

  /** Writes down a refusal, after the answer: the time that it takes must not tell which accounts there are. */
  const noteRefusal = async (email: string, reason: string, peerAddress: string) => {
    const [person] = await db.select({ id: users.id, email: users.email }).from(users).where(eq(users.email, email.trim().toLowerCase()));
    if (person !== undefined) await recordSignIn(control, person, { action: 'session.refuse', method: 'password', reason }, peerAddress);
  };

  return {
    sessions,
    withPassword: async ({ email, password }, headers, peerAddress) => {
      const waitMs = await throttle.begin(email, peerAddress);
      if (waitMs > 0) return fail('too-many-requests', `Too many failed attempts. Try again in ${Math.ceil(waitMs / 60_000)} minutes.`);
      const answer = await attempt(() =>
        auth.api.signInEmail({ body: { email, password }, headers: withPeer(headers, peerAddress), returnHeaders: true }),
      );
      if (answer === undefined) {
        noteRefusal(email, 'wrong password', peerAddress).catch((error: unknown) => warn('sign-in: a refusal could not be written down', error));
        return fail('wrong-credentials', 'The e-mail or the password is wrong.');
      }
      await throttle.succeeded(email, peerAddress);
      await recordSignIn(control, answer.response.user, { action: 'session.begin', method: 'password' }, peerAddress);
      return ok(signedInAnswer(answer));
    },
    withLink: async (token, headers, peerAddress) => {
      const answer = await attempt(() => auth.api.signInWithLink({ body: { token }, headers: withPeer(headers, peerAddress), returnHeaders: true }));
      if (answer === undefined) return fail('wrong-credentials', 'The sign-in link was used before or is older than 15 minutes.');
      await recordSignIn(control, answer.response.user, { action: 'session.begin', method: 'link' }, peerAddress);
      return ok(signedInAnswer(answer));
    },
    signOut: async (headers, peerAddress) => {
      const ending = await sessions.find(headers);
      sessions.forget(headers);
      const { headers: answer } = await auth.api.signOut({ headers, returnHeaders: true });
      sessions.forget(headers);
      if (ending !== undefined) await recordSignIn(control, ending.signedIn.user, { action: 'session.end', reason: 'signed out' }, peerAddress);
      return { setCookies: answer.getSetCookie() };
    },
    createSignInLink: (userId) => links.create(userId),
  };
}

function withPeer(headers: Headers, peerAddress: string): Headers {
  const own = new Headers(headers);
  own.set(PEER_ADDRESS_HEADER, peerAddress);
  return own;
}

/** Undefined when better-auth refused what was presented; anything else that goes wrong is thrown. */
async function attempt<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isAPIError(error) && error.statusCode >= 400 && error.statusCode < 500) return undefined;
    throw error;
  }
}

const signedInAnswer = ({
  response,
  headers,
}: {
  response: { user: { id: string; email: string; name: string } };
  headers: Headers;
}): SignedInAnswer => ({
  user: { id: response.user.id, email: response.user.email, name: response.user.name },
  setCookies: headers.getSetCookie(),
});
