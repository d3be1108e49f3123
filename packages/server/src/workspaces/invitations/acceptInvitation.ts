/** Joining by the link of an invitation: as who is signed in, or as a new person. */
import type { UserId, WorkspaceId } from '@sightglass/contract/ids';
import type { AcceptInvitation, OfferedInvitation } from '@sightglass/contract/routes/invitations';
import { passwordProblem } from '../../identity/passwordRules.ts';
import { hashPassword } from 'better-auth/crypto';
import { and, eq, isNull } from 'drizzle-orm';
import type { Actor } from '../../access/caller.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { isUniqueViolation } from '../../control/controlError.ts';
import { accounts, users } from '../../control/tables/people.ts';
import { customRoles, invitations, members, workspaces } from '../../control/tables/workspaces.ts';
import type { SignedIn } from '../../identity/sessions.ts';
import type { SignedInAnswer, SignIn } from '../../identity/signIn.ts';
import type { SignInThrottle } from '../../identity/signInThrottle.ts';
import { createId } from '../../prefixedId.ts';
import { fail, ok, type Result } from '../../result.ts';
import { lockMembership } from '../lockMembership.ts';
import { shownRole } from '../roles/heldRole.ts';
import { invitationStatus } from './invitations.ts';
import { hashToken } from './invitationToken.ts';

type Person = SignedIn['user'];

export interface AcceptingDependencies {
  control: Pick<ControlConnection, 'instanceDb' | 'changeInstance'>;
  signIn: Pick<SignIn, 'sessions' | 'withPassword'>;
  throttle: SignInThrottle;
  /** Whether the links go out by mail alone: then whoever has one reads the mails of that address. */
  provesAddress: boolean;
  clock: () => number;
}

export interface Joined {
  user: SignedInAnswer['user'];
  workspace: { name: string; slug: string };
  /** Begin the session of a new person. */
  setCookies: string[];
}

export interface Accepting {
  read(token: string, headers: Headers, peerAddress: string): Promise<Result<OfferedInvitation>>;
  accept(request: AcceptInvitation, headers: Headers, peerAddress: string): Promise<Result<Joined>>;
}

const OFFER_COLUMNS = {
  id: invitations.id,
  email: invitations.email,
  role: invitations.role,
  customRoleId: invitations.customRoleId,
  roleName: customRoles.name,
  expiresAt: invitations.expiresAt,
  acceptedAt: invitations.acceptedAt,
  revokedAt: invitations.revokedAt,
  workspaceId: workspaces.id,
  workspaceName: workspaces.name,
  slug: workspaces.slug,
};

type Offer = Awaited<ReturnType<typeof offersOf>>[number];

/** An invitation is looked up before its workspace is known. */
const offersOf = (db: Pick<ControlTx, 'select'>, token: string) =>
  db
    .select(OFFER_COLUMNS)
    .from(invitations)
    .innerJoin(workspaces, and(eq(workspaces.id, invitations.workspaceId), isNull(workspaces.deletingSince)))
    .leftJoin(customRoles, and(eq(customRoles.workspaceId, invitations.workspaceId), eq(customRoles.id, invitations.customRoleId)))
    .where(eq(invitations.tokenHash, hashToken(token)));

const CLOSED = {
  accepted: 'The invitation was accepted already. Sign in instead.',
  revoked: 'The invitation was revoked. Ask whoever sent it for another one.',
  expired: 'The invitation is too old. Ask whoever sent it for another one.',
} as const;

function openOffer(offer: Offer | undefined, nowMs: number): Result<Offer> {
  if (offer === undefined) return fail('not-found', 'There is no such invitation. A later link for the same address ends the ones before.');
  const status = invitationStatus(offer, nowMs);
  return status === 'open' ? ok(offer) : fail('conflict', CLOSED[status]);
}

