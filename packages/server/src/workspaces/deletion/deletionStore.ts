/** Deletions of workspaces in the control plane: begun, held by who works on them, and ended with a certificate. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { WorkspaceDeletion } from '@sightglass/contract/routes/workspaces';
import { and, eq, isNull, lt, ne, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Actor } from '../../access/caller.ts';
import { ADVISORY_LOCKS, lockForTransaction } from '../../control/advisoryLock.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { CountSchema, queryRows } from '../../control/rows.ts';
import { type RowCounts, workspaceDeletions } from '../../control/tables/workspaceDeletions.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import { fail, ok, type Result } from '../../result.ts';

/** Who works on a deletion says so more often than this; one nobody has spoken for so long is taken up by another. */
const HELD = sql`now() + interval '30 seconds'`;
const LET_GO = sql`now() - interval '1 second'`;

export type DeletionRow = typeof workspaceDeletions.$inferSelect;

export function createDeletionStore(control: Pick<ControlConnection, 'instanceDb' | 'changeInstance'>) {
  const { instanceDb: db } = control;
  const unfinished = (id: string) => and(eq(workspaceDeletions.id, id), isNull(workspaceDeletions.finishedAt));
  return {
    /** From here on nobody may use the workspace. One that is being deleted already is answered as it is. */
    begin: (workspaceId: WorkspaceId, by: Actor): Promise<Result<{ row: DeletionRow; begunNow: boolean }>> =>
      control.changeInstance(by, async (tx, note): Promise<Result<{ row: DeletionRow; begunNow: boolean }>> => {
        // Two at once must not take the last two workspaces.
        await lockForTransaction(tx, ADVISORY_LOCKS.deleteWorkspace);
        const [begun] = await tx.select().from(workspaceDeletions).where(eq(workspaceDeletions.id, workspaceId));
        if (begun !== undefined) return ok({ row: begun, begunNow: false });
        const [other] = await tx
          .select({ id: workspaces.id })
          .from(workspaces)
          .where(and(ne(workspaces.id, workspaceId), isNull(workspaces.deletingSince)))
          .limit(1);
        if (other === undefined) return fail('conflict', 'It is the last workspace: an instance has at least one. Create another before.');
        const [workspace] = await tx
          .update(workspaces)
          .set({ deletingSince: sql`now()`, changedAt: sql`now()` })
          .where(eq(workspaces.id, workspaceId))
          .returning();
        if (workspace === undefined) return fail('not-found', 'There is no such workspace.');
        const { slug, name, plan, timeZone, createdAt } = workspace;
        const [row] = await tx.insert(workspaceDeletions).values({ id: workspaceId, slug, name, requestedBy: by, heldUntil: HELD }).returning();
        if (row === undefined) throw new Error('An inserted deletion was not returned');
        const before = { slug, name, plan, time_zone: timeZone, created_at: createdAt.toISOString() };
        note(null, { action: 'workspace.delete.begin', target: workspaceId, before, after: null });
        return ok({ row, begunNow: true });
      }),
    /** One that nobody holds any more; it is held by the caller then. */
    takeAbandoned: async (): Promise<DeletionRow | undefined> => {
      const abandoned = and(isNull(workspaceDeletions.finishedAt), lt(workspaceDeletions.heldUntil, sql`now()`));
      const [left] = await db.select({ id: workspaceDeletions.id }).from(workspaceDeletions).where(abandoned).limit(1);
      if (left === undefined) return undefined;
      const [taken] = await db
        .update(workspaceDeletions)
        .set({ heldUntil: HELD })
        .where(and(eq(workspaceDeletions.id, left.id), abandoned))
        .returning();
      return taken;
    },
    /** Of an engine that no other process can use: who held them has gone. */
    letGoOfAll: async (): Promise<void> => {
      await db.update(workspaceDeletions).set({ heldUntil: LET_GO }).where(isNull(workspaceDeletions.finishedAt));
    },
    letGo: async (id: string): Promise<void> => {
      await db.update(workspaceDeletions).set({ heldUntil: LET_GO }).where(unfinished(id));
    },
    hold: async (id: string): Promise<void> => {
      await db.update(workspaceDeletions).set({ heldUntil: HELD }).where(unfinished(id));
    },
    keepTelemetryRows: async (id: string, telemetryRows: RowCounts): Promise<void> => {
      await db.update(workspaceDeletions).set({ telemetryRows, heldUntil: HELD }).where(unfinished(id));
    },
    /** Deletes the workspace's rows of the control plane and writes the certificate. To be called when no telemetry is left. */
    finish: async ({ id, slug, name, requestedBy, createdAt }: DeletionRow, telemetryRows: RowCounts): Promise<void> => {
      const finished = await control.changeInstance(requestedBy, async (tx, note) => {
        // A workspace with a long history takes longer than a single statement may elsewhere.
        await tx.execute(sql`SET LOCAL statement_timeout = 0`);
        const controlRows = await countControlRows(tx, id);
        await tx.delete(workspaces).where(eq(workspaces.id, id));
        const left = await countControlRows(tx, id);
        if (Object.keys(left).length > 0) throw new Error(`A deleted workspace has rows left in ${Object.keys(left).join(', ')}`);
        const [row] = await tx
          .update(workspaceDeletions)
          .set({ telemetryRows, controlRows, finishedAt: sql`now()`, changedAt: sql`now()` })
          .where(unfinished(id))
          .returning();
        // Another instance was faster.
        if (row === undefined || row.finishedAt === null) return ok(undefined);
        const certificate = {
          slug,
          name,
          began_at: createdAt.toISOString(),
          finished_at: row.finishedAt.toISOString(),
          telemetry_rows: listed(telemetryRows),
          control_rows: listed(controlRows),
          verified_left: 0,
        };
        note(null, { action: 'workspace.delete', target: id, before: null, after: certificate });
        return ok(undefined);
      });
      if (!finished.ok) throw new Error(finished.error.detail);
    },
    find: async (id: string): Promise<DeletionRow | undefined> => {
      const [row] = await db.select().from(workspaceDeletions).where(eq(workspaceDeletions.id, id));
      return row;
    },
  };
}

