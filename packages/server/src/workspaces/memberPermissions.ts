import { type BuiltInRole, GRANTABLE_PERMISSIONS, type Permission, permissionsOfRole, permissionsOfScopes } from '@sightglass/contract/permissions';

/**
 * What a member may do. `ownPermissions`: those of their custom role, null where the role is a built-in one; a permission that this
 * version does not know, or that no custom role may hold, counts for nothing. An instance owner has those of the scope `instance` besides.
 */
export function memberPermissions(
  role: BuiltInRole | 'custom',
  ownPermissions: readonly string[] | null,
  instanceOwner: boolean,
): ReadonlySet<Permission> {
  const ofRole = role === 'custom' ? GRANTABLE_PERMISSIONS.filter((permission) => ownPermissions?.includes(permission)) : permissionsOfRole(role);
  return new Set([...ofRole, ...(instanceOwner ? permissionsOfScopes(['instance']) : [])]);
}
