/**
 * The rows of one workspace in the telemetry store: counted, and deleted so that they leave the disk (mutations, not the marks of a
 * lightweight delete). Which tables have such rows is asked of the store itself, so that no table can be forgotten.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { RowCounts } from '../../control/tables/workspaceDeletions.ts';
import { reach } from '../../journal/faultPoints.ts';
import type { TelemetryConnection } from '../../telemetry/connect.ts';
import { spanCostsTable } from '../../telemetry/tables/spanCosts.ts';
import { spanResolutionsTable } from '../../telemetry/tables/spanResolutions.ts';
import { traceBoundsTable } from '../../telemetry/tables/traceBounds.ts';
import type { Exclusively } from '../../turns.ts';

type Store = Pick<TelemetryConnection, 'rows' | 'run'>;

/** Values on their way into `spans`: gone after an hour, and known by their traces alone. */
const BY_TRACE = [spanResolutionsTable.name, spanCostsTable.name] as const;
const LOOK_AGAIN_MS = 1_000;

/** The tables that say of each row whose it is. */
export async function workspaceTables(telemetry: Pick<TelemetryConnection, 'rows'>): Promise<string[]> {
  const rows = await telemetry.rows<{ name: string }>(
    `SELECT t.name AS name FROM system.tables AS t
WHERE t.database = currentDatabase() AND t.engine LIKE '%MergeTree'
  AND t.name IN (SELECT table FROM system.columns WHERE database = currentDatabase() AND name = 'workspace_id')
ORDER BY name`,
  );
  return rows.map(({ name }) => name);
}

/** Rows as they lie there, of every version; tables without any are left out. */
export async function countRows(telemetry: Pick<TelemetryConnection, 'rows'>, workspaceId: WorkspaceId): Promise<RowCounts> {
  const counts: RowCounts = {};
  for (const table of await workspaceTables(telemetry)) {
    const [found] = await telemetry.rows<{ n: string }>(`SELECT toString(count()) AS n FROM ${table} WHERE ${isOf(workspaceId)}`);
    const rows = Number(found?.n ?? 0);
    if (rows > 0) counts[table] = rows;
  }
  return counts;
}

/** Which of the workspaces have rows in any table. */
export async function workspacesWithRows(telemetry: Pick<TelemetryConnection, 'rows'>, workspaceIds: readonly WorkspaceId[]): Promise<WorkspaceId[]> {
  const found = new Set<WorkspaceId>();
  for (const table of await workspaceTables(telemetry)) {
    const rows = await telemetry.rows<{ id: WorkspaceId }>(
      `SELECT DISTINCT workspace_id AS id FROM ${table} WHERE workspace_id IN {ids:Array(String)}`,
      {
        ids: workspaceIds,
      },
    );
    for (const { id } of rows) found.add(id);
  }
  return [...found];
}

/**
 * Deletes what there is of the workspace, a partition at a time, each while nobody writes stored spans again. Twice is as good as
 * once. Rejects with the signal's reason when it comes.
 */
export async function deleteRows(telemetry: Store, workspaceId: WorkspaceId, exclusively: Exclusively, signal: AbortSignal): Promise<void> {
  const remove = (table: string, where: string, partitionId: string) =>
    exclusively(async () => {
      signal.throwIfAborted();
      // One that is under way still, of a run that did not see its end, does the same.
      await mutationsEnded(telemetry, table, workspaceId, signal);
      await telemetry.run(`ALTER TABLE ${table} DELETE IN PARTITION ID '${partitionId}' WHERE ${where} SETTINGS mutations_sync = 2`);
      reach('workspace.partition');
    });
  // First, for which traces are the workspace's is known only as long as these are there.
  for (const table of BY_TRACE) {
    const where = `trace_id IN (SELECT trace_id FROM ${traceBoundsTable.name} WHERE ${isOf(workspaceId)} AND trace_id IN (SELECT trace_id FROM ${table}))`;
    for (const partitionId of await partitionsWith(telemetry, table, where)) await remove(table, where, partitionId);
  }
  for (const table of await workspaceTables(telemetry)) {
    for (const partitionId of await partitionsWith(telemetry, table, isOf(workspaceId))) await remove(table, isOf(workspaceId), partitionId);
  }
}

async function partitionsWith(telemetry: Store, table: string, where: string): Promise<string[]> {
  const rows = await telemetry.rows<{ id: string }>(`SELECT DISTINCT _partition_id AS id FROM ${table} WHERE ${where} ORDER BY id`);
  return rows.map(({ id }) => word(id));
}

async function mutationsEnded(telemetry: Store, table: string, workspaceId: WorkspaceId, signal: AbortSignal): Promise<void> {
  for (;;) {
    const [pending] = await telemetry.rows<{ n: number }>(
      `SELECT toUInt32(count()) AS n FROM system.mutations
WHERE database = currentDatabase() AND table = {table:String} AND NOT is_done AND position(command, {workspaceId:String}) > 0`,
      { table, workspaceId },
    );
    if (pending === undefined || pending.n === 0) return;
    await delay(LOOK_AGAIN_MS, undefined, { signal });
  }
}

/** Stands in the text: a mutation is kept by the store as text and takes no parameters. The id is ours and checked to be a plain word. */
const isOf = (workspaceId: WorkspaceId) => `workspace_id = '${word(workspaceId)}'`;

function word(text: string): string {
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(text)) throw new Error('An id of a workspace or partition is letters, digits, _ and - only');
  return text;
}
