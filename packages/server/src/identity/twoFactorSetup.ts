/** Switching the own second factor on and off. */
import { symmetricEncrypt } from 'better-auth/crypto';
import { eq } from 'drizzle-orm';
import type { Actor } from '../access/caller.ts';
import { notePerson } from '../audit/recordSignIn.ts';
import { sessions, twoFactors, users } from '../control/tables/people.ts';
import { fail, ok, type Result } from '../result.ts';
import { tooManyAttempts } from './attempts.ts';
import { newBackupCodes } from './backupCodes.ts';
import { callAuth, withPeer } from './callAuth.ts';
import type { Identity } from './identity.ts';
import { actorOfOwn, type Own, provePassword } from './passwords.ts';
import type { Post } from './post.ts';
import { presentCode } from './secondFactor.ts';

/** Codes of somebody who is signed in; wrong ones of who is not are bounded by better-auth (5 for a first step, 10 for an account). */
const CODES_MAX = 10;

export interface TwoFactorSetup {
  /** A secret that waits for its first code; asked again before, there is another one. */
  begin(own: Own, password: string | undefined): Promise<Result<{ uri: string; secret: string }>>;
  /** Switches it on. The session is another one afterwards. */
  confirm(own: Own, code: string): Promise<Result<{ backupCodes: string[]; setCookies: string[] }>>;
  renewBackupCodes(own: Own, proof: Proof): Promise<Result<{ backupCodes: string[] }>>;
  remove(own: Own, proof: Proof): Promise<Result<undefined>>;
  /** By an owner of the instance, for somebody who has lost it. Every session of theirs ends. */
  reset(by: Actor, userId: string): Promise<Result<undefined>>;
}

/** The password, or a code. */
export interface Proof {
  password?: string | undefined;
  code?: string | undefined;
}

export async function countBackupCodes({ auth }: Identity, userId: string): Promise<number> {
  const codes = await callAuth(() => auth.api.viewBackupCodes({ body: { userId } }));
  return codes.ok ? codes.value.backupCodes.length : 0;
}

