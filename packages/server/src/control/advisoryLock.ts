import { sql } from 'drizzle-orm';
import type { ControlDb } from './connect.ts';

/** One number for each thing that only one instance may do at a time. Any will do as long as they differ and stay. */
export const ADVISORY_LOCKS = {
  migrate: 7_346_201,
  bootstrap: 7_346_202,
  deleteWorkspace: 7_346_203,
} as const;

/** Waits until no other transaction, on any instance, holds the lock; it is given back when the transaction ends. */
export async function lockForTransaction(tx: Pick<ControlDb, 'execute'>, lock: number): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(${lock})`);
}
