import type { UserId } from '@sightglass/contract/ids';
import { hashPassword, verifyPassword } from 'better-auth/crypto';
import { and, eq, isNotNull } from 'drizzle-orm';
import type { Actor } from '../access/caller.ts';
import { notePerson } from '../audit/recordSignIn.ts';
import type { ControlDb, ControlTx } from '../control/connect.ts';
import { accounts, sessions, signInLinks, users } from '../control/tables/people.ts';
import { fail, ok, type Result } from '../result.ts';
import { tooManyAttempts } from './attempts.ts';
import { withPeer } from './callAuth.ts';
import type { Identity } from './identity.ts';
import { passwordProblem } from './passwordRules.ts';
import type { Post } from './post.ts';

/** Who is signed in and asks for something of their own. */
export interface Own {
  userId: UserId;
  email: string;
  address: string;
  headers: Headers;
}

export const actorOfOwn = ({ userId, email, address }: Pick<Own, 'userId' | 'email' | 'address'>): Actor => ({
  kind: 'member',
  id: userId,
  name: email,
  address,
});

const credentialOf = (userId: string) => and(eq(accounts.userId, userId), eq(accounts.providerId, 'credential'), isNotNull(accounts.password));

/** The hash of the person's password; undefined when there is none. */
async function passwordHashOf(db: Pick<ControlDb, 'select'>, userId: string): Promise<string | undefined> {
  const [row] = await db.select({ hash: accounts.password }).from(accounts).where(credentialOf(userId));
  return row?.hash ?? undefined;
}

export const hasPassword = async (db: Pick<ControlDb, 'select'>, userId: string): Promise<boolean> =>
  (await passwordHashOf(db, userId)) !== undefined;

/**
 * Whether `password` is the person's own, counted like a sign-in. Ok with false when they have none. `pointer` names its field in the
 * failure.
 */
export async function provePassword(identity: Identity, own: Own, password: string | undefined, pointer: string): Promise<Result<boolean>> {
  const hash = await passwordHashOf(identity.control.instanceDb, own.userId);
  if (hash === undefined) return ok(false);
  if (password === undefined) return fail('invalid-request', 'Your password is needed.', [{ pointer, message: 'is needed' }]);
  const waitMs = await identity.throttle.begin(own.email, own.address);
  if (waitMs > 0) return { ok: false, error: tooManyAttempts(waitMs) };
  if (!(await verifyPassword({ hash, password }))) {
    return fail('invalid-request', 'That is not your password.', [{ pointer, message: 'is not your password' }]);
  }
  await identity.throttle.succeeded(own.email, own.address);
  return ok(true);
}

/** Writes the password down and ends every session of the person. */
async function writePassword(tx: ControlTx, userId: string, hash: string, now: Date): Promise<void> {
  const changed = await tx.update(accounts).set({ password: hash, updatedAt: now }).where(credentialOf(userId)).returning({ id: accounts.id });
  if (changed.length === 0) {
    const moments = { createdAt: now, updatedAt: now };
    await tx
      .insert(accounts)
      .values({ id: crypto.randomUUID(), userId, providerId: 'credential', accountId: userId, password: hash, ...moments })
      .onConflictDoUpdate({ target: [accounts.providerId, accounts.accountId], set: { password: hash, updatedAt: now } });
  }
  await tx.delete(sessions).where(eq(sessions.userId, userId));
  await tx.delete(signInLinks).where(eq(signInLinks.userId, userId));
}

const DEAD_LINK = 'The link was used before or is older than 15 minutes. Ask for a new one.';

export interface Passwords {
  /** Sets the first password, or another one in place of `current`. Every session ends; the answer's cookies are those of a new one. */
  change(own: Own, current: string | undefined, next: string): Promise<Result<{ setCookies: string[] }>>;
  /** By the token of a mailed link. Whoever is signed in as this person is signed out. */
  reset(token: string, next: string, peerAddress: string): Promise<Result<undefined>>;
}

export function createPasswords(identity: Identity, post: Post): Passwords {
  const { control, auth, sessions: signedIn, oneTime, attempts, clock } = identity;

  const refused = (next: string, email: string) => {
    const problem = passwordProblem(next, email);
    return problem === undefined ? undefined : fail('invalid-request', `The password ${problem}.`, [{ pointer: '/new_password', message: problem }]);
  };

  return {
    change: async (own, current, next) => {
      const tooWeak = refused(next, own.email);
      if (tooWeak !== undefined) return tooWeak;
      const proven = await provePassword(identity, own, current, '/current_password');
      if (!proven.ok) return proven;
      const hash = await hashPassword(next);
      const changed = await control.changeInstance(actorOfOwn(own), async (tx, note) => {
        await writePassword(tx, own.userId, hash, new Date(clock()));
        await oneTime.revoke(tx, own.userId);
        await notePerson(tx, note, own.userId, {
          action: proven.value ? 'password.change' : 'password.set',
          target: own.userId,
          before: null,
          after: null,
        });
        return ok(undefined);
      });
      if (!changed.ok) return changed;
      signedIn.forget(own.headers);
      post.notify(own.email, 'passwordChanged');
      const renewed = await auth.api.renewSession({ body: { userId: own.userId }, headers: withPeer(own.headers, own.address), returnHeaders: true });
      return ok({ setCookies: renewed.headers.getSetCookie() });
    },

    reset: async (token, next, peerAddress) => {
      const waitMs = await attempts.count([{ of: ['password resets from', peerAddress], max: 50 }]);
      if (waitMs > 0) return { ok: false, error: tooManyAttempts(waitMs) };
      const found = await oneTime.find('reset-password', token);
      const [person] =
        found === undefined
          ? []
          : await control.instanceDb.select({ id: users.id, email: users.email }).from(users).where(eq(users.id, found.userId));
      // A link to an address that is the account's no more does not count.
      if (person === undefined || found?.value !== person.email) return fail('wrong-credentials', DEAD_LINK);
      const { id, email } = person;
      // Before the link is used up, so that it still works for a better one.
      const tooWeak = refused(next, email);
      if (tooWeak !== undefined) return tooWeak;
      const hash = await hashPassword(next);
      const changed = await control.changeInstance({ kind: 'member', id, name: email, address: peerAddress }, async (tx, note) => {
        if ((await oneTime.consume(tx, 'reset-password', token)) === undefined) return fail('wrong-credentials', DEAD_LINK);
        await writePassword(tx, id, hash, new Date(clock()));
        await oneTime.revoke(tx, id);
        await tx.update(users).set({ emailVerified: true }).where(eq(users.id, id));
        await notePerson(tx, note, id, { action: 'password.reset', target: id, before: null, after: null });
        return ok(undefined);
      });
      if (!changed.ok) return changed;
      post.notify(email, 'passwordChanged');
      return ok(undefined);
    },
  };
}