export function createAccepting({ control, signIn, throttle, provesAddress, clock }: AcceptingDependencies): Accepting {
  const { instanceDb } = control;

  /** Counts the attempt before the token is looked at; one that finds something does not count. */
  async function findOffer(token: string, peerAddress: string): Promise<Result<Offer>> {
    const subject = `invitation ${hashToken(token).toString('base64url')}`;
    const waitMs = await throttle.begin(subject, peerAddress);
    if (waitMs > 0) {
      const { error } = fail('too-many-requests', `Too many attempts. Try again in ${Math.ceil(waitMs / 60_000)} minutes.`);
      return { ok: false, error: { ...error, retryAfterSeconds: Math.ceil(waitMs / 1_000) } };
    }
    const [found] = await offersOf(instanceDb, token);
    const offer = openOffer(found, clock());
    if (offer.ok) await throttle.succeeded(subject, peerAddress);
    return offer;
  }

  const personWith = async (db: Pick<ControlTx, 'select'>, email: string): Promise<Person | undefined> => {
    const [row] = await db.select({ id: users.id, email: users.email, name: users.name }).from(users).where(eq(users.email, email));
    return row === undefined ? undefined : { ...row, id: row.id as UserId };
  };

  /** Takes the invitation and makes the member, and `newcomer` before, in one transaction: of two who come at once one joins. */
  function join(token: string, person: Person, newcomer: { passwordHash: string } | undefined, peerAddress: string): Promise<Result<Offer>> {
    const by: Actor = { kind: 'member', id: person.id, name: person.email, address: peerAddress };
    return control.changeInstance(by, async (tx, note) => {
      const [seen] = await offersOf(tx, token);
      const workspaceId = seen?.workspaceId as WorkspaceId | undefined;
      if (workspaceId !== undefined) await lockMembership(tx, workspaceId);
      // Again, now that nobody else changes it.
      const [found] = await offersOf(tx, token);
      const offer = openOffer(found, clock());
      if (!offer.ok || workspaceId === undefined) return offer;
      const { id, email, role, customRoleId, roleName } = offer.value;
      const now = new Date(clock());
      if (newcomer !== undefined) await insertPerson(tx, person, newcomer.passwordHash, provesAddress, now);
      await tx.update(invitations).set({ acceptedAt: now }).where(eq(invitations.id, id));
      const joined = await tx
        .insert(members)
        .values({ workspaceId, userId: person.id, role, customRoleId, createdAt: now })
        .onConflictDoNothing()
        .returning({ id: members.userId });
      if (joined.length === 0) return fail('conflict', 'You are a member of the workspace already.');
      note(workspaceId, {
        action: 'invitation.accept',
        target: id,
        before: null,
        after: { email, user_id: person.id, name: person.name, new_account: newcomer !== undefined, ...shownRole({ role, customRoleId }, roleName) },
      });
      return offer;
    });
  }

  async function joinAsNewcomer(offer: Offer, request: AcceptInvitation, headers: Headers, peerAddress: string): Promise<Result<Joined>> {
    const { token, name = '', password = '' } = request;
    const wrongPassword = passwordProblem(password, offer.email);
    const errors = [
      ...(name === '' ? [{ pointer: '/name', message: 'is needed for a new account' }] : []),
      ...(wrongPassword === undefined ? [] : [{ pointer: '/password', message: wrongPassword }]),
    ];
    if (errors.length > 0) {
      return fail('invalid-request', 'A new account needs a name and a password.', errors);
    }
    const person: Person = { id: createId('user'), email: offer.email, name };
    const passwordHash = await hashPassword(password);
    try {
      const joined = await join(token, person, { passwordHash }, peerAddress);
      if (!joined.ok) return joined;
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      return fail('conflict', `There is an account of ${offer.email} by now. Sign in to it first.`);
    }
    const session = await signIn.withPassword({ email: offer.email, password }, headers, peerAddress);
    return ok({ user: person, workspace: workspaceOf(offer), setCookies: session.ok ? session.value.setCookies : [] });
  }

  const signedInPerson = async (headers: Headers): Promise<Person | undefined> => (await signIn.sessions.find(headers))?.signedIn.user;

  return {
    read: async (token, headers, peerAddress) => {
      const offer = await findOffer(token, peerAddress);
      if (!offer.ok) return offer;
      const { email, expiresAt, roleName } = offer.value;
      return ok({
        workspace: workspaceOf(offer.value),
        email,
        role_name: shownRole(offer.value, roleName).role_name,
        expires_at: expiresAt.toISOString(),
        has_account: (await personWith(instanceDb, email)) !== undefined,
        signed_in_as: (await signedInPerson(headers))?.email ?? null,
      });
    },

    accept: async (request, headers, peerAddress) => {
      const offer = await findOffer(request.token, peerAddress);
      if (!offer.ok) return offer;
      const { email } = offer.value;
      const person = await signedInPerson(headers);
      if (person !== undefined) {
        if (person.email.toLowerCase() !== email) {
          return fail('conflict', `The invitation is for ${email}, and you are signed in as ${person.email}. Sign out first.`);
        }
        const joined = await join(request.token, person, undefined, peerAddress);
        if (!joined.ok) return joined;
        signIn.sessions.forget(headers);
        return ok({ user: person, workspace: workspaceOf(joined.value), setCookies: [] });
      }
      if ((await personWith(instanceDb, email)) !== undefined) return fail('not-signed-in', `There is an account of ${email}. Sign in to it first.`);
      return joinAsNewcomer(offer.value, request, headers, peerAddress);
    },
  };
}

const workspaceOf = ({ workspaceName, slug }: Offer) => ({ name: workspaceName, slug });

/** A person who signs in by password. */
async function insertPerson(tx: ControlTx, { id, email, name }: Person, passwordHash: string, emailVerified: boolean, now: Date): Promise<void> {
  const moments = { createdAt: now, updatedAt: now };
  await tx.insert(users).values({ id, email, name, emailVerified, ...moments });
  await tx
    .insert(accounts)
    .values({ id: crypto.randomUUID(), userId: id, providerId: 'credential', accountId: id, password: passwordHash, ...moments });
}
