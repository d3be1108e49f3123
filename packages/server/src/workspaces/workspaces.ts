import type { ControlListQuery } from '@sightglass/contract/controlList';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Scope } from '@sightglass/contract/permissions';
import type { CreatedApiKey, NewApiKey } from '@sightglass/contract/routes/apiKeys';
import type { NewWorkspace, Workspace, WorkspaceChanges, WorkspaceDeletion } from '@sightglass/contract/routes/workspaces';
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { ControlConnection, ControlDb, ControlTx } from '../control/connect.ts';
import { isUniqueViolation } from '../control/controlError.ts';
import { type Page, pageAfter, toPage } from '../control/page.ts';
import { users } from '../control/tables/people.ts';
import { members, workspaces } from '../control/tables/workspaces.ts';
import type { InstanceNote } from '../control/workspaceDb.ts';
import { fail, ok, type Result } from '../result.ts';
import type { ApiKeyStore } from '../apiKeys/apiKeys.ts';
import { type Actor, actorOf, type Caller } from '../access/caller.ts';
import { coveredScopes } from '../access/permits.ts';
import { createId } from '../prefixedId.ts';
import type { WorkspaceDeletions } from './deletion/workspaceDeletions.ts';

type WorkspaceRow = typeof workspaces.$inferSelect;

/** A workspace as the API shows it. */
const workspaceOf = (row: WorkspaceRow): Workspace => ({
  id: row.id,
  slug: row.slug,
  name: row.name,
  plan: row.plan,
  time_zone: row.timeZone,
  created_at: row.createdAt.toISOString(),
});

/** Inserts a workspace in which every instance owner is an owner, the first entry of its audit log too. For use inside `changeInstance`. */
export async function insertWorkspace(
  tx: Pick<ControlTx, 'insert' | 'execute'>,
  note: InstanceNote,
  workspace: NewWorkspace,
  now: Date,
): Promise<WorkspaceRow> {
  const { slug, name, plan, time_zone: timeZone } = workspace;
  const [row] = await tx
    .insert(workspaces)
    .values({ id: createId('workspace'), slug, name, plan, timeZone, createdAt: now })
    .returning();
  if (row === undefined) throw new Error('An inserted workspace was not returned');
  await tx.execute(
    sql`INSERT INTO ${members} (workspace_id, user_id, role, created_at)
        SELECT ${row.id}, id, 'owner', ${now.toISOString()}::timestamptz FROM ${users} WHERE instance_owner`,
  );
  const change = { action: 'workspace.create', target: row.id, before: null, after: workspaceOf(row) };
  note(null, change);
  note(row.id as WorkspaceId, change);
  return row;
}

/** Puts into a new workspace what every one begins with, in the transaction that makes it. */
export type Furnish = (tx: ControlTx, workspaceId: WorkspaceId, now: Date) => Promise<void>;

