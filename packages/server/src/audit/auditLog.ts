/** The record of what was changed in the control plane. Written in the transaction of the change, so that neither is there without the other. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { ControlTx } from '../control/connect.ts';
import { auditEntries } from '../control/schema.ts';
import { createId } from '../prefixedId.ts';

export interface AuditedChange {
  workspaceId: WorkspaceId;
  /** Id of a user or key; null for the program itself. */
  actor: string | null;
  /** `price.set`, `price.remove` … */
  action: string;
  /** Id of what was changed. */
  target: string;
  /** As JSON; null where there was nothing. */
  before: unknown;
  after: unknown;
}

export async function audit(tx: ControlTx, changes: readonly AuditedChange[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.insert(auditEntries).values(changes.map((change) => ({ id: createId('auditEntry'), ...change })));
}
