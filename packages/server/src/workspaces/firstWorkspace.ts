import type { WorkspaceId } from '@sightglass/contract/ids';
import { asc, isNull } from 'drizzle-orm';
import type { ControlConnection } from '../control/connect.ts';
import { workspaces } from '../control/tables/workspaces.ts';

export interface FirstWorkspace {
  /** Where telemetry without a key goes in `local` mode. */
  readonly id: WorkspaceId;
  /** Takes the next when that one is being deleted. */
  refresh(): Promise<void>;
}

/** The oldest workspace that is not being deleted; `id` is what the start found. */
export function followFirstWorkspace({ instanceDb: db }: Pick<ControlConnection, 'instanceDb'>, id: WorkspaceId): FirstWorkspace {
  let current = id;
  return {
    get id() {
      return current;
    },
    refresh: async () => {
      const [oldest] = await db
        .select({ id: workspaces.id })
        .from(workspaces)
        .where(isNull(workspaces.deletingSince))
        .orderBy(asc(workspaces.createdAt), asc(workspaces.id))
        .limit(1);
      if (oldest !== undefined) current = oldest.id as WorkspaceId;
    },
  };
}
