/** Recomputes that change something, in the control plane: what is to be done, how far it has come, and who is at it. */
import type { Actor } from '../../access/caller.ts';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { RecomputeJob, RecomputeResult } from '@sightglass/contract/routes/pricing';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import { and, eq, lt, sql } from 'drizzle-orm';
import type { ControlConnection } from '../../control/connect.ts';
import { type Page, pageAfter, toPage } from '../../control/page.ts';
import { recomputeJobs } from '../../control/tables/pricing.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import { createId } from '../../prefixedId.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { RecomputeRequest } from './recomputes.ts';

/** Who works on a job says so more often than this; a job nobody has spoken for so long is taken up by another. */
const HELD = sql`now() + interval '30 seconds'`;

export type JobRow = typeof recomputeJobs.$inferSelect;

export interface JobProgress {
  progressNs: bigint;
  done: number;
  remaining: number;
}

export function createJobStore(control: Pick<ControlConnection, 'instanceDb' | 'ofWorkspace'>) {
  const { instanceDb: db } = control;
  const ofJob = (id: string) => and(eq(recomputeJobs.id, id), eq(recomputeJobs.state, 'running'));
  return {
    /** A workspace has one at a time: two with different filters would undo one another's work. */
    begin: (workspaceId: WorkspaceId, by: Actor, { range, filters, includeReported }: RecomputeRequest): Promise<Result<JobRow>> =>
      control.ofWorkspace(workspaceId).change(by, async (tx, note) => {
        await tx.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for('no key update');
        const [running] = await tx
          .select({ id: recomputeJobs.id })
          .from(recomputeJobs)
          .where(and(eq(recomputeJobs.workspaceId, workspaceId), eq(recomputeJobs.state, 'running')));
        if (running !== undefined) return fail('conflict', `The recompute ${running.id} of this workspace is still running.`);
        const [fromNs, toNs] = [range.fromNs.toString(), range.toNs.toString()];
        const input = { filters: [...filters], include_reported: includeReported };

        const [row] = await tx
          .insert(recomputeJobs)
          .values({ id: createId('recompute'), workspaceId, input, fromNs, toNs, progressNs: fromNs, createdBy: by.id, heldUntil: HELD })
          .returning();
        if (row === undefined) throw new Error('An inserted job was not returned');
        const change = { from: formatTimestamp(range.fromNs), to: formatTimestamp(range.toNs), filters, include_reported: includeReported };
        note({ action: 'costs.recompute', target: row.id, before: null, after: change });
        return ok(row);
      }),
    /** One that nobody holds any more; it is held by the caller then. */
    takeAbandoned: async (): Promise<JobRow | undefined> => {
      const [left] = await db
        .select({ id: recomputeJobs.id })
        .from(recomputeJobs)
        .where(and(eq(recomputeJobs.state, 'running'), lt(recomputeJobs.heldUntil, sql`now()`)))
        .limit(1);
      if (left === undefined) return undefined;
      const [taken] = await db
        .update(recomputeJobs)
        .set({ heldUntil: HELD })
        .where(and(ofJob(left.id), lt(recomputeJobs.heldUntil, sql`now()`)))
        .returning();
      return taken;
    },
    /** Of an engine that no other process can use: who held them has gone. */
    letGoOfAll: async (): Promise<void> => {
      await db.update(recomputeJobs).set({ heldUntil: sql`now() - interval '1 second'` }).where(eq(recomputeJobs.state, 'running'));
    },
    /** False when the job is not to go on: it was cancelled. */
    keep: async (id: string, { progressNs, ...counts }: JobProgress): Promise<boolean> => {
      const rows = await db
        .update(recomputeJobs)
        .set({ ...counts, progressNs: progressNs.toString(), heldUntil: HELD })
        .where(ofJob(id))
        .returning({ id: recomputeJobs.id });
      return rows.length > 0;
    },
    keepResult: async (id: string, result: RecomputeResult): Promise<void> => {
      await db.update(recomputeJobs).set({ result, heldUntil: HELD }).where(ofJob(id));
    },
    end: async (id: string, state: 'done' | 'failed', error: string | null = null): Promise<boolean> => {
      const ended = state === 'done' ? { remaining: 0 } : {};
      const rows = await db
        .update(recomputeJobs)
        .set({ state, error, finishedAt: sql`now()`, ...ended })
        .where(ofJob(id))
        .returning({ id: recomputeJobs.id });
      return rows.length > 0;
    },
    cancel: (workspaceId: WorkspaceId, by: Actor, id: string): Promise<Result<void>> =>
      control.ofWorkspace(workspaceId).change(by, async (tx, note) => {
        const rows = await tx
          .update(recomputeJobs)
          .set({ state: 'cancelled', finishedAt: sql`now()` })
          .where(and(eq(recomputeJobs.workspaceId, workspaceId), ofJob(id)))
          .returning({ id: recomputeJobs.id });
        if (rows.length === 0) return fail('conflict', 'The recompute has ended already.');
        note({ action: 'costs.recompute.cancel', target: id, before: { state: 'running' }, after: { state: 'cancelled' } });
        return ok(undefined);
      }),
    letGo: async (id: string): Promise<void> => {
      await db.update(recomputeJobs).set({ heldUntil: sql`now() - interval '1 second'` }).where(ofJob(id));
    },
    find: async (workspaceId: WorkspaceId, id: string): Promise<JobRow | undefined> => {
      const [row] = await control.ofWorkspace(workspaceId).read((tx) =>
        tx
          .select()
          .from(recomputeJobs)
          .where(and(eq(recomputeJobs.workspaceId, workspaceId), eq(recomputeJobs.id, id))),
      );
      return row;
    },
    list: async (
      workspaceId: WorkspaceId,
      { limit, cursor }: { limit: number; cursor?: string | undefined },
    ): Promise<Result<Page<RecomputeJob>>> => {
      const after = pageAfter(cursor, recomputeJobs);
      if (!after.ok) return after;
      const { where, order } = after.value;
      const rows = await control.ofWorkspace(workspaceId).read((tx) =>
        tx
          .select()
          .from(recomputeJobs)
          .where(and(eq(recomputeJobs.workspaceId, workspaceId), where))
          .orderBy(...order)
          .limit(limit + 1),
      );
      return ok(toPage(rows, limit, shownJob));
    },
  };
}
export type JobStore = ReturnType<typeof createJobStore>;

export const shownJob = (row: JobRow): RecomputeJob => ({
  job_id: row.id,
  state: row.state,
  dry_run: false,
  from: formatTimestamp(BigInt(row.fromNs)),
  to: formatTimestamp(BigInt(row.toNs)),
  done: row.done,
  remaining: row.remaining,
  created_at: row.createdAt.toISOString(),
  created_by: row.createdBy,
  finished_at: row.finishedAt?.toISOString() ?? null,
  error: row.error,
  result: row.state === 'done' ? row.result : null,
});
