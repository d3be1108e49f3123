import { permissionsOfScopes, scopesOf, SCOPES, type Permission, type Scope } from '@sightglass/contract/permissions';
import type { Access } from '@sightglass/contract/routes/defineRoute';
import { type Failure, fail } from '../result.ts';
import type { Caller } from './caller.ts';

/** Why `caller` may not use a route of this access; undefined when it may. */
export function refusedAccess(caller: Caller, access: Exclude<Access, 'everyone' | 'cron'>): Failure | undefined {
  if (access === 'caller') return undefined;
  if (access === 'person') {
    return caller.kind === 'member' ? undefined : fail('missing-scope', 'This is for people who are signed in; a key has no account.').error;
  }
  if (access.some((permission) => caller.permissions.has(permission))) return undefined;
  if (caller.kind === 'key') {
    const held = coveredScopes(caller.permissions).join(', ') || 'none';
    return fail('missing-scope', `This needs the scope ${scopesOf(access).join(' or ')}; the key has ${held}.`).error;
  }
  return fail('missing-scope', `This needs the permission ${access.join(' or ')}, which your role has not.`).error;
}

/** Scopes all of whose permissions are held: what a caller may hand on to a key. */
export const coveredScopes = (permissions: ReadonlySet<Permission>): Scope[] =>
  SCOPES.filter((scope) => [...permissionsOfScopes([scope])].every((permission) => permissions.has(permission)));