export function createTwoFactorSetup(identity: Identity, post: Post): TwoFactorSetup {
  const { control, auth, sessions: signedIn, attempts } = identity;
  const { instanceDb: db } = control;

  const isOn = async (userId: string): Promise<boolean> => {
    const [row] = await db.select({ on: users.twoFactorEnabled }).from(users).where(eq(users.id, userId));
    return row?.on ?? false;
  };
  const codeSubject = ({ userId }: Own) => ['codes of', userId];

  async function proveCode(own: Own, code: string): Promise<Result<{ headers: Headers }>> {
    const waitMs = await attempts.count([{ of: codeSubject(own), max: CODES_MAX }]);
    if (waitMs > 0) return { ok: false, error: tooManyAttempts(waitMs, 'Too many wrong codes.') };
    const answer = await presentCode(identity, own.userId, code, withPeer(own.headers, own.address));
    if (!answer.ok) {
      const message = 'is wrong, too old, or was used before';
      return fail('invalid-request', `The code ${message}.`, [{ pointer: '/code', message }]);
    }
    await attempts.forget(codeSubject(own));
    return ok(answer.value);
  }

  async function prove(own: Own, { password, code }: Proof): Promise<Result<undefined>> {
    if (code !== undefined) {
      const proven = await proveCode(own, code);
      return proven.ok ? ok(undefined) : proven;
    }
    const proven = await provePassword(identity, own, password, '/password');
    if (!proven.ok) return proven;
    return proven.value ? ok(undefined) : fail('invalid-request', 'A code is needed.', [{ pointer: '/code', message: 'is needed' }]);
  }

  /** Takes the second factor of a person, in the audit log as `action`. */
  const take = (by: Actor, userId: string, action: string, endsSessions: boolean) =>
    control.changeInstance<undefined>(by, async (tx, note) => {
      const taken = await tx.update(users).set({ twoFactorEnabled: false }).where(eq(users.id, userId)).returning({ id: users.id });
      if (taken.length === 0) return fail('not-found', 'There is no such person.');
      const removed = await tx.delete(twoFactors).where(eq(twoFactors.userId, userId)).returning({ verified: twoFactors.verified });
      if (!removed.some(({ verified }) => verified)) return fail('conflict', 'There is no second factor to take.');
      if (endsSessions) await tx.delete(sessions).where(eq(sessions.userId, userId));
      await notePerson(tx, note, userId, { action, target: userId, before: { two_factor_enabled: true }, after: { two_factor_enabled: false } });
      return ok(undefined);
    });

  return {
    begin: async (own, password) => {
      if (await isOn(own.userId)) return fail('conflict', 'There is a second factor already; remove it first.');
      const proven = await provePassword(identity, own, password, '/password');
      if (!proven.ok) return proven;
      const body = { ...(password === undefined ? {} : { password }), method: 'totp' as const, issuer: 'Sightglass' };
      const made = await callAuth(() => auth.api.enableTwoFactor({ body, headers: own.headers }));
      if (!made.ok || made.value.method !== 'totp') return fail('conflict', 'There is a second factor already; remove it first.');
      const uri = made.value.totpURI;
      return ok({ uri, secret: new URL(uri).searchParams.get('secret') ?? '' });
    },

    confirm: async (own, code) => {
      const [waiting] = await db.select({ verified: twoFactors.verified }).from(twoFactors).where(eq(twoFactors.userId, own.userId));
      if (waiting === undefined || waiting.verified) return fail('conflict', 'Nothing waits to be confirmed; begin again.');
      const proven = await proveCode(own, code);
      if (!proven.ok) return proven;
      signedIn.forget(own.headers);
      await control.changeInstance(actorOfOwn(own), async (tx, note) => {
        const change = { before: { two_factor_enabled: false }, after: { two_factor_enabled: true } };
        await notePerson(tx, note, own.userId, { action: 'two_factor.enable', target: own.userId, ...change });
        return ok(undefined);
      });
      post.notify(own.email, 'twoFactorOn');
      const { backupCodes } = await auth.api.viewBackupCodes({ body: { userId: own.userId } });
      return ok({ backupCodes, setCookies: proven.value.headers.getSetCookie() });
    },

    renewBackupCodes: async (own, proof) => {
      if (!(await isOn(own.userId))) return fail('conflict', 'There is no second factor.');
      const proven = await prove(own, proof);
      if (!proven.ok) return proven;
      const backupCodes = newBackupCodes();
      // As the plugin keeps them.
      const { secretConfig } = await auth.$context;
      const sealed = await symmetricEncrypt({ key: secretConfig, data: JSON.stringify(backupCodes) });
      return control.changeInstance(actorOfOwn(own), async (tx, note) => {
        const changed = await tx
          .update(twoFactors)
          .set({ backupCodes: sealed })
          .where(eq(twoFactors.userId, own.userId))
          .returning({ id: twoFactors.id });
        if (changed.length === 0) return fail('conflict', 'There is no second factor.');
        await notePerson(tx, note, own.userId, { action: 'two_factor.renew_backup_codes', target: own.userId, before: null, after: null });
        return ok({ backupCodes });
      });
    },

    remove: async (own, proof) => {
      if (!(await isOn(own.userId))) return fail('conflict', 'There is no second factor.');
      const proven = await prove(own, proof);
      if (!proven.ok) return proven;
      const taken = await take(actorOfOwn(own), own.userId, 'two_factor.disable', false);
      if (taken.ok) post.notify(own.email, 'twoFactorOff');
      return taken;
    },

    reset: async (by, userId) => {
      const taken = await take(by, userId, 'two_factor.reset', true);
      if (!taken.ok) return taken;
      const [person] = await db.select({ email: users.email }).from(users).where(eq(users.id, userId));
      if (person !== undefined) post.notify(person.email, 'twoFactorReset');
      return taken;
    },
  };
}
