/** Which account somebody who comes from a provider gets. */
import type { UserId, WorkspaceId } from '@sightglass/contract/ids';
import type { SignInError } from '@sightglass/contract/routes/signIn';
import { and, eq, isNull } from 'drizzle-orm';
import type { Actor } from '../../access/caller.ts';
import { notePerson } from '../../audit/recordSignIn.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { isUniqueViolation } from '../../control/controlError.ts';
import { accounts, sessions, signInLinks, twoFactors, users } from '../../control/tables/people.ts';
import { members, workspaces } from '../../control/tables/workspaces.ts';
import type { InstanceNote } from '../../control/workspaceDb.ts';
import { createId } from '../../prefixedId.ts';
import { ok } from '../../result.ts';
import { lockMembership } from '../../workspaces/lockMembership.ts';
import { accountOfIssuer } from './providerAccount.ts';
import type { KnownProvider } from './providerStore.ts';

/** What the provider says of the person, checked. */
export interface Claims {
  issuer: string;
  subject: string;
  /** Null: not sent. */
  email: string | null;
  emailVerified: boolean;
  name: string | null;
}

export type FoundPerson = { ok: true; userId: UserId } | { ok: false; error: SignInError };

export interface PersonOfClaimsOptions {
  control: Pick<ControlConnection, 'instanceDb' | 'changeInstance'>;
  clock: () => number;
}

/**
 * By issuer and subject when they came before; else by the e-mail address that the provider has verified, of a domain that may come in;
 * else somebody new, who joins the provider's workspace as a viewer. Whoever was removed from it stays so: they are not new.
 */
export async function personOfClaims(
  options: PersonOfClaimsOptions,
  provider: Pick<KnownProvider, 'id' | 'name' | 'emailDomains' | 'joinWorkspace'>,
  claims: Claims,
  address: string,
): Promise<FoundPerson> {
  const { control, clock } = options;
  const account = accountOfIssuer(claims.issuer);
  const [linked] = await control.instanceDb
    .select({ userId: accounts.userId })
    .from(accounts)
    .where(and(eq(accounts.providerId, account), eq(accounts.accountId, claims.subject)));
  if (linked !== undefined) return { ok: true, userId: linked.userId as UserId };

  const email = claims.email?.trim().toLowerCase() ?? '';
  if (!claims.emailVerified || !/^[^@\s]+@[^@\s]+$/.test(email)) return { ok: false, error: 'no-email' };
  const domain = email.slice(email.lastIndexOf('@') + 1);
  if (provider.emailDomains.length > 0 && !provider.emailDomains.includes(domain)) return { ok: false, error: 'wrong-domain' };

  const link = async (tx: ControlTx, userId: string, now: Date) => {
    const moments = { createdAt: now, updatedAt: now };
    await tx.insert(accounts).values({ id: crypto.randomUUID(), userId, providerId: account, accountId: claims.subject, ...moments });
  };
  const by = (id: string): Actor => ({ kind: 'member', id, name: email, address });
  const via = { provider: provider.name, provider_id: provider.id };

  async function linkOrJoin(): Promise<FoundPerson> {
    const now = new Date(clock());
    const [known] = await control.instanceDb.select().from(users).where(eq(users.email, email));
    if (known !== undefined) {
      await control.changeInstance(by(known.id), async (tx, note) => {
        if (!known.emailVerified) await takeOver(tx, known.id, now);
        await link(tx, known.id, now);
        await notePerson(tx, note, known.id, {
          action: 'person.link_provider',
          target: known.id,
          before: null,
          after: { ...via, ...(known.emailVerified ? {} : { earlier_ways_to_sign_in_removed: true }) },
        });
        return ok(undefined);
      });
      return { ok: true, userId: known.id as UserId };
    }
    const userId = createId('user');
    const joined = await control.changeInstance(by(userId), async (tx, note) => {
      const workspaceId = await openWorkspace(tx, provider.joinWorkspace);
      if (workspaceId === undefined) return ok(false);
      const name =
        claims.name
          ?.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
          .trim()
          .slice(0, 100) || email.slice(0, email.lastIndexOf('@'));
      await tx.insert(users).values({ id: userId, email, name, emailVerified: true, createdAt: now, updatedAt: now });
      await link(tx, userId, now);
      await join(tx, note, workspaceId, { userId, email, name }, now);
      return ok(true);
    });
    return joined.ok && joined.value ? { ok: true, userId } : { ok: false, error: 'no-account' };
  }

  async function join(
    tx: ControlTx,
    note: InstanceNote,
    workspaceId: WorkspaceId,
    { userId, name }: { userId: string; email: string; name: string },
    now: Date,
  ) {
    await tx.insert(members).values({ workspaceId, userId, role: 'viewer', createdAt: now });
    note(workspaceId, { action: 'member.join', target: userId, before: null, after: { email, name, role: 'viewer', new_account: true, ...via } });
  }

  try {
    return await linkOrJoin();
  } catch (error) {
    // The same person came in by two doors at once: by now there is an account.
    if (!isUniqueViolation(error)) throw error;
    const [now] = await control.instanceDb
      .select({ userId: accounts.userId })
      .from(accounts)
      .where(and(eq(accounts.providerId, account), eq(accounts.accountId, claims.subject)));
    return now === undefined ? linkOrJoin() : { ok: true, userId: now.userId as UserId };
  }
}

async function openWorkspace(tx: ControlTx, slug: string | null): Promise<WorkspaceId | undefined> {
  if (slug === null) return undefined;
  const [found] = await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(and(eq(workspaces.slug, slug), isNull(workspaces.deletingSince)));
  const id = found?.id as WorkspaceId | undefined;
  return id !== undefined && (await lockMembership(tx, id)) ? id : undefined;
}

/**
 * Nobody has ever shown that the address of this account is theirs, and now its owner comes: whatever somebody else has prepared, to
 * wait for them in their account, is taken off it.
 */
async function takeOver(tx: ControlTx, userId: string, now: Date): Promise<void> {
  await tx.delete(accounts).where(eq(accounts.userId, userId));
  await tx.delete(sessions).where(eq(sessions.userId, userId));
  await tx.delete(twoFactors).where(eq(twoFactors.userId, userId));
  await tx.delete(signInLinks).where(eq(signInLinks.userId, userId));
  await tx.update(users).set({ emailVerified: true, twoFactorEnabled: false, updatedAt: now }).where(eq(users.id, userId));
}
