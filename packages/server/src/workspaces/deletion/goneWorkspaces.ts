/**
 * The workspaces that are being deleted or are deleted, in memory: what an instance still holds of them, in its journal or on the way
 * of a request, is nobody's. Known before anything is received, and within a second of what another instance is asked.
 */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { gt, sql } from 'drizzle-orm';
import type { ControlConnection } from '../../control/connect.ts';
import { type ChangesSince, CHANGES_OF_LATE, followChanges } from '../../control/followChanges.ts';
import { workspaceDeletions } from '../../control/tables/workspaceDeletions.ts';

export interface GoneWorkspaces {
  has(workspaceId: string): boolean;
  /** Takes over what was begun here; resolves when all listeners have heard of it. */
  refresh(): Promise<void>;
  /** Tells `listener` of those that are known, of each that becomes known, and of each once more when its last row is deleted. */
  listen(listener: (workspaceIds: readonly WorkspaceId[]) => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** `clock` is Unix milliseconds; `warn` hears of what could not be read, or forgotten. */
export async function openGoneWorkspaces(options: {
  control: Pick<ControlConnection, 'instanceDb' | 'engine'>;
  clock: () => number;
  warn: (message: string, error: unknown) => void;
}): Promise<GoneWorkspaces> {
  const { control, clock, warn } = options;
  /** Each with whether its deletion has ended. */
  const gone = new Map<WorkspaceId, boolean>();
  const listeners: ((workspaceIds: readonly WorkspaceId[]) => Promise<void>)[] = [];

  async function tell(listener: (typeof listeners)[number], workspaceIds: readonly WorkspaceId[]): Promise<void> {
    if (workspaceIds.length === 0) return;
    await listener(workspaceIds).catch((error: unknown) => warn('what is held of a deleted workspace could not be forgotten', error));
  }

  async function takeIn(since: ChangesSince): Promise<void> {
    const rows = await control.instanceDb
      .select({ id: workspaceDeletions.id, finishedAt: workspaceDeletions.finishedAt })
      .from(workspaceDeletions)
      .where(since === 'all' ? undefined : gt(workspaceDeletions.changedAt, sql`now() - ${since.interval}::interval`));
    const found: WorkspaceId[] = [];
    for (const { id, finishedAt } of rows as { id: WorkspaceId; finishedAt: Date | null }[]) {
      if (gone.get(id) === (finishedAt !== null)) continue;
      gone.set(id, finishedAt !== null);
      found.push(id);
    }
    for (const listener of listeners) await tell(listener, found);
  }

  await takeIn('all');
  const stop = followChanges({ control, clock, read: takeIn, failed: (error) => warn('deleted workspaces could not be read', error) });

  return {
    has: (workspaceId) => gone.has(workspaceId as WorkspaceId),
    refresh: () => takeIn(CHANGES_OF_LATE),
    listen: async (listener) => {
      listeners.push(listener);
      await tell(listener, [...gone.keys()]);
    },
    stop,
  };
}
