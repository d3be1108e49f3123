/** Who may hand on what. Nobody gives a permission that they do not have, or takes anything from somebody who may do more than they do. */
import { GRANTABLE_PERMISSIONS, PERMISSIONS, type Permission } from '@sightglass/contract/permissions';
import type { Caller } from '../../access/caller.ts';
import { type Failure, fail } from '../../result.ts';

/** A key with the scope `admin` may make keys of every other scope but `instance`, so it hands on all that they may do. */
const held = ({ kind, permissions }: Pick<Caller, 'kind' | 'permissions'>): ReadonlySet<Permission> =>
  kind === 'key' ? new Set([...permissions, ...GRANTABLE_PERMISSIONS]) : permissions;

/** Only owners and whoever manages the instance may end a workspace, and no custom role can: it is what tells owners from others. */
const ofOwners = (permissions: ReadonlySet<Permission>): boolean => permissions.has('workspace.delete');

const NAMED_MAX = 3;

/** Why `caller` may neither give nor take `permissions`; undefined when they may. `whose` begins the sentence: `The role “Editor”`. */
export function refusedAuthority(
  caller: Pick<Caller, 'kind' | 'permissions'>,
  permissions: ReadonlySet<Permission>,
  whose: string,
): Failure | undefined {
  const own = held(caller);
  const missing = [...permissions].filter((permission) => !own.has(permission));
  if (missing.length === 0) return undefined;
  if (ofOwners(permissions)) return fail('missing-scope', 'Only an owner of the workspace makes, changes or removes owners.').error;
  const named = missing.slice(0, NAMED_MAX).map((permission) => `${permission} (${PERMISSIONS[permission].about.toLowerCase()})`);
  const more = missing.length > NAMED_MAX ? ` and ${missing.length - NAMED_MAX} more` : '';
  return fail('missing-scope', `${whose} has permissions that you do not have: ${named.join(', ')}${more}.`).error;
}
