/** Asking people to join: made, sent again, revoked. Joining is in `acceptInvitation.ts`. */
import type { ControlListQuery } from '@sightglass/contract/controlList';
import type { WorkspaceId } from '@sightglass/contract/ids';
import {
  type Invitation,
  INVITATION_DAYS,
  type INVITATION_STATUSES,
  type NewInvitation,
  OPEN_INVITATIONS_MAX,
  type SentInvitation,
} from '@sightglass/contract/routes/invitations';
import { and, count, eq, gt, isNull, sql } from 'drizzle-orm';
import { type Actor, actorOf, type Caller } from '../../access/caller.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { type Page, pageAfter, toPage } from '../../control/page.ts';
import { users } from '../../control/tables/people.ts';
import { customRoles, invitations, members, workspaces } from '../../control/tables/workspaces.ts';
import type { Mailer } from '../../mail/mailer.ts';
import { createId } from '../../prefixedId.ts';
import { fail, ok, type Result } from '../../result.ts';
import { lockMembership } from '../lockMembership.ts';
import { memberPermissions } from '../memberPermissions.ts';
import { refusedAuthority } from '../roles/authority.ts';
import { findRole, shownRole } from '../roles/heldRole.ts';
import { invitationMail } from './invitationMail.ts';
import { createToken, hashToken, invitationLink } from './invitationToken.ts';

export const INVITATION_MS = INVITATION_DAYS * 86_400_000;

export interface InvitationDependencies {
  control: Pick<ControlConnection, 'ofWorkspace'>;
  mailer: Pick<Mailer, 'delivers' | 'send'>;
  /** Where mails only go to the log, whoever invites hands on the link. */
  showsLinks: boolean;
  clock: () => number;
}

/** Who invites, and by which address people reach the program: `https://obs.example.com`. */
export interface Inviter {
  caller: Caller;
  address: string;
}

const NO_SUCH_INVITATION = fail('not-found', 'There is no such invitation in this workspace.');
const NO_MAIL = fail('conflict', 'An invitation is sent by mail, and no mail server is set up: the operator can set SMTP_HOST.');

const INVITATION_COLUMNS = {
  id: invitations.id,
  email: invitations.email,
  role: invitations.role,
  customRoleId: invitations.customRoleId,
  roleName: customRoles.name,
  rolePermissions: customRoles.permissions,
  createdAt: invitations.createdAt,
  createdBy: invitations.createdBy,
  expiresAt: invitations.expiresAt,
  acceptedAt: invitations.acceptedAt,
  revokedAt: invitations.revokedAt,
};

const invitationsOf = (tx: Pick<ControlTx, 'select'>) =>
  tx
    .select(INVITATION_COLUMNS)
    .from(invitations)
    .leftJoin(customRoles, and(eq(customRoles.workspaceId, invitations.workspaceId), eq(customRoles.id, invitations.customRoleId)))
    .$dynamic();

type InvitationRow = Awaited<ReturnType<typeof invitationsOf>>[number];

export function invitationStatus(
  { acceptedAt, revokedAt, expiresAt }: Pick<InvitationRow, 'acceptedAt' | 'revokedAt' | 'expiresAt'>,
  nowMs: number,
): (typeof INVITATION_STATUSES)[number] {
  if (acceptedAt !== null) return 'accepted';
  if (revokedAt !== null) return 'revoked';
  return expiresAt.getTime() <= nowMs ? 'expired' : 'open';
}

const shownInvitation = (row: InvitationRow, nowMs: number): Invitation => ({
  id: row.id,
  email: row.email,
  ...shownRole(row, row.roleName),
  status: invitationStatus(row, nowMs),
  created_at: row.createdAt.toISOString(),
  created_by: row.createdBy,
  expires_at: row.expiresAt.toISOString(),
  accepted_at: row.acceptedAt?.toISOString() ?? null,
  revoked_at: row.revokedAt?.toISOString() ?? null,
});

