import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ControlConnection } from '../control/connect.ts';
import { queryRows } from '../control/rows.ts';

const KEPT_MS = 90 * 86_400_000;
/** So many at a time, so that no statement holds rows for long. */
const ROWS_PER_DELETE = 500;
/** In one go; what is left goes the next time. */
const DELETES_MAX = 10;

/** Deletes what is older than 90 days, of every workspace, and who has read it. Answers how many went; it may run twice. */
export async function forgetOldNotifications({ instanceDb }: Pick<ControlConnection, 'instanceDb'>, nowMs: number): Promise<number> {
  const before = new Date(nowMs - KEPT_MS).toISOString();
  let forgotten = 0;
  for (let i = 0; i < DELETES_MAX; i += 1) {
    // Workspace by workspace, because that is how the index is ordered.
    const gone = await queryRows(
      instanceDb,
      sql`DELETE FROM notifications WHERE id IN (
        SELECT old.id FROM workspaces CROSS JOIN LATERAL (
          SELECT id FROM notifications WHERE workspace_id = workspaces.id AND created_at < ${before}::timestamptz LIMIT ${ROWS_PER_DELETE}
        ) AS old LIMIT ${ROWS_PER_DELETE}
      ) RETURNING id`,
      z.object({ id: z.string() }),
    );
    forgotten += gone.length;
    if (gone.length < ROWS_PER_DELETE) break;
  }
  return forgotten;
}