/** Rows that name the workspace, in every table that can; tables without any are left out. */
async function countControlRows(tx: ControlTx, workspaceId: string): Promise<RowCounts> {
  const tables = await queryRows(
    tx,
    sql`SELECT c.table_name AS name FROM information_schema.columns c
        JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
        WHERE c.table_schema = current_schema() AND c.column_name = 'workspace_id' ORDER BY 1`,
    z.object({ name: z.string() }),
  );
  const counts: RowCounts = {};
  for (const [table, column] of [['workspaces', 'id'], ...tables.map(({ name }) => [name, 'workspace_id'])] as [string, string][]) {
    const counted = sql`SELECT count(*) AS count FROM ${sql.identifier(table)} WHERE ${sql.identifier(column)} = ${workspaceId}`;
    const [found] = await queryRows(tx, counted, z.object({ count: CountSchema }));
    if (found !== undefined && found.count > 0) counts[table] = found.count;
  }
  return counts;
}

/** As a list: the name of a table must not pass for the name of a secret. */
const listed = (counts: RowCounts) => Object.entries(counts).map(([table, rows]) => ({ table, rows }));

export const shownDeletion = (row: DeletionRow): WorkspaceDeletion => ({
  workspace_id: row.id,
  slug: row.slug,
  name: row.name,
  state: row.finishedAt === null ? 'running' : 'done',
  started_at: row.createdAt.toISOString(),
  finished_at: row.finishedAt?.toISOString() ?? null,
  requested_by: row.requestedBy.name,
  telemetry_rows: row.telemetryRows === null ? null : listed(row.telemetryRows),
  control_rows: row.controlRows === null ? null : listed(row.controlRows),
});
