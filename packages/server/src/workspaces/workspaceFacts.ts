import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, eq, isNull } from 'drizzle-orm';
import type { ControlConnection } from '../control/connect.ts';
import { workspaces } from '../control/tables/workspaces.ts';
import type { FirstTraceStore } from '../onboarding/firstTrace.ts';

export interface WorkspaceFacts extends FirstTraceStore {
  timeZoneOf(workspaceId: WorkspaceId): Promise<string>;
  nameOf(workspaceId: WorkspaceId): Promise<string>;
}

/** What other features ask of a workspace's row. */
export function createWorkspaceFacts({ instanceDb: db }: Pick<ControlConnection, 'instanceDb'>): WorkspaceFacts {
  return {
    timeZoneOf: async (workspaceId) => {
      const [row] = await db.select({ timeZone: workspaces.timeZone }).from(workspaces).where(eq(workspaces.id, workspaceId));
      return row?.timeZone ?? 'UTC';
    },
    nameOf: async (workspaceId) => {
      const [row] = await db.select({ name: workspaces.name }).from(workspaces).where(eq(workspaces.id, workspaceId));
      return row?.name ?? '';
    },
    firstTraceAtMs: async (workspaceId) => {
      const [row] = await db.select({ at: workspaces.firstTraceAt }).from(workspaces).where(eq(workspaces.id, workspaceId));
      return row?.at?.getTime() ?? null;
    },
    markFirstTrace: async (workspaceId, atMs) => {
      await db
        .update(workspaces)
        .set({ firstTraceAt: new Date(atMs) })
        .where(and(eq(workspaces.id, workspaceId), isNull(workspaces.firstTraceAt)));
    },
  };
}
