import type { Scope } from '@sightglass/contract/routes/defineRoute';

/** What a member may do in a workspace. The one table that says so. */
const ROLE_SCOPES = {
  owner: ['ingest', 'read', 'govern', 'admin'],
  admin: ['ingest', 'read', 'govern', 'admin'],
  editor: ['read', 'govern'],
  viewer: ['read'],
  auditor: ['read'],
} as const satisfies Record<string, readonly Scope[]>;

export type Role = keyof typeof ROLE_SCOPES;
export const ROLES = Object.keys(ROLE_SCOPES) as [Role, ...Role[]];

/** The scopes of a member; an instance owner may also create workspaces, and keys in any of them. */
export function memberScopes(role: Role, instanceOwner: boolean): ReadonlySet<Scope> {
  return new Set<Scope>(instanceOwner ? [...ROLE_SCOPES[role], 'instance'] : ROLE_SCOPES[role]);
}
