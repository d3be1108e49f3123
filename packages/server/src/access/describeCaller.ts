import type { Me } from '@sightglass/contract/routes/workspace';
import { and, asc, eq, isNull } from 'drizzle-orm';
import type { ControlDb } from '../control/connect.ts';
import { users } from '../control/tables/people.ts';
import { members, workspaces } from '../control/tables/workspaces.ts';
import { coveredScopes } from './permits.ts';
import type { Caller } from './caller.ts';

/** What `/api/obs/me` answers. Throws when the caller's workspace is gone, which ends its keys and memberships, too. */
export async function describeCaller(db: ControlDb, caller: Caller, program: { authMode: 'local' | 'required'; version: string }): Promise<Me> {
  const [workspace] = await db.select().from(workspaces).where(eq(workspaces.id, caller.workspaceId));
  if (workspace === undefined) throw new Error('The caller belongs to a workspace that does not exist');
  const { id, slug, name, timeZone } = workspace;
  const own = { id, slug, name };
  const person = caller.kind === 'member' ? await describeMember(db, caller.userId) : { user: null, workspaces: [own] };
  return {
    user: person.user,
    workspace: { ...own, time_zone: timeZone },
    workspaces: person.workspaces,
    scopes: coveredScopes(caller.permissions),
    permissions: [...caller.permissions],
    auth_mode: program.authMode,
    version: program.version,
  };
}

async function describeMember(db: ControlDb, userId: string): Promise<Pick<Me, 'user' | 'workspaces'>> {
  const [user] = await db.select({ id: users.id, email: users.email, name: users.name }).from(users).where(eq(users.id, userId));
  const memberOf = await db
    .select({ id: workspaces.id, slug: workspaces.slug, name: workspaces.name })
    .from(members)
    .innerJoin(workspaces, and(eq(workspaces.id, members.workspaceId), isNull(workspaces.deletingSince)))
    .where(eq(members.userId, userId))
    .orderBy(asc(workspaces.createdAt), asc(workspaces.id));
  return { user: user ?? null, workspaces: memberOf };
}
