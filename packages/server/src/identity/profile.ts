import type { UserId } from '@sightglass/contract/ids';
import type { Profile, ProfilePatch } from '@sightglass/contract/routes/profile';
import { and, asc, eq, isNull, like } from 'drizzle-orm';
import { notePerson } from '../audit/recordSignIn.ts';
import { isUniqueViolation } from '../control/controlError.ts';
import { accounts, identityProviders, signInLinks, users } from '../control/tables/people.ts';
import { customRoles, members, workspaces } from '../control/tables/workspaces.ts';
import { fail, ok, type Result } from '../result.ts';
import { tooManyAttempts } from './attempts.ts';
import type { Identity } from './identity.ts';
import { MAILS_MAX } from './mailedLinks.ts';
import { actorOfOwn, hasPassword, type Own, provePassword } from './passwords.ts';
import type { Post } from './post.ts';
import { issuerOfAccount, OIDC_ACCOUNTS } from './providers/providerAccount.ts';
import { countBackupCodes } from './twoFactorSetup.ts';

/** A new address waits longer than a sign-in: its mailbox may have to be set up first. */
export const CONFIRM_EMAIL_LIFETIME_MS = 60 * 60_000;

export interface Profiles {
  /** Throws when the person is gone, which ends their sessions, too. */
  read(userId: UserId): Promise<Profile>;
  /** `host`: of the request, for the link. */
  change(own: Own, patch: ProfilePatch, host: string | undefined): Promise<Result<Profile>>;
  /** Takes the address for which the token was mailed; only whoever asked for it can. */
  confirmEmail(own: Own, token: string): Promise<Result<Profile>>;
}

export function createProfiles(identity: Identity, post: Post): Profiles {
  const { control, oneTime, attempts, sessions, clock, warn } = identity;
  const { instanceDb: db } = control;

  async function read(userId: UserId): Promise<Profile> {
    const [person] = await db.select().from(users).where(eq(users.id, userId));
    if (person === undefined) throw new Error('The account of a session does not exist');
    const [memberOf, linked, waiting] = await Promise.all([
      db
        .select({ id: workspaces.id, slug: workspaces.slug, name: workspaces.name, role: members.role, customRole: customRoles.name })
        .from(members)
        .innerJoin(workspaces, and(eq(workspaces.id, members.workspaceId), isNull(workspaces.deletingSince)))
        .leftJoin(customRoles, and(eq(customRoles.workspaceId, members.workspaceId), eq(customRoles.id, members.customRoleId)))
        .where(eq(members.userId, userId))
        .orderBy(asc(workspaces.createdAt), asc(workspaces.id)),
      db
        .select({ providerId: accounts.providerId })
        .from(accounts)
        .where(and(eq(accounts.userId, userId), like(accounts.providerId, `${OIDC_ACCOUNTS}%`))),
      oneTime.waiting('change-email', userId),
    ]);
    const named =
      linked.length === 0 ? [] : await db.select({ issuer: identityProviders.issuer, name: identityProviders.name }).from(identityProviders);
    const enabled = person.twoFactorEnabled;
    return {
      id: person.id,
      email: person.email,
      name: person.name,
      new_email: waiting[0] ?? null,
      has_password: await hasPassword(db, userId),
      two_factor: { enabled, backup_codes_left: enabled ? await countBackupCodes(identity, userId) : 0 },
      providers: linked.map(({ providerId }) => {
        const issuer = issuerOfAccount(providerId);
        return { issuer, name: named.find((provider) => provider.issuer === issuer)?.name ?? null };
      }),
      workspaces: memberOf.map(({ id, slug, name, role, customRole }) => ({ id, slug, name, role: customRole ?? role })),
      instance_owner: person.instanceOwner,
      mail_delivers: post.delivers,
      created_at: person.createdAt.toISOString(),
    };
  }

  async function rename(own: Own, name: string): Promise<Result<undefined>> {
    const changed = await control.changeInstance<undefined>(actorOfOwn(own), async (tx, note) => {
      const [before] = await tx.select({ name: users.name }).from(users).where(eq(users.id, own.userId)).for('update');
      if (before === undefined) return fail('not-found', 'There is no such person.');
      if (before.name === name) return ok(undefined);
      await tx
        .update(users)
        .set({ name, updatedAt: new Date(clock()) })
        .where(eq(users.id, own.userId));
      await notePerson(tx, note, own.userId, { action: 'person.rename', target: own.userId, before, after: { name } });
      return ok(undefined);
    });
    sessions.forget(own.headers);
    return changed;
  }

  /** Mails the link. Whether the address is somebody else's already is not told: then nothing is mailed. */
  async function askForEmail(own: Own, email: string, password: string | undefined, host: string | undefined): Promise<Result<undefined>> {
    const base = post.linkBase(host);
    if (base === undefined) {
      return fail('conflict', 'This instance cannot mail links: its operator has to set SMTP_HOST and SIGHTGLASS_PUBLIC_URL.');
    }
    const proven = await provePassword(identity, own, password, '/password');
    if (!proven.ok) return proven;
    const waitMs = await attempts.count([{ of: ['new addresses of', own.userId], max: MAILS_MAX.toAddress }]);
    if (waitMs > 0) return { ok: false, error: tooManyAttempts(waitMs, 'Too many mails were asked for.') };
    await control.changeInstance(actorOfOwn(own), async (tx) => ok(await oneTime.revoke(tx, own.userId)));
    const token = await oneTime.create('change-email', own.userId, email, CONFIRM_EMAIL_LIFETIME_MS);
    const [taken] = await db.select({ id: users.id }).from(users).where(eq(users.email, email));
    if (taken === undefined) {
      post
        .sendLink('confirmEmail', email, { base, token, lifetimeMs: CONFIRM_EMAIL_LIFETIME_MS })
        .catch((error: unknown) => warn('sign-in: a link could not be mailed', error));
    }
    return ok(undefined);
  }

  return {
    read,
    change: async (own, { name, email, password }, host) => {
      if (email !== undefined && email !== own.email) {
        const asked = await askForEmail(own, email, password, host);
        if (!asked.ok) return asked;
      }
      if (name !== undefined) {
        const renamed = await rename(own, name);
        if (!renamed.ok) return renamed;
      }
      return ok(await read(own.userId));
    },

    confirmEmail: async (own, token) => {
      try {
        const changed = await control.changeInstance<undefined>(actorOfOwn(own), async (tx, note) => {
          const used = await oneTime.consume(tx, 'change-email', token);
          if (used === undefined || used.userId !== own.userId) {
            return fail('invalid-request', 'The link was used before, is too old, or is for another account. Ask for a new one in your profile.', [
              { pointer: '/token', message: 'was used before, is too old, or is for another account' },
            ]);
          }
          const email = used.value;
          await tx
            .update(users)
            .set({ email, emailVerified: true, updatedAt: new Date(clock()) })
            .where(eq(users.id, own.userId));
          // What was mailed to the old address opens nothing any more.
          await oneTime.revoke(tx, own.userId);
          await tx.delete(signInLinks).where(eq(signInLinks.userId, own.userId));
          await notePerson(tx, note, own.userId, {
            action: 'person.change_email',
            target: own.userId,
            before: { email: own.email },
            after: { email },
          });
          return ok(undefined);
        });
        if (!changed.ok) return changed;
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        return fail('conflict', 'That address belongs to another account by now.');
      }
      sessions.forget(own.headers);
      post.notify(own.email, 'emailChanged');
      return ok(await read(own.userId));
    },
  };
}
