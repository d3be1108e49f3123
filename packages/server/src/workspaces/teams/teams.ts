/** Teams: who is in them, and which agents only they see. See `../hiddenAgents.ts` for what follows of it. */
import type { ControlListQuery } from '@sightglass/contract/controlList';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { type NewTeam, type Team, TEAM_AGENTS_MAX, type TeamChanges, TEAMS_MAX } from '@sightglass/contract/routes/teams';
import { and, asc, count, countDistinct, eq, inArray } from 'drizzle-orm';
import { actorOf, type Caller } from '../../access/caller.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { type Page, pageAfter, toPage } from '../../control/page.ts';
import { members, teamAgents, teamMembers, teams } from '../../control/tables/workspaces.ts';
import { createId } from '../../prefixedId.ts';
import { fail, ok, type Result } from '../../result.ts';
import { lockMembership } from '../lockMembership.ts';
import { refuseTakenName } from '../refuseTakenName.ts';

type Control = Pick<ControlConnection, 'ofWorkspace'>;
type TeamRow = typeof teams.$inferSelect;
interface Lists {
  members: string[];
  agents: string[];
}

const NO_SUCH_TEAM = fail('not-found', 'There is no such team in this workspace.');

const shownTeam = ({ id, name, createdAt }: TeamRow, lists: Lists): Team => ({ id, name, ...lists, created_at: createdAt.toISOString() });
/** What the audit log tells of a team. */
const auditedTeam = ({ name }: TeamRow, lists: Lists) => ({ name, ...lists });

export async function listTeams(control: Control, caller: Caller, { limit, cursor }: ControlListQuery): Promise<Result<Page<Team>>> {
  const { workspaceId, hiddenAgents } = caller;
  const after = pageAfter(cursor, teams);
  if (!after.ok) return after;
  const { where, order } = after.value;
  const hidden = new Set(hiddenAgents);
  return control.ofWorkspace(workspaceId).read(async (tx) => {
    const rows = await tx
      .select()
      .from(teams)
      .where(and(eq(teams.workspaceId, workspaceId), where))
      .orderBy(...order)
      .limit(limit + 1);
    const lists = await listsOf(
      tx,
      workspaceId,
      rows.map(({ id }) => id),
    );
    return ok(
      toPage(rows, limit, (row) => {
        const { members: inTeam, agents } = lists(row.id);
        return shownTeam(row, { members: inTeam, agents: agents.filter((agent) => !hidden.has(agent)) });
      }),
    );
  });
}

export function createTeam(control: Control, caller: Caller, { name, members: userIds, agents }: NewTeam): Promise<Result<Team>> {
  const { workspaceId } = caller;
  return refuseTakenName('teams_name', `a team “${name}”`, () =>
    control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note) => {
      if (!(await lockMembership(tx, workspaceId))) return NO_SUCH_TEAM;
      const [there] = await tx.select({ teams: count() }).from(teams).where(eq(teams.workspaceId, workspaceId));
      if ((there?.teams ?? 0) >= TEAMS_MAX) return fail('conflict', `A workspace has at most ${TEAMS_MAX} teams.`);
      const [row] = await tx
        .insert(teams)
        .values({ id: createId('team'), workspaceId, name })
        .returning();
      if (row === undefined) throw new Error('An inserted team was not returned');
      const filled = await fill(tx, workspaceId, row.id, { members: userIds, agents });
      if (!filled.ok) return filled;
      note({ action: 'team.create', target: row.id, before: null, after: auditedTeam(row, filled.value) });
      return ok(shownTeam(row, filled.value));
    }),
  );
}

export function changeTeam(control: Control, caller: Caller, id: string, changes: TeamChanges): Promise<Result<Team>> {
  const { workspaceId } = caller;
  return refuseTakenName('teams_name', `a team “${changes.name ?? ''}”`, () =>
    control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note) => {
      if (!(await lockMembership(tx, workspaceId))) return NO_SUCH_TEAM;
      const [before] = await tx.select().from(teams).where(isTeam(workspaceId, id));
      if (before === undefined) return NO_SUCH_TEAM;
      const listsBefore = (await listsOf(tx, workspaceId, [id]))(id);
      const [row] = await tx
        .update(teams)
        .set({ name: changes.name ?? before.name })
        .where(isTeam(workspaceId, id))
        .returning();
      if (row === undefined) throw new Error('A changed team was not returned');
      const filled = await fill(tx, workspaceId, id, changes);
      if (!filled.ok) return filled;
      note({ action: 'team.change', target: id, before: auditedTeam(before, listsBefore), after: auditedTeam(row, filled.value) });
      return ok(shownTeam(row, filled.value));
    }),
  );
}

