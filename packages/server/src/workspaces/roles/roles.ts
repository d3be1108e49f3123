/** The roles of a workspace: the built-in ones, and those of its own, which are sets of permissions. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { BUILT_IN_ROLES, type BuiltInRole, GRANTABLE_PERMISSIONS, permissionsOfRole, ROLE_DESCRIPTIONS } from '@sightglass/contract/permissions';
import { CUSTOM_ROLES_MAX, type NewRole, type Role, type RoleChanges } from '@sightglass/contract/routes/roles';
import { and, asc, count, eq, gt, isNull } from 'drizzle-orm';
import { actorOf, type Caller } from '../../access/caller.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { users } from '../../control/tables/people.ts';
import { customRoles, invitations, members } from '../../control/tables/workspaces.ts';
import { createId } from '../../prefixedId.ts';
import { fail, ok, type Result } from '../../result.ts';
import { lockMembership } from '../lockMembership.ts';
import { refuseTakenName } from '../refuseTakenName.ts';
import { memberPermissions } from '../memberPermissions.ts';
import { refusedAuthority } from './authority.ts';
import { builtInRoleName, isBuiltInRole } from './heldRole.ts';

type Control = Pick<ControlConnection, 'ofWorkspace'>;
type RoleRow = typeof customRoles.$inferSelect;

const NO_SUCH_ROLE = fail('not-found', 'There is no such role in this workspace.');
const WHO_MAX = 5;

const builtInRole = (role: BuiltInRole, holders: number): Role => ({
  id: role,
  name: builtInRoleName(role),
  description: ROLE_DESCRIPTIONS[role],
  built_in: true,
  permissions: [...permissionsOfRole(role)],
  members: holders,
  created_at: null,
});

const customRole = (row: RoleRow, holders: number): Role => ({
  id: row.id,
  name: row.name,
  description: row.description,
  built_in: false,
  permissions: [...memberPermissions('custom', row.permissions, false)],
  members: holders,
  created_at: row.createdAt.toISOString(),
});

/** What the audit log tells of a role. */
const auditedRole = ({ name, description, permissions }: RoleRow) => ({ name, description, permissions });

/** In the order of the table, so that equal sets are equal lists. */
const inOrder = (permissions: NewRole['permissions']) => GRANTABLE_PERMISSIONS.filter((permission) => permissions.includes(permission));

export async function listRoles(control: Control, workspaceId: WorkspaceId): Promise<Role[]> {
  return control.ofWorkspace(workspaceId).read(async (tx) => {
    const own = await tx.select().from(customRoles).where(eq(customRoles.workspaceId, workspaceId)).orderBy(asc(customRoles.name));
    const held = await tx
      .select({ role: members.role, customRoleId: members.customRoleId, holders: count() })
      .from(members)
      .where(eq(members.workspaceId, workspaceId))
      .groupBy(members.role, members.customRoleId);
    const holders = new Map(held.map((row) => [row.customRoleId ?? row.role, row.holders]));
    return [
      ...BUILT_IN_ROLES.map((role) => builtInRole(role, holders.get(role) ?? 0)),
      ...own.map((row) => customRole(row, holders.get(row.id) ?? 0)),
    ];
  });
}

export function createRole(control: Control, caller: Caller, { name, description, permissions }: NewRole): Promise<Result<Role>> {
  const { workspaceId } = caller;
  return refuseTakenName('custom_roles_name', `a role “${name}”`, () =>
    control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note) => {
      const refused = refusedAuthority(caller, new Set(permissions), `The role “${name}”`);
      if (refused !== undefined) return { ok: false, error: refused };
      if (!(await lockMembership(tx, workspaceId))) return NO_SUCH_ROLE;
      const [there] = await tx.select({ roles: count() }).from(customRoles).where(eq(customRoles.workspaceId, workspaceId));
      if ((there?.roles ?? 0) >= CUSTOM_ROLES_MAX) return fail('conflict', `A workspace has at most ${CUSTOM_ROLES_MAX} roles of its own.`);
      const [row] = await tx
        .insert(customRoles)
        .values({ id: createId('customRole'), workspaceId, name, description, permissions: inOrder(permissions) })
        .returning();
      if (row === undefined) throw new Error('An inserted role was not returned');
      note({ action: 'role.create', target: row.id, before: null, after: auditedRole(row) });
      return ok(customRole(row, 0));
    }),
  );
}