/** What the audit log tells of an invitation. */
const auditedInvitation = (row: InvitationRow) => ({ email: row.email, ...shownRole(row, row.roleName), expires_at: row.expiresAt });

export interface Invitations {
  list(workspaceId: WorkspaceId, query: ControlListQuery): Promise<Result<Page<Invitation>>>;
  /** An open invitation of the same address ends. */
  create(inviter: Inviter, invitation: NewInvitation): Promise<Result<SentInvitation>>;
  /** A new token and seven more days; the link before ends. Also when the old one is too old. */
  resend(inviter: Inviter, id: string): Promise<Result<SentInvitation>>;
  /** Revoking again, or what is too old, changes nothing that matters and is no failure. */
  revoke(caller: Caller, id: string): Promise<Result<undefined>>;
}

export function createInvitations({ control, mailer, showsLinks, clock }: InvitationDependencies): Invitations {
  const one = async (tx: ControlTx, workspaceId: WorkspaceId, id: string): Promise<InvitationRow | undefined> => {
    const [row] = await invitationsOf(tx).where(and(eq(invitations.workspaceId, workspaceId), eq(invitations.id, id)));
    return row;
  };

  /** Once the invitation stands: a mail that cannot be sent does not undo it. */
  async function send({ caller, address }: Inviter, { row, workspaceName }: Made, token: string): Promise<Result<SentInvitation>> {
    const link = invitationLink(address, token);
    const shown = shownInvitation(row, clock());
    const mail = invitationMail({ email: row.email, workspaceName, roleName: shown.role_name, invitedBy: inviterName(actorOf(caller)), link });
    const sent = await mailer.send(mail);
    return ok({ ...shown, link: showsLinks ? link : null, mail_error: sent.ok ? null : sent.error.message });
  }

  return {
    list: async (workspaceId, { limit, cursor }) => {
      const after = pageAfter(cursor, invitations);
      if (!after.ok) return after;
      const { where, order } = after.value;
      const rows = await control.ofWorkspace(workspaceId).read((tx) =>
        invitationsOf(tx)
          .where(and(eq(invitations.workspaceId, workspaceId), where))
          .orderBy(...order)
          .limit(limit + 1),
      );
      const nowMs = clock();
      return ok(toPage(rows, limit, (row) => shownInvitation(row, nowMs)));
    },

    create: async (inviter, { email, role: roleId }) => {
      if (!mailer.delivers) return NO_MAIL;
      const { caller } = inviter;
      const { workspaceId } = caller;
      const token = createToken();
      const now = new Date(clock());
      const made = await control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note): Promise<Result<Made>> => {
        const workspaceName = await namedWorkspace(tx, workspaceId);
        if (workspaceName === undefined) return NO_SUCH_INVITATION;
        const role = await findRole(tx, workspaceId, roleId);
        if (!role.ok) return role;
        const refused = refusedAuthority(caller, role.value.permissions, `The role “${role.value.name}”`);
        if (refused !== undefined) return { ok: false, error: refused };
        if (await isMemberAddress(tx, workspaceId, email)) return alreadyMember(email);
        const openOnes = and(
          eq(invitations.workspaceId, workspaceId),
          isNull(invitations.acceptedAt),
          isNull(invitations.revokedAt),
          gt(invitations.expiresAt, now),
        );
        const replaced = await tx
          .update(invitations)
          .set({ revokedAt: now })
          .where(and(openOnes, eq(invitations.email, email)))
          .returning({ id: invitations.id });
        const [there] = await tx.select({ open: count() }).from(invitations).where(openOnes);
        if ((there?.open ?? 0) >= OPEN_INVITATIONS_MAX) {
          return fail('conflict', `A workspace has at most ${OPEN_INVITATIONS_MAX} open invitations; revoke some first.`);
        }
        const id = createId('invitation');
        await tx.insert(invitations).values({
          id,
          workspaceId,
          email,
          ...role.value.columns,
          tokenHash: hashToken(token),
          createdAt: now,
          createdBy: actorOf(caller).id,
          expiresAt: new Date(now.getTime() + INVITATION_MS),
        });
        const row = await one(tx, workspaceId, id);
        if (row === undefined) throw new Error('An inserted invitation is not there');
        for (const { id: before } of replaced) note({ action: 'invitation.revoke', target: before, before: { email }, after: { replaced_by: id } });
        note({ action: 'invitation.create', target: id, before: null, after: auditedInvitation(row) });
        return ok({ row, workspaceName });
      });
      return made.ok ? send(inviter, made.value, token) : made;
    },

    resend: async (inviter, id) => {
      const { caller } = inviter;
      const { workspaceId } = caller;
      const token = createToken();
      const now = new Date(clock());
      const made = await control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note): Promise<Result<Made>> => {
        const workspaceName = await namedWorkspace(tx, workspaceId);
        const before = await one(tx, workspaceId, id);
        if (workspaceName === undefined || before === undefined) return NO_SUCH_INVITATION;
        if (!mailer.delivers) return NO_MAIL;
        const status = invitationStatus(before, now.getTime());
        if (status === 'accepted' || status === 'revoked') return fail('conflict', `The invitation was ${status}; invite them anew.`);
        const refused = refusedAuthority(caller, memberPermissions(before.role, before.rolePermissions, false), 'The role of the invitation');
        if (refused !== undefined) return { ok: false, error: refused };
        if (await isMemberAddress(tx, workspaceId, before.email)) return alreadyMember(before.email);
        await tx
          .update(invitations)
          .set({ tokenHash: hashToken(token), expiresAt: new Date(now.getTime() + INVITATION_MS) })
          .where(and(eq(invitations.workspaceId, workspaceId), eq(invitations.id, id)));
        const row = await one(tx, workspaceId, id);
        if (row === undefined) throw new Error('A changed invitation is not there');
        note({ action: 'invitation.resend', target: id, before: auditedInvitation(before), after: auditedInvitation(row) });
        return ok({ row, workspaceName });
      });
      return made.ok ? send(inviter, made.value, token) : made;
    },

    revoke: (caller, id) =>
      control.ofWorkspace(caller.workspaceId).change(actorOf(caller), async (tx, note) => {
        if (!(await lockMembership(tx, caller.workspaceId))) return NO_SUCH_INVITATION;
        const before = await one(tx, caller.workspaceId, id);
        if (before === undefined) return NO_SUCH_INVITATION;
        if (before.acceptedAt !== null) return fail('conflict', 'The invitation was accepted; remove the member instead.');
        if (before.revokedAt !== null) return ok(undefined);
        await tx
          .update(invitations)
          .set({ revokedAt: new Date(clock()) })
          .where(and(eq(invitations.workspaceId, caller.workspaceId), eq(invitations.id, id)));
        note({ action: 'invitation.revoke', target: id, before: auditedInvitation(before), after: null });
        return ok(undefined);
      }),
  };
}

interface Made {
  row: InvitationRow;
  workspaceName: string;
}

/** Of a person; who holds a key is not told to strangers. */
const inviterName = ({ kind, name }: Actor): string | null => (kind === 'member' ? name : null);

const alreadyMember = (email: string) =>
  fail('conflict', `${email} is a member of the workspace already.`, [{ pointer: '/email', message: 'is a member already' }]);

/** The workspace's name, while nobody else changes who is in it; undefined when it is gone. */
async function namedWorkspace(tx: ControlTx, workspaceId: WorkspaceId): Promise<string | undefined> {
  if (!(await lockMembership(tx, workspaceId))) return undefined;
  const [row] = await tx.select({ name: workspaces.name }).from(workspaces).where(eq(workspaces.id, workspaceId));
  return row?.name;
}

async function isMemberAddress(tx: ControlTx, workspaceId: WorkspaceId, email: string): Promise<boolean> {
  const rows = await tx
    .select({ id: members.userId })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.workspaceId, workspaceId), eq(sql`lower(${users.email})`, email)));
  return rows.length > 0;
}
