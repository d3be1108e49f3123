import type { Permission } from '@sightglass/contract/permissions';
import type { Member } from '@sightglass/contract/routes/members';
import type { Role } from '@sightglass/contract/routes/roles';

/** Whether all that a role may do is among one's own permissions: else one can neither give it nor take it from somebody. */
export const covers = (own: readonly Permission[], role: Pick<Role, 'permissions'>): boolean =>
  role.permissions.every((permission) => own.includes(permission));

/** Why the role of a member cannot be changed, or the member not be removed; undefined when it can. `members` are all there are. */
export function whyNot(
  member: Pick<Member, 'user_id' | 'role'>,
  members: readonly Pick<Member, 'user_id' | 'role'>[],
  roles: readonly Role[],
  me: { userId: string | undefined; permissions: readonly Permission[] },
): string | undefined {
  if (member.role === 'owner' && !members.some(({ user_id, role }) => role === 'owner' && user_id !== member.user_id)) {
    return 'The last owner: make somebody else an owner first';
  }
  if (member.user_id === me.userId) return undefined;
  const role = roles.find(({ id }) => id === member.role);
  if (role === undefined || covers(me.permissions, role)) return undefined;
  return member.role === 'owner' ? 'Owners are changed by owners only' : 'May do more than you may';
}
