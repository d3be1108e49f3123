/**
 * Deletes workspaces: first what they have in the telemetry store, then their rows of the control plane, with a certificate in the
 * audit log of the instance. Each goes on after a restart, or on another instance, and may be done again: it ends in the same state.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { WorkspaceDeletion } from '@sightglass/contract/routes/workspaces';
import type { Logger } from 'pino';
import { type Actor, SYSTEM_ACTOR } from '../../access/caller.ts';
import type { ControlConnection } from '../../control/connect.ts';
import type { RowCounts } from '../../control/tables/workspaceDeletions.ts';
import { repeat } from '../../repeat.ts';
import { ok, type Result } from '../../result.ts';
import type { TelemetryConnection } from '../../telemetry/connect.ts';
import type { Exclusively } from '../../turns.ts';
import { reach } from '../../journal/faultPoints.ts';
import { createDeletionStore, type DeletionRow, shownDeletion } from './deletionStore.ts';
import type { GoneWorkspaces } from './goneWorkspaces.ts';
import { countRows, deleteRows, workspacesWithRows } from './workspaceRows.ts';

/** After this long the asker gets something to look after instead of the answer. */
const ANSWER_WITHIN_MS = 20_000;
const LOOK_FOR_ABANDONED_MS = 10_000;
const HOLD_EVERY_MS = 10_000;
/** For what others of the instance's processes had in hand when they heard of it: they hear within a second. */
const OTHERS_HEAR_MS = 2_000;
/** What the store has not taken by then waits for its turn, and is dropped in it. */
const STORED_WITHIN_MS = 30_000;
const PASSES_MAX = 5;
/** What was under way when a deletion ended, on another instance too, may come this much later. */
const LATE_ROWS_MS = 3_600_000;
const LOOK_FOR_LATE_ROWS_MS = 60_000;

export interface WorkspaceDeletions {
  /** Begins, and answers when it is done or takes long. Fails with `conflict` for the last workspace. */
  run(workspaceId: WorkspaceId, by: Actor): Promise<Result<WorkspaceDeletion>>;
  /** With the id of who asked for it. */
  find(workspaceId: string): Promise<{ deletion: WorkspaceDeletion; requestedBy: Actor } | undefined>;
  /** Deletes rows of deleted workspaces that came to the store after all; answers of how many workspaces. Also done every minute. */
  sweep(): Promise<number>;
  /** Leaves what is running to the next start, or to another instance. */
  close(): Promise<void>;
}

export interface WorkspaceDeletionDependencies {
  control: Pick<ControlConnection, 'instanceDb' | 'changeInstance' | 'engine'>;
  telemetry: TelemetryConnection;
  gone: Pick<GoneWorkspaces, 'refresh' | 'listen'>;
  /** Resolves when everything acknowledged so far is stored, or dropped. */
  allStored(): Promise<void>;
  /** Runs `work` while nobody else writes stored spans again. */
  exclusively: Exclusively;
  nowMs(): number;
  /** Told whenever late rows of deleted workspaces were looked for. */
  onRan?(): void;
  log: Logger;
  answerWithinMs?: number;
}

