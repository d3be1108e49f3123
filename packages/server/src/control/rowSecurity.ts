/**
 * Row-level security: PostgreSQL's own lock around the rows of a workspace, behind the condition that every query has anyway. It is
 * laid on every table that has a column `workspace_id`, at every start, so that no migration can forget it.
 *
 * A connection says in a setting which workspace it means. `*` means all of them: what looks across workspaces (signing in, finding
 * the workspace of a key, schedules) uses the connection as it is. Features use `WorkspaceDb`.
 *
 * Superusers and roles with BYPASSRLS are not bound by policies. The embedded engine's one user is such a role; there a transaction of
 * `WorkspaceDb` takes on a role that is bound, and that may not touch sessions, passwords and the like at all.
 */
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { ADVISORY_LOCKS, lockForTransaction } from './advisoryLock.ts';
import type { ControlDb } from './connect.ts';
import { queryRows } from './rows.ts';

export const WORKSPACE_SETTING = 'sightglass.workspace_id';
/** What the setting is for a connection that may see every workspace. */
export const ALL_WORKSPACES = '*';

const ROW_ROLE = 'sightglass_workspace';

const FlagSchema = z.object({ yes: z.boolean() });

/**
 * Lays the policies and answers the role that transactions of one workspace have to take on; undefined when the connection's own is
 * bound already. Throws when neither is to be had, because then one lock of two would be missing in silence.
 */
export async function secureRows(db: ControlDb): Promise<string | undefined> {
  return db.transaction(async (tx) => {
    await lockForTransaction(tx, ADVISORY_LOCKS.migrate);
    await tx.execute(LAY_POLICIES);
    const [own] = await queryRows(tx, sql`SELECT rolsuper OR rolbypassrls AS yes FROM pg_roles WHERE rolname = current_user`, FlagSchema);
    if (own?.yes === false) {
      const [set] = await queryRows(tx, sql`SELECT coalesce(current_setting(${WORKSPACE_SETTING}, true), '') = ${ALL_WORKSPACES} AS yes`, FlagSchema);
      if (set?.yes === true) return undefined;
      throw new Error(
        `The control database does not keep settings of a connection (${WORKSPACE_SETTING}). A pooler in between, such as PgBouncer, has to be set to session pooling, or to track extra parameters.`,
      );
    }
    await tx.execute(MAKE_ROLE);
    await tx.execute(GRANT_TO_ROLE);
    return ROW_ROLE;
  });
}

/** FORCE: the owner of a table is bound, too. A user may read the names of others: whose they are is said by `members`, which is locked. */
const LAY_POLICIES = sql.raw(`
DO $$
DECLARE t record;
BEGIN
  FOR t IN
    SELECT c.oid::regclass AS name, (CASE WHEN c.relname = 'workspaces' THEN 'id' ELSE 'workspace_id' END) AS key
    FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
      AND (c.relname = 'workspaces' OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'workspace_id' AND NOT a.attisdropped))
      AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'rows_of_workspace')
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t.name);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t.name);
    EXECUTE format(
      'CREATE POLICY rows_of_workspace ON %s USING (%I = current_setting(''${WORKSPACE_SETTING}'', true) OR current_setting(''${WORKSPACE_SETTING}'', true) = ''${ALL_WORKSPACES}'')',
      t.name, t.key
    );
  END LOOP;
END $$`);

/** Roles belong to the whole server, so another database's start may make it in the same moment. */
const MAKE_ROLE = sql.raw(`
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${ROW_ROLE}') THEN
    CREATE ROLE ${ROW_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$`);

const GRANT_TO_ROLE = sql.raw(`
DO $$
DECLARE t record;
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO ${ROW_ROLE}', current_schema());
  FOR t IN SELECT p.polrelid::regclass AS name FROM pg_policy p WHERE p.polname = 'rows_of_workspace' LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO ${ROW_ROLE}', t.name);
  END LOOP;
  GRANT SELECT (id, name, email, created_at) ON users TO ${ROW_ROLE};
END $$`);
