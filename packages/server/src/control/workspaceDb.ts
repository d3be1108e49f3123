/**
 * The way from a feature to the rows of one workspace. Statements run in transactions in which PostgreSQL itself shows no other
 * workspace's rows and takes none (row-level security, see `rowSecurity.ts`), so a forgotten condition finds nothing instead of
 * everything. Reading transactions cannot write; what changes something is audited in the same transaction.
 */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { sql } from 'drizzle-orm';
import type { Actor } from '../access/caller.ts';
import type { AuditChain, ChainedChange } from '../audit/auditChain.ts';
import type { Failure, Result } from '../result.ts';
import type { ControlDb, ControlTx } from './connect.ts';
import { WORKSPACE_SETTING } from './rowSecurity.ts';

/** What was changed, for the audit log. `before` and `after` are JSON, null where there was nothing; secrets in them are masked. */
export interface Change {
  /** A verb on a noun: `price.set`. */
  action: string;
  /** Id of what was changed. */
  target: string;
  before: unknown;
  after: unknown;
}

export interface WorkspaceDb {
  readonly workspaceId: WorkspaceId;
  /** BEGIN READ ONLY, `work`, COMMIT. Inside only the handle that it is given may be used. */
  read<T>(work: (tx: ControlTx) => Promise<T>): Promise<T>;
  /** BEGIN, `work`, what it noted into the audit log, COMMIT; ROLLBACK when it fails or throws. */
  change<T>(by: Actor, work: (tx: ControlTx, note: (change: Change) => void) => Promise<Result<T>>): Promise<Result<T>>;
}

/** Notes a change into the log of a workspace, with null into the instance's own. */
export type InstanceNote = (workspaceId: WorkspaceId | null, change: Change) => void;
/** Like `WorkspaceDb.change`, of no workspace or of several. */
export type InstanceChange<T> = (tx: ControlTx, note: InstanceNote) => Promise<Result<T>>;

export function createWorkspaceDb(options: {
  instanceDb: ControlDb;
  workspaceId: WorkspaceId;
  /** The role to take on, where the connection's own would not be bound by row-level security. */
  rowRole: string | undefined;
  chain: AuditChain;
}): WorkspaceDb {
  const { instanceDb, workspaceId, rowRole, chain } = options;
  const bind = async (tx: ControlTx, readOnly: 'on' | 'off') => {
    const role = rowRole === undefined ? sql`` : sql`, set_config('role', ${rowRole}, true)`;
    await tx.execute(
      sql`SELECT set_config(${WORKSPACE_SETTING}, ${workspaceId}, true), set_config('transaction_read_only', ${readOnly}, true)${role}`,
    );
  };
  return {
    workspaceId,
    read: (work) =>
      instanceDb.transaction(async (tx) => {
        await bind(tx, 'on');
        return work(tx);
      }),
    change: (by, work) =>
      changeAudited(instanceDb, chain, by, async (tx, note) => {
        await bind(tx, 'off');
        return work(tx, (change) => note(workspaceId, change));
      }),
  };
}

/** Carries a failure out of a transaction that is to be rolled back. */
class RolledBack extends Error {
  constructor(readonly failure: Failure) {
    super(failure.detail);
  }
}

export async function changeAudited<T>(instanceDb: ControlDb, chain: AuditChain, by: Actor, work: InstanceChange<T>): Promise<Result<T>> {
  try {
    return await instanceDb.transaction(async (tx) => {
      const changes: ChainedChange[] = [];
      const result = await work(tx, (workspaceId, change) => changes.push({ workspaceId, ...change }));
      if (!result.ok) throw new RolledBack(result.error);
      // Last, so that the head of the chain is held no longer than it takes to commit.
      await chain.append(tx, by, changes);
      return result;
    });
  } catch (error) {
    if (error instanceof RolledBack) return { ok: false, error: error.failure };
    throw error;
  }
}
