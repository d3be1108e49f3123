import type { UserId, WorkspaceId } from '@sightglass/contract/ids';
import type { Permission } from '@sightglass/contract/permissions';
import { and, asc, eq, isNull, lt } from 'drizzle-orm';
import type { ControlDb } from '../control/connect.ts';
import { sessions as sessionRows, users } from '../control/tables/people.ts';
import { customRoles, members, workspaces } from '../control/tables/workspaces.ts';
import type { Auth } from './auth.ts';
import { hiddenAgentsOf } from '../workspaces/hiddenAgents.ts';
import { memberPermissions } from '../workspaces/memberPermissions.ts';

interface Membership {
  workspaceId: WorkspaceId;
  slug: string;
  name: string;
  permissions: ReadonlySet<Permission>;
  /** See `Caller.hiddenAgents`. */
  hiddenAgents: readonly string[];
}

export interface SignedIn {
  user: { id: UserId; email: string; name: string };
  sessionId: string;
  /** Oldest workspace first; the first is the one that a new browser opens. */
  memberships: Membership[];
}

export interface Sessions {
  /** Who the request's cookie says it is, and cookies to set when the session was prolonged. Undefined without a valid one. */
  find(headers: Headers): Promise<{ signedIn: SignedIn; setCookies: string[] } | undefined>;
  /** Drops what is remembered of the request's session, after it ended. */
  forget(headers: Headers): void;
}

/** How long an answer may be used again: a revoked session, a changed role, hold for this long at most. */
const REMEMBERED_MS = 1_000;
const REMEMBERED_MAX = 2_000;

/** `updated_at` of a session says when it was last used, to within this; writing it down with each request would cost too much. */
const LAST_USED_MS = 5 * 60_000;

export async function createSessions(options: {
  db: ControlDb;
  auth: Auth;
  clock: () => number;
  warn: (message: string, error: unknown) => void;
}): Promise<Sessions> {
  const { db, auth, clock, warn } = options;
  const cookieName = (await auth.$context).authCookies.sessionToken.name;
  const remembered = new Map<string, { signedIn: SignedIn | undefined; untilMs: number }>();

  const remember = (cookie: string, signedIn: SignedIn | undefined) => {
    remembered.delete(cookie);
    remembered.set(cookie, { signedIn, untilMs: clock() + REMEMBERED_MS });
    if (remembered.size > REMEMBERED_MAX) {
      const [oldest] = remembered.keys();
      if (oldest !== undefined) remembered.delete(oldest);
    }
  };

  const noteUse = async (sessionId: string) => {
    const now = clock();
    const isStale = lt(sessionRows.updatedAt, new Date(now - LAST_USED_MS));
    await db
      .update(sessionRows)
      .set({ updatedAt: new Date(now) })
      .where(and(eq(sessionRows.id, sessionId), isStale));
  };

  return {
    find: async (headers) => {
      const cookie = cookieValue(headers.get('cookie'), cookieName);
      if (cookie === undefined) return undefined;
      const last = remembered.get(cookie);
      if (last !== undefined && clock() < last.untilMs) return last.signedIn && { signedIn: last.signedIn, setCookies: [] };
      const { response, headers: answer } = await auth.api.getSession({ headers, returnHeaders: true });
      const signedIn = response === null ? undefined : await loadSignedIn(db, response.user.id as UserId, response.session.id);
      remember(cookie, signedIn);
      if (response !== null && response.session.updatedAt.getTime() < clock() - LAST_USED_MS) {
        noteUse(response.session.id).catch((error: unknown) => warn('sign-in: the use of a session could not be noted', error));
      }
      return signedIn && { signedIn, setCookies: answer.getSetCookie() };
    },
    forget: (headers) => {
      const cookie = cookieValue(headers.get('cookie'), cookieName);
      if (cookie !== undefined) remembered.delete(cookie);
    },
  };
}

async function loadSignedIn(db: ControlDb, userId: UserId, sessionId: string): Promise<SignedIn | undefined> {
  const rows = await db
    .select({
      email: users.email,
      name: users.name,
      instanceOwner: users.instanceOwner,
      workspaceId: workspaces.id,
      slug: workspaces.slug,
      workspaceName: workspaces.name,
      role: members.role,
      permissions: customRoles.permissions,
    })
    .from(users)
    .leftJoin(members, eq(members.userId, users.id))
    .leftJoin(workspaces, and(eq(workspaces.id, members.workspaceId), isNull(workspaces.deletingSince)))
    .leftJoin(customRoles, eq(customRoles.id, members.customRoleId))
    .where(eq(users.id, userId))
    .orderBy(asc(workspaces.createdAt), asc(workspaces.id));
  const [first] = rows;
  if (first === undefined) return undefined;
  const memberships: Membership[] = [];
  for (const { workspaceId, slug, workspaceName, role, permissions: ownPermissions } of rows) {
    if (workspaceId === null || slug === null || workspaceName === null || role === null) continue;
    const permissions = memberPermissions(role, ownPermissions, first.instanceOwner);
    const id = workspaceId as WorkspaceId;
    memberships.push({ workspaceId: id, slug, name: workspaceName, permissions, hiddenAgents: await hiddenAgentsOf(db, id, userId, permissions) });
  }
  return { user: { id: userId, email: first.email, name: first.name }, sessionId, memberships };
}

/** The value of a cookie as it stands in the `Cookie` header. */
export function cookieValue(header: string | null | undefined, name: string): string | undefined {
  if (header == null) return undefined;
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals !== -1 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}
