import type { UserId } from '@sightglass/contract/ids';
import { SIGN_IN_LINK_PATH } from '@sightglass/contract/routes/signIn';
import { eq } from 'drizzle-orm';
import { recordSignIn, type SignInEvent } from '../audit/recordSignIn.ts';
import { users } from '../control/tables/people.ts';
import { fail, ok, type Result } from '../result.ts';
import { tooManyAttempts } from './attempts.ts';
import { callAuth, withPeer } from './callAuth.ts';
import { type Identity, type IdentityOptions, openIdentity } from './identity.ts';
import { finishSignIn } from './secondFactor.ts';
import type { Sessions } from './sessions.ts';

/** A session that begins: who, and the cookies that say so to the browser. */
export interface SignedInAnswer {
  user: { id: string; email: string; name: string };
  setCookies: string[];
}

/** The first step was right, and the second factor is asked for. */
export interface SecondFactorAsked {
  user: null;
  setCookies: string[];
}

export type FirstStep = SignedInAnswer | SecondFactorAsked;

export interface SignIn {
  readonly identity: Identity;
  sessions: Sessions;
  /** `peerAddress` is the other end of the socket. Too many failures answer `too-many-requests`, with the wait in the detail. */
  withPassword(credentials: { email: string; password: string }, headers: Headers, peerAddress: string): Promise<Result<FirstStep>>;
  /** `token` of a link that was printed or mailed. */
  withLink(token: string, headers: Headers, peerAddress: string): Promise<Result<FirstStep>>;
  /** Somebody whose identity a provider has proven. */
  withProvider(userId: UserId, provider: string, headers: Headers, peerAddress: string): Promise<Result<FirstStep>>;
  /** The second step: a code of the authenticator app, or a backup code. */
  withCode(code: string, headers: Headers, peerAddress: string): Promise<Result<SignedInAnswer>>;
  /** Ends the request's session; without one it only clears the cookies. */
  signOut(headers: Headers, peerAddress: string): Promise<{ setCookies: string[] }>;
  /** A one-time link, as path and query: `/sign-in/link?token=…`, good for 15 minutes. */
  createSignInLink(userId: UserId): Promise<string>;
}

export async function createSignIn(options: IdentityOptions): Promise<SignIn> {
  const identity = await openIdentity(options);
  const { control, warn, auth, sessions, links, throttle } = identity;
  const { instanceDb: db } = control;

  const noteRefusal = (person: { id: string; email: string }, method: string, reason: string, peerAddress: string) =>
    recordSignIn(control, person, { action: 'session.refuse', method, reason }, peerAddress);
  /** Writes down a refusal, after the answer: the time that it takes must not tell which accounts there are. */
  const noteWrongPassword = async (email: string, peerAddress: string) => {
    const [person] = await db.select({ id: users.id, email: users.email }).from(users).where(eq(users.email, email.trim().toLowerCase()));
    if (person !== undefined) await noteRefusal(person, 'password', 'wrong password', peerAddress);
  };

  /** What a first step answered, as it goes to the browser. The session is written down before it is handed out. */
  async function begun({ response, headers }: { response: object; headers: Headers }, method: string, peerAddress: string): Promise<FirstStep> {
    const setCookies = headers.getSetCookie();
    if ('twoFactorRedirect' in response) return { user: null, setCookies };
    const { id, email, name } = (response as { user: { id: string; email: string; name: string } }).user;
    const event: SignInEvent = { action: 'session.begin', method };
    await recordSignIn(control, { id, email }, event, peerAddress);
    return { user: { id, email, name }, setCookies };
  }

  const proven = (userId: UserId, headers: Headers, peerAddress: string) =>
    callAuth(() => auth.api.signInProven({ body: { userId }, headers: withPeer(headers, peerAddress), returnHeaders: true }));

  return {
    identity,
    sessions,
    withPassword: async ({ email, password }, headers, peerAddress) => {
      const waitMs = await throttle.begin(email, peerAddress);
      if (waitMs > 0) return { ok: false, error: tooManyAttempts(waitMs) };
      const answer = await callAuth(() =>
        auth.api.signInEmail({ body: { email, password }, headers: withPeer(headers, peerAddress), returnHeaders: true }),
      );
      if (!answer.ok) {
        noteWrongPassword(email, peerAddress).catch((error: unknown) => warn('sign-in: a refusal could not be written down', error));
        return fail('wrong-credentials', 'The e-mail or the password is wrong.');
      }
      await throttle.succeeded(email, peerAddress);
      return ok(await begun(answer.value, 'password', peerAddress));
    },
    withLink: async (token, headers, peerAddress) => {
      const userId = await links.consume(token);
      const answer = userId === undefined ? undefined : await proven(userId, headers, peerAddress);
      if (!answer?.ok) return fail('wrong-credentials', 'The sign-in link was used before or is older than 15 minutes.');
      return ok(await begun(answer.value, 'link', peerAddress));
    },
    withProvider: async (userId, provider, headers, peerAddress) => {
      const answer = await proven(userId, headers, peerAddress);
      if (!answer.ok) return fail('wrong-credentials', 'The account is not there any more.');
      return ok(await begun(answer.value, `single sign-on, ${provider}`, peerAddress));
    },
    withCode: async (code, headers, peerAddress) => {
      const { person, result } = await finishSignIn(identity, code, headers, peerAddress);
      if (!result.ok) {
        if (person !== null) await noteRefusal(person, 'second factor', 'wrong code', peerAddress);
        return result;
      }
      const [user] =
        person === null ? [] : await db.select({ id: users.id, email: users.email, name: users.name }).from(users).where(eq(users.id, person.id));
      if (user === undefined) return fail('wrong-credentials', 'The account is not there any more.');
      await recordSignIn(control, user, { action: 'session.begin', method: 'second factor' }, peerAddress);
      return ok({ user, setCookies: result.value.setCookies });
    },
    signOut: async (headers, peerAddress) => {
      const ending = await sessions.find(headers);
      sessions.forget(headers);
      const { headers: answer } = await auth.api.signOut({ headers, returnHeaders: true });
      sessions.forget(headers);
      if (ending !== undefined) await recordSignIn(control, ending.signedIn.user, { action: 'session.end', reason: 'signed out' }, peerAddress);
      return { setCookies: answer.getSetCookie() };
    },
    createSignInLink: async (userId) => `${SIGN_IN_LINK_PATH}?token=${await links.create(userId)}`,
  };
}