export function changeRole(control: Control, caller: Caller, id: string, changes: RoleChanges): Promise<Result<Role>> {
  const { workspaceId } = caller;
  return refuseTakenName('custom_roles_name', `a role “${changes.name ?? ''}”`, () =>
    control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note) => {
      const found = await ownRole(tx, caller, id);
      if (!found.ok) return found;
      const before = found.value;
      const refused = refusedAuthority(caller, new Set(changes.permissions ?? []), `The role “${before.name}”`);
      if (refused !== undefined) return { ok: false, error: refused };
      const [row] = await tx
        .update(customRoles)
        .set({
          name: changes.name ?? before.name,
          description: changes.description ?? before.description,
          permissions: changes.permissions === undefined ? before.permissions : inOrder(changes.permissions),
        })
        .where(and(eq(customRoles.workspaceId, workspaceId), eq(customRoles.id, id)))
        .returning();
      if (row === undefined) throw new Error('A changed role was not returned');
      note({ action: 'role.change', target: id, before: auditedRole(before), after: auditedRole(row) });
      const [held] = await tx.select({ members: count() }).from(members).where(holding(workspaceId, id));
      return ok(customRole(row, held?.members ?? 0));
    }),
  );
}

export function deleteRole(control: Control, caller: Caller, id: string): Promise<Result<undefined>> {
  const { workspaceId } = caller;
  return control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note) => {
    const found = await ownRole(tx, caller, id);
    if (!found.ok) return found;
    const holders = await tx
      .select({ email: users.email })
      .from(members)
      .innerJoin(users, eq(users.id, members.userId))
      .where(holding(workspaceId, id))
      .orderBy(asc(users.email));
    const invited = await tx
      .select({ email: invitations.email })
      .from(invitations)
      .where(
        and(
          eq(invitations.workspaceId, workspaceId),
          eq(invitations.customRoleId, id),
          isNull(invitations.acceptedAt),
          isNull(invitations.revokedAt),
          gt(invitations.expiresAt, new Date()),
        ),
      )
      .orderBy(asc(invitations.email));
    if (holders.length + invited.length > 0) {
      const who = [...holders.map(({ email }) => email), ...invited.map(({ email }) => `${email} (invited)`)];
      const more = who.length > WHO_MAX ? ` and ${who.length - WHO_MAX} more` : '';
      return fail(
        'conflict',
        `The role “${found.value.name}” is held by ${who.slice(0, WHO_MAX).join(', ')}${more}. Give them another role, or revoke the invitations, first.`,
      );
    }
    await tx.delete(customRoles).where(and(eq(customRoles.workspaceId, workspaceId), eq(customRoles.id, id)));
    note({ action: 'role.delete', target: id, before: auditedRole(found.value), after: null });
    return ok(undefined);
  });
}

const holding = (workspaceId: WorkspaceId, roleId: string) => and(eq(members.workspaceId, workspaceId), eq(members.customRoleId, roleId));

/** A custom role that the caller may change, held until the transaction ends: nobody can be given it in the meantime. */
async function ownRole(tx: ControlTx, caller: Caller, id: string): Promise<Result<RoleRow>> {
  if (isBuiltInRole(id)) return fail('conflict', `${builtInRoleName(id)} is a built-in role; make a role of your own instead.`);
  const [row] = await tx
    .select()
    .from(customRoles)
    .where(and(eq(customRoles.workspaceId, caller.workspaceId), eq(customRoles.id, id)))
    .for('update');
  if (row === undefined) return NO_SUCH_ROLE;
  const refused = refusedAuthority(caller, memberPermissions('custom', row.permissions, false), `The role “${row.name}”`);
  return refused === undefined ? ok(row) : { ok: false, error: refused };
}
