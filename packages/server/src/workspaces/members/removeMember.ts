import { and, count, eq, isNull } from 'drizzle-orm';
import { actorOf, type Caller } from '../../access/caller.ts';
import type { ControlConnection } from '../../control/connect.ts';
import { apiKeys } from '../../control/tables/apiKeys.ts';
import { invitations, members, teamMembers } from '../../control/tables/workspaces.ts';
import { ok, type Result } from '../../result.ts';
import { auditedMember, isLastOwner, isMember, LAST_OWNER, ownMember, teamsOf } from './members.ts';

/**
 * Ends a membership, the caller's own included, with the places in teams; sessions follow within a second, because they ask for
 * memberships anew (`identity/sessions.ts`). The account stays: it may be a member elsewhere. What went and what stays is noted in the
 * audit log, which is the certificate.
 */
export function removeMember(control: Pick<ControlConnection, 'ofWorkspace'>, caller: Caller, userId: string): Promise<Result<undefined>> {
  const { workspaceId } = caller;
  return control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note) => {
    const found = await ownMember(tx, caller, userId);
    if (!found.ok) return found;
    const member = found.value;
    if (await isLastOwner(tx, workspaceId, member)) return LAST_OWNER;
    const inTeams = (await teamsOf(tx, workspaceId, [userId])).get(userId) ?? [];
    const places = await tx
      .delete(teamMembers)
      .where(and(eq(teamMembers.workspaceId, workspaceId), eq(teamMembers.userId, userId)))
      .returning({ teamId: teamMembers.teamId });
    // Else a link that was never used would let them in again.
    const revoked = await tx
      .update(invitations)
      .set({ revokedAt: new Date() })
      .where(
        and(
          eq(invitations.workspaceId, workspaceId),
          eq(invitations.email, member.email),
          isNull(invitations.acceptedAt),
          isNull(invitations.revokedAt),
        ),
      )
      .returning({ id: invitations.id });
    const memberships = await tx.delete(members).where(isMember(workspaceId, userId)).returning({ id: members.userId });
    const [made] = await tx
      .select({ keys: count() })
      .from(apiKeys)
      .where(and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.createdBy, userId), isNull(apiKeys.revokedAt)));
    note({
      action: caller.kind === 'member' && caller.userId === userId ? 'member.leave' : 'member.remove',
      target: userId,
      before: { ...auditedMember(member), teams: inTeams.map(({ name }) => name) },
      after: {
        removed: { memberships: memberships.length, team_memberships: places.length, open_invitations: revoked.length },
        kept: { keys_made: made?.keys ?? 0 },
      },
    });
    return ok(undefined);
  });
}
