import type { WorkspaceId } from '@sightglass/contract/ids';
import { BUILT_IN_ROLES, type BuiltInRole, type Permission, permissionsOfRole } from '@sightglass/contract/permissions';
import type { RoleId } from '@sightglass/contract/routes/roles';
import { and, eq } from 'drizzle-orm';
import type { ControlTx } from '../../control/connect.ts';
import { customRoles } from '../../control/tables/workspaces.ts';
import { fail, ok, type Result } from '../../result.ts';
import { memberPermissions } from '../memberPermissions.ts';

/** A role as the columns of members and invitations hold it. */
export interface RoleColumns {
  role: BuiltInRole | 'custom';
  /** Null where the role is a built-in one. */
  customRoleId: string | null;
}

export interface HeldRole {
  columns: RoleColumns;
  name: string;
  permissions: ReadonlySet<Permission>;
}

export const isBuiltInRole = (id: string): id is BuiltInRole => (BUILT_IN_ROLES as readonly string[]).includes(id);

/** `Owner` of `owner`. */
export const builtInRoleName = (role: BuiltInRole): string => role[0]?.toUpperCase() + role.slice(1);

/** Of a row that names its custom role, if any: how the API shows it. */
export const shownRole = ({ role, customRoleId }: RoleColumns, customRoleName: string | null): { role: string; role_name: string } =>
  role === 'custom' ? { role: customRoleId ?? role, role_name: customRoleName ?? customRoleId ?? role } : { role, role_name: builtInRoleName(role) };

/** The role that a request names; a custom one cannot be deleted before the transaction ends. Another workspace's is like none. */
export async function findRole(tx: ControlTx, workspaceId: WorkspaceId, id: RoleId): Promise<Result<HeldRole>> {
  if (isBuiltInRole(id)) return ok({ columns: { role: id, customRoleId: null }, name: builtInRoleName(id), permissions: permissionsOfRole(id) });
  const [row] = await tx
    .select()
    .from(customRoles)
    .where(and(eq(customRoles.workspaceId, workspaceId), eq(customRoles.id, id)))
    .for('key share');
  if (row === undefined) return fail('not-found', 'There is no such role in this workspace.', [{ pointer: '/role', message: 'is no role' }]);
  return ok({ columns: { role: 'custom', customRoleId: row.id }, name: row.name, permissions: memberPermissions('custom', row.permissions, false) });
}