export async function createWorkspace(
  control: Pick<ControlConnection, 'changeInstance'>,
  by: Actor,
  input: NewWorkspace,
  now: Date,
  furnish?: Furnish,
): Promise<Result<Workspace>> {
  try {
    return await control.changeInstance(by, async (tx, note) => {
      const row = await insertWorkspace(tx, note, input, now);
      await furnish?.(tx, row.id as WorkspaceId, now);
      return ok(workspaceOf(row));
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return slugTaken(input.slug);
  }
}

/** What the caller may see: who manages the instance every workspace, a member their own, a key its one. */
export async function listWorkspaces(db: ControlDb, caller: Caller, { limit, cursor }: ControlListQuery): Promise<Result<Page<Workspace>>> {
  const after = pageAfter(cursor, workspaces);
  if (!after.ok) return after;
  const { where, order } = after.value;
  const rows = await db
    .select()
    .from(workspaces)
    .where(and(visibleTo(db, caller), isNull(workspaces.deletingSince), where))
    .orderBy(...order)
    .limit(limit + 1);
  return ok(toPage(rows, limit, workspaceOf));
}

function visibleTo(db: ControlDb, caller: Caller) {
  if (caller.permissions.has('instance.manage')) return undefined;
  if (caller.kind !== 'member') return eq(workspaces.id, caller.workspaceId);
  return inArray(workspaces.id, db.select({ id: members.workspaceId }).from(members).where(eq(members.userId, caller.userId)));
}

/**
 * A new key in the workspace `slug`, or in the caller's own when that is undefined. Only who manages the instance may reach into other
 * workspaces; for all others another workspace looks like none.
 */
export async function createApiKeyIn(
  deps: { instanceDb: ControlDb; keys: ApiKeyStore },
  caller: Caller,
  slug: string | undefined,
  input: NewApiKey,
): Promise<Result<CreatedApiKey>> {
  const workspaceId = slug === undefined ? caller.workspaceId : await reachableWorkspace(deps.instanceDb, caller, slug);
  if (workspaceId === undefined) return NO_WORKSPACE;
  const refused = input.scopes.find((scope) => !mayGrant(caller, scope));
  if (refused !== undefined) {
    const why = refused === 'instance' ? 'by an instance owner only' : 'only by somebody who may do all that it allows';
    return fail('missing-scope', `The scope ${refused} can be granted ${why}.`);
  }
  return deps.keys.create(actorOf(caller), {
    workspaceId,
    name: input.name,
    scopes: input.scopes,
    expiresAt: input.expires_at == null ? null : new Date(input.expires_at),
    rateLimit: input.rate_limit,
  });
}

/** A key with the scope `admin` may make keys of every scope but `instance`; a member hands on what they have themselves. */
function mayGrant({ kind, permissions }: Caller, scope: Scope): boolean {
  if (permissions.has('instance.manage')) return true;
  if (scope === 'instance') return false;
  return kind === 'key' || coveredScopes(permissions).includes(scope);
}

async function reachableWorkspace(db: ControlDb, caller: Caller, slug: string, andDeleted = false): Promise<WorkspaceId | undefined> {
  const [row] = await db
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(and(eq(workspaces.slug, slug), andDeleted ? undefined : isNull(workspaces.deletingSince)));
  if (row === undefined) return undefined;
  const id = row.id as WorkspaceId;
  return caller.permissions.has('instance.manage') || id === caller.workspaceId ? id : undefined;
}

const NO_WORKSPACE = fail('not-found', 'There is no such workspace.');
const slugTaken = (slug: string) =>
  fail('conflict', `There is a workspace with the slug ${slug} already.`, [{ pointer: '/slug', message: 'is taken' }]);

export async function findWorkspace(db: ControlDb, caller: Caller, slug: string): Promise<Result<Workspace>> {
  const [row] = await db
    .select()
    .from(workspaces)
    .where(and(visibleTo(db, caller), eq(workspaces.slug, slug), isNull(workspaces.deletingSince)));
  return row === undefined ? NO_WORKSPACE : ok(workspaceOf(row));
}

/** What is undefined stays. The plan is changed by who manages the instance alone. */
export async function changeWorkspace(
  control: Pick<ControlConnection, 'instanceDb' | 'changeInstance'>,
  caller: Caller,
  slug: string,
  changes: WorkspaceChanges,
): Promise<Result<Workspace>> {
  const workspaceId = await reachableWorkspace(control.instanceDb, caller, slug);
  if (workspaceId === undefined) return NO_WORKSPACE;
  if (changes.plan !== undefined && !caller.permissions.has('instance.manage'))
    return fail('missing-scope', 'The plan of a workspace is set by an owner of the instance, or with a key that has the scope instance.');
  const { slug: newSlug, name, plan, time_zone: timeZone } = changes;
  try {
    return await control.changeInstance(actorOf(caller), async (tx, note) => {
      const own = and(eq(workspaces.id, workspaceId), isNull(workspaces.deletingSince));
      const [before] = await tx.select().from(workspaces).where(own).for('no key update');
      if (before === undefined) return NO_WORKSPACE;
      const set = { slug: newSlug ?? before.slug, name: name ?? before.name, plan: plan ?? before.plan, timeZone: timeZone ?? before.timeZone };
      const [after] = await tx
        .update(workspaces)
        .set({ ...set, changedAt: sql`now()` })
        .where(own)
        .returning();
      if (after === undefined) throw new Error('A changed workspace was not returned');
      const change = { action: 'workspace.change', target: workspaceId, before: workspaceOf(before), after: workspaceOf(after) };
      note(workspaceId, change);
      if (before.plan !== after.plan) note(null, change);
      return ok(workspaceOf(after));
    });
  } catch (error) {
    if (!isUniqueViolation(error) || newSlug === undefined) throw error;
    return slugTaken(newSlug);
  }
}

/** Deletes a workspace with all that it holds; `confirm` is its slug once more. */
export async function deleteWorkspace(
  deps: { instanceDb: ControlDb; deletions: Pick<WorkspaceDeletions, 'run'> },
  caller: Caller,
  slug: string,
  confirm: string | undefined,
): Promise<Result<WorkspaceDeletion>> {
  const workspaceId = await reachableWorkspace(deps.instanceDb, caller, slug, true);
  if (workspaceId === undefined) return NO_WORKSPACE;
  if (confirm !== slug)
    return fail('invalid-request', `To delete the workspace, confirm it: ?confirm=${slug}`, [
      { pointer: '?confirm', message: `must be ${slug}, the slug of the workspace` },
    ]);
  return deps.deletions.run(workspaceId, actorOf(caller));
}

/** For who asked for the deletion, and for who manages the instance. */
export async function findWorkspaceDeletion(
  deletions: Pick<WorkspaceDeletions, 'find'>,
  caller: Caller,
  workspaceId: string,
): Promise<Result<WorkspaceDeletion>> {
  const found = await deletions.find(workspaceId);
  const { kind, id } = actorOf(caller);
  const asked = found !== undefined && id !== null && found.requestedBy.kind === kind && found.requestedBy.id === id;
  return found !== undefined && (asked || caller.permissions.has('instance.manage'))
    ? ok(found.deletion)
    : fail('not-found', 'There is no such deletion.');
}