export async function startWorkspaceDeletions(deps: WorkspaceDeletionDependencies): Promise<WorkspaceDeletions> {
  const { control, telemetry, gone, allStored, exclusively, nowMs, onRan, log, answerWithinMs = ANSWER_WITHIN_MS } = deps;
  const store = createDeletionStore(control);
  const stop = new AbortController();
  const running = new Map<string, Promise<void>>();
  /** Each with when it was heard of: at the start all that were ever deleted, for an earlier process may have been killed with an insert in hand. */
  const heardOf = new Map<WorkspaceId, number>();

  /** Whichever is first. The work goes on. */
  async function atMostFor(ms: number, work: Promise<void>): Promise<void> {
    const ended = new AbortController();
    const timer = delay(ms, undefined, { signal: AbortSignal.any([ended.signal, stop.signal]), ref: false }).catch(() => undefined);
    await Promise.race([work, timer]);
    ended.abort();
  }

  async function carryOut(row: DeletionRow): Promise<void> {
    const workspaceId = row.id as WorkspaceId;
    await gone.refresh();
    if (control.engine === 'server') {
      await delay(Math.max(0, Math.min(OTHERS_HEAR_MS, row.createdAt.getTime() + OTHERS_HEAR_MS - nowMs())), undefined, { signal: stop.signal });
    }
    await atMostFor(STORED_WITHIN_MS, allStored());
    stop.signal.throwIfAborted();
    let counts: RowCounts | null = row.telemetryRows;
    if (counts === null) {
      counts = await countRows(telemetry, workspaceId);
      await store.keepTelemetryRows(workspaceId, counts);
    }
    reach('workspace.counted');
    for (let pass = 1; ; pass++) {
      await deleteRows(telemetry, workspaceId, exclusively, stop.signal);
      const left = await countRows(telemetry, workspaceId);
      if (Object.keys(left).length === 0) break;
      if (pass === PASSES_MAX) throw new Error(`rows of a workspace come again and again: ${Object.keys(left).join(', ')}`);
      counts = sumOf(counts, left);
      await store.keepTelemetryRows(workspaceId, counts);
    }
    reach('workspace.emptied');
    await store.finish(row, counts);
    await gone.refresh();
    log.info({ workspaceId, slug: row.slug }, 'a workspace was deleted');
  }

  async function work(row: DeletionRow): Promise<void> {
    const stopHolding = repeat(
      HOLD_EVERY_MS,
      () => store.hold(row.id),
      (error) => log.warn({ err: error }, 'a deletion could not be held'),
    );
    try {
      await carryOut(row);
    } catch (error) {
      if (!stop.signal.aborted) log.error({ err: error, workspaceId: row.id }, 'a workspace could not be deleted; it is tried again');
      await stopHolding();
      // Where the control plane does not answer it is taken up after its time.
      await (stop.signal.aborted ? store.letGo(row.id) : store.hold(row.id)).catch(() => undefined);
    } finally {
      await stopHolding();
    }
  }

  function begin(row: DeletionRow): Promise<void> {
    const known = running.get(row.id);
    if (known !== undefined) return known;
    const ended = work(row).finally(() => running.delete(row.id));
    running.set(row.id, ended);
    return ended;
  }

  async function takeUpAbandoned(): Promise<void> {
    const row = await store.takeAbandoned();
    if (row !== undefined) void begin(row);
  }

  async function sweep(): Promise<number> {
    const sinceMs = nowMs() - LATE_ROWS_MS;
    for (const [id, heardAtMs] of heardOf) if (heardAtMs < sinceMs) heardOf.delete(id);
    const looked = [...heardOf.keys()].filter((id) => !running.has(id));
    if (looked.length === 0) return 0;
    const found = await workspacesWithRows(telemetry, looked);
    let swept = 0;
    for (const workspaceId of found) {
      // Its own deletion, here or elsewhere, takes them.
      if ((await store.find(workspaceId))?.finishedAt == null) continue;
      const rows = await countRows(telemetry, workspaceId);
      await deleteRows(telemetry, workspaceId, exclusively, stop.signal);
      log.warn({ workspaceId, rows }, 'rows that came late for a deleted workspace were deleted');
      const after = { telemetry_rows: Object.entries(rows).map(([table, count]) => ({ table, rows: count })) };
      await control.changeInstance(SYSTEM_ACTOR, async (_tx, note) => {
        note(null, { action: 'workspace.delete.late_rows', target: workspaceId, before: null, after });
        return ok(undefined);
      });
      swept += 1;
    }
    return swept;
  }

  await gone.listen(async (workspaceIds) => {
    for (const id of workspaceIds) heardOf.set(id, nowMs());
  });
  // No other process can work on what lies here.
  if (control.engine === 'embedded') await store.letGoOfAll();
  await takeUpAbandoned();
  const failed = (error: unknown) => {
    if (!stop.signal.aborted) log.warn({ err: error }, 'deletions of workspaces could not be looked after; trying again');
  };
  const stopLooking = repeat(LOOK_FOR_ABANDONED_MS, takeUpAbandoned, failed);
  const stopSweeping = repeat(LOOK_FOR_LATE_ROWS_MS, async () => void (await sweep()), failed, onRan);

  return {
    run: async (workspaceId, by) => {
      const begun = await store.begin(workspaceId, by);
      if (!begun.ok) return begun;
      const { row, begunNow } = begun.value;
      await gone.refresh();
      if (begunNow || running.has(row.id)) await atMostFor(answerWithinMs, begin(row));
      return ok(shownDeletion((await store.find(row.id)) ?? row));
    },
    find: async (workspaceId) => {
      const row = await store.find(workspaceId);
      return row && { deletion: shownDeletion(row), requestedBy: row.requestedBy };
    },
    sweep,
    close: async () => {
      stop.abort();
      await Promise.all([stopLooking(), stopSweeping()]);
      await Promise.allSettled(running.values());
    },
  };
}

function sumOf(a: RowCounts, b: RowCounts): RowCounts {
  const sum = { ...a };
  for (const [table, rows] of Object.entries(b)) sum[table] = (sum[table] ?? 0) + rows;
  return sum;
}
