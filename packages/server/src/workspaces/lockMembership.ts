import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, eq, isNull } from 'drizzle-orm';
import type { ControlTx } from '../control/connect.ts';
import { workspaces } from '../control/tables/workspaces.ts';

/**
 * Waits until no other transaction changes who is in the workspace: two owners who leave at once must not leave none, nor one address
 * have two open invitations. False when the workspace is gone or going. Rows that only refer to the workspace are not kept waiting.
 */
export async function lockMembership(tx: ControlTx, workspaceId: WorkspaceId): Promise<boolean> {
  const [row] = await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(and(eq(workspaces.id, workspaceId), isNull(workspaces.deletingSince)))
    .for('no key update');
  return row !== undefined;
}