export function deleteTeam(control: Control, caller: Caller, id: string): Promise<Result<undefined>> {
  const { workspaceId } = caller;
  return control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note) => {
    const lists = (await listsOf(tx, workspaceId, [id]))(id);
    const [row] = await tx.delete(teams).where(isTeam(workspaceId, id)).returning();
    if (row === undefined) return NO_SUCH_TEAM;
    note({ action: 'team.delete', target: id, before: auditedTeam(row, lists), after: null });
    return ok(undefined);
  });
}

const isTeam = (workspaceId: WorkspaceId, id: string) => and(eq(teams.workspaceId, workspaceId), eq(teams.id, id));

/** Replaces the lists that are given, and answers both as they then are. */
async function fill(
  tx: ControlTx,
  workspaceId: WorkspaceId,
  teamId: string,
  changes: Pick<TeamChanges, 'members' | 'agents'>,
): Promise<Result<Lists>> {
  const { members: userIds, agents } = changes;
  if (userIds !== undefined) {
    const strangers = await strangersAmong(tx, workspaceId, userIds);
    if (strangers.length > 0) {
      const errors = strangers.map((userId) => ({ pointer: `/members/${userIds.indexOf(userId)}`, message: 'is no member of the workspace' }));
      return fail('not-found', 'A team holds members of the workspace only.', errors);
    }
    await tx.delete(teamMembers).where(and(eq(teamMembers.workspaceId, workspaceId), eq(teamMembers.teamId, teamId)));
    if (userIds.length > 0) await tx.insert(teamMembers).values(userIds.map((userId) => ({ workspaceId, teamId, userId })));
  }
  if (agents !== undefined) {
    await tx.delete(teamAgents).where(and(eq(teamAgents.workspaceId, workspaceId), eq(teamAgents.teamId, teamId)));
    if (agents.length > 0) await tx.insert(teamAgents).values(agents.map((agentId) => ({ workspaceId, teamId, agentId })));
    const [there] = await tx
      .select({ agents: countDistinct(teamAgents.agentId) })
      .from(teamAgents)
      .where(eq(teamAgents.workspaceId, workspaceId));
    if ((there?.agents ?? 0) > TEAM_AGENTS_MAX) return fail('conflict', `The teams of a workspace have at most ${TEAM_AGENTS_MAX} agents together.`);
  }
  return ok((await listsOf(tx, workspaceId, [teamId]))(teamId));
}

async function strangersAmong(tx: ControlTx, workspaceId: WorkspaceId, userIds: readonly string[]): Promise<string[]> {
  if (userIds.length === 0) return [];
  const rows = await tx
    .select({ userId: members.userId })
    .from(members)
    .where(and(eq(members.workspaceId, workspaceId), inArray(members.userId, [...userIds])));
  const known = new Set(rows.map(({ userId }) => userId));
  return userIds.filter((userId) => !known.has(userId));
}

async function listsOf(tx: ControlTx, workspaceId: WorkspaceId, teamIds: readonly string[]): Promise<(teamId: string) => Lists> {
  if (teamIds.length === 0) return () => ({ members: [], agents: [] });
  const inTeams = await tx
    .select()
    .from(teamMembers)
    .where(and(eq(teamMembers.workspaceId, workspaceId), inArray(teamMembers.teamId, [...teamIds])))
    .orderBy(asc(teamMembers.userId));
  const ofTeams = await tx
    .select()
    .from(teamAgents)
    .where(and(eq(teamAgents.workspaceId, workspaceId), inArray(teamAgents.teamId, [...teamIds])))
    .orderBy(asc(teamAgents.agentId));
  return (teamId) => ({
    members: inTeams.filter((row) => row.teamId === teamId).map(({ userId }) => userId),
    agents: ofTeams.filter((row) => row.teamId === teamId).map(({ agentId }) => agentId),
  });
}
