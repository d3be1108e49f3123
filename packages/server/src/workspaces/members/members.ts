/** Who is in a workspace, and in which role. */
import type { ControlListQuery } from '@sightglass/contract/controlList';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Member } from '@sightglass/contract/routes/members';
import type { RoleId } from '@sightglass/contract/routes/roles';
import { and, asc, eq, gt, inArray, max, ne } from 'drizzle-orm';
import { actorOf, type Caller } from '../../access/caller.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { type Page, pageAfter, toPage } from '../../control/page.ts';
import { sessions, users } from '../../control/tables/people.ts';
import { customRoles, members, teamMembers, teams } from '../../control/tables/workspaces.ts';
import { fail, ok, type Result } from '../../result.ts';
import { lockMembership } from '../lockMembership.ts';
import { refusedAuthority } from '../roles/authority.ts';
import { findRole, type RoleColumns, shownRole } from '../roles/heldRole.ts';
import { memberPermissions } from '../memberPermissions.ts';

type Control = Pick<ControlConnection, 'ofWorkspace' | 'instanceDb'>;
type Tx = Pick<ControlTx, 'select'>;

const MEMBER_COLUMNS = {
  id: members.userId,
  createdAt: members.createdAt,
  role: members.role,
  customRoleId: members.customRoleId,
  roleName: customRoles.name,
  rolePermissions: customRoles.permissions,
  name: users.name,
  email: users.email,
};

export const NO_SUCH_MEMBER = fail('not-found', 'There is no such member in this workspace.');

const membersOf = (tx: Tx) =>
  tx
    .select(MEMBER_COLUMNS)
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .leftJoin(customRoles, and(eq(customRoles.workspaceId, members.workspaceId), eq(customRoles.id, members.customRoleId)))
    .$dynamic();

export type MemberRow = Awaited<ReturnType<typeof membersOf>>[number];

const shownMember = (row: MemberRow, inTeams: Member['teams'], lastSessionAt: Date | null): Member => ({
  user_id: row.id,
  name: row.name,
  email: row.email,
  ...shownRole(row, row.roleName),
  teams: inTeams,
  joined_at: row.createdAt.toISOString(),
  last_session_at: lastSessionAt?.toISOString() ?? null,
});

/** What the audit log tells of a member. */
export const auditedMember = (row: MemberRow) => ({ name: row.name, email: row.email, ...shownRole(row, row.roleName), joined_at: row.createdAt });

export async function listMembers(control: Control, caller: Caller, { limit, cursor }: ControlListQuery): Promise<Result<Page<Member>>> {
  const { workspaceId, permissions } = caller;
  const after = pageAfter(cursor, { createdAt: members.createdAt, id: members.userId });
  if (!after.ok) return after;
  const { where, order } = after.value;
  const { rows, inTeams } = await control.ofWorkspace(workspaceId).read(async (tx) => {
    const found = await membersOf(tx)
      .where(and(eq(members.workspaceId, workspaceId), where))
      .orderBy(...order)
      .limit(limit + 1);
    return { rows: found, inTeams: await teamsOf(tx, workspaceId, idsOf(found)) };
  });
  // When a colleague was here last concerns those who keep the doors.
  const seesSessions = permissions.has('members.manage') || permissions.has('audit.read');
  const seen = seesSessions ? await lastSessions(control, idsOf(rows)) : new Map<string, Date>();
  return ok(toPage(rows, limit, (row) => shownMember(row, inTeams.get(row.id) ?? [], seen.get(row.id) ?? null)));
}

/** Gives a member the role `roleId`. */
export async function changeMember(control: Control, caller: Caller, userId: string, roleId: RoleId): Promise<Result<Member>> {
  const { workspaceId } = caller;
  const changed = await control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note) => {
    const found = await ownMember(tx, caller, userId);
    if (!found.ok) return found;
    const before = found.value;
    const role = await findRole(tx, workspaceId, roleId);
    if (!role.ok) return role;
    const refused = refusedAuthority(caller, role.value.permissions, `The role “${role.value.name}”`);
    if (refused !== undefined) return { ok: false, error: refused };
    if (role.value.columns.role !== 'owner' && (await isLastOwner(tx, workspaceId, before))) return LAST_OWNER;
    await tx.update(members).set(role.value.columns).where(isMember(workspaceId, userId));
    const [row] = await membersOf(tx).where(isMember(workspaceId, userId));
    if (row === undefined) throw new Error('A changed member is not there');
    note({ action: 'member.change', target: userId, before: auditedMember(before), after: auditedMember(row) });
    return ok({ row, inTeams: (await teamsOf(tx, workspaceId, [userId])).get(userId) ?? [] });
  });
  if (!changed.ok) return changed;
  const { row, inTeams } = changed.value;
  return ok(shownMember(row, inTeams, (await lastSessions(control, [userId])).get(userId) ?? null));
}

export const LAST_OWNER = fail('conflict', 'This is the last owner of the workspace: make somebody else an owner first.');

const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
export const isMember = (workspaceId: WorkspaceId, userId: string) => and(eq(members.workspaceId, workspaceId), eq(members.userId, userId));

/** A member whom the caller may change or remove; nobody else does so before the transaction ends. */
export async function ownMember(tx: ControlTx, caller: Caller, userId: string): Promise<Result<MemberRow>> {
  if (!(await lockMembership(tx, caller.workspaceId))) return NO_SUCH_MEMBER;
  const [row] = await membersOf(tx).where(isMember(caller.workspaceId, userId));
  if (row === undefined) return NO_SUCH_MEMBER;
  const itself = caller.kind === 'member' && caller.userId === userId;
  const refused = itself ? undefined : refusedAuthority(caller, memberPermissions(row.role, row.rolePermissions, false), row.email);
  return refused === undefined ? ok(row) : { ok: false, error: refused };
}

export async function isLastOwner(tx: ControlTx, workspaceId: WorkspaceId, { id, role }: RoleColumns & { id: string }): Promise<boolean> {
  if (role !== 'owner') return false;
  const others = await tx
    .select({ id: members.userId })
    .from(members)
    .where(and(eq(members.workspaceId, workspaceId), eq(members.role, 'owner'), ne(members.userId, id)))
    .limit(1);
  return others.length === 0;
}

export async function teamsOf(tx: ControlTx, workspaceId: WorkspaceId, userIds: readonly string[]): Promise<Map<string, Member['teams']>> {
  const byUser = new Map<string, Member['teams']>();
  if (userIds.length === 0) return byUser;
  const rows = await tx
    .select({ userId: teamMembers.userId, id: teams.id, name: teams.name })
    .from(teamMembers)
    .innerJoin(teams, and(eq(teams.workspaceId, teamMembers.workspaceId), eq(teams.id, teamMembers.teamId)))
    .where(and(eq(teamMembers.workspaceId, workspaceId), inArray(teamMembers.userId, [...userIds])))
    .orderBy(asc(teams.name), asc(teams.id));
  for (const { userId, ...team } of rows) byUser.set(userId, [...(byUser.get(userId) ?? []), team]);
  return byUser;
}

/** Sessions are the instance's, not the workspace's. */
async function lastSessions({ instanceDb }: Control, userIds: readonly string[]): Promise<Map<string, Date>> {
  if (userIds.length === 0) return new Map();
  const rows = await instanceDb
    .select({ userId: sessions.userId, at: max(sessions.updatedAt) })
    .from(sessions)
    .where(and(inArray(sessions.userId, [...userIds]), gt(sessions.expiresAt, new Date())))
    .groupBy(sessions.userId);
  return new Map(rows.flatMap(({ userId, at }) => (at === null ? [] : [[userId, at] as const])));
}
