import type { UserId, WorkspaceId } from '@sightglass/contract/ids';
import type { Permission } from '@sightglass/contract/permissions';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ControlDb } from '../control/connect.ts';
import { queryRows } from '../control/rows.ts';

const SEES_ALL: readonly Permission[] = ['members.manage', 'keys.manage', 'audit.read'];

/**
 * The agents that a member may not see: those that belong to teams, none of which the member is in. Whoever manages members could put
 * themselves into any team, whoever manages keys could make one that sees all, and the audit log tells of all: they see every agent.
 */
export async function hiddenAgentsOf(
  db: Pick<ControlDb, 'execute'>,
  workspaceId: WorkspaceId,
  userId: UserId,
  permissions: ReadonlySet<Permission>,
): Promise<string[]> {
  if (SEES_ALL.some((permission) => permissions.has(permission))) return [];
  const rows = await queryRows(
    db,
    sql`SELECT agent_id FROM team_agents WHERE workspace_id = ${workspaceId} GROUP BY agent_id
        HAVING NOT bool_or(team_id IN (SELECT team_id FROM team_members WHERE workspace_id = ${workspaceId} AND user_id = ${userId}))
        ORDER BY agent_id`,
    z.object({ agent_id: z.string() }),
  );
  return rows.map(({ agent_id }) => agent_id);
}
