import { type Agent, HEARTBEAT_STATUSES } from '@sightglass/contract/event';
import type { ControlListQuery } from '@sightglass/contract/controlList';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ControlTx } from '../control/connect.ts';
import type { Page } from '../control/page.ts';
import { queryRows } from '../control/rows.ts';
import { openCursor, sealCursor } from '../explore/opaqueCursor.ts';
import { fail, ok, type Result } from '../result.ts';

/** Times come as Unix milliseconds, which both engines write alike. */
const RowSchema = z.object({
  agent_id: z.string(),
  place: z.string(),
  first_seen_ms: z.coerce.number(),
  last_seen_ms: z.coerce.number(),
  last_heartbeat_ms: z.coerce.number().nullable(),
  status: z.enum(HEARTBEAT_STATUSES).nullable(),
  heartbeat_metadata: z.string().nullable(),
});
type Row = z.infer<typeof RowSchema>;

/** When the last agent of a page was first seen, and the hash of its id: ids may be longer than a cursor. */
const CursorSchema = z.tuple([z.number().int().min(0).max(8.64e15), z.string().regex(/^[0-9a-f]{32}$/)]);

const msOf = (column: SQL) => sql`floor(extract(epoch FROM ${column}) * 1000)`;
const COLUMNS = sql`agent_id, md5(agent_id) AS place, ${msOf(sql`first_seen_at`)} AS first_seen_ms, ${msOf(sql`last_seen_at`)} AS last_seen_ms,
  ${msOf(sql`last_heartbeat_at`)} AS last_heartbeat_ms, status, heartbeat_metadata`;

/** The agents of a workspace but the hidden ones, those first seen last before the others. */
export async function listAgents(
  tx: ControlTx,
  workspaceId: WorkspaceId,
  { limit, cursor }: ControlListQuery,
  hiddenAgents: readonly string[] = [],
): Promise<Result<Page<Agent>>> {
  const after = cursor === undefined ? undefined : openCursor(cursor, CursorSchema);
  if (cursor !== undefined && after === undefined) {
    return fail('invalid-request', 'The cursor is not one that a list has answered.', [
      { pointer: '?cursor', message: 'send next_cursor as it came' },
    ]);
  }
  const behind =
    after === undefined ? sql`true` : sql`(first_seen_at, md5(agent_id)) < (${new Date(after[0]).toISOString()}::timestamptz, ${after[1]})`;
  const rows = await queryRows(
    tx,
    sql`SELECT ${COLUMNS} FROM agents WHERE workspace_id = ${workspaceId} AND agent_id <> ALL(${sql.param([...hiddenAgents])}::text[]) AND ${behind} ORDER BY first_seen_at DESC, md5(agent_id) DESC LIMIT ${limit + 1}`,
    RowSchema,
  );
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return ok({ items: shown.map(agentOf), next_cursor: last === undefined ? null : sealCursor([last.first_seen_ms, last.place]) });
}

/** An unknown agent, another workspace's and a hidden one are the same. */
export async function findAgent(
  tx: ControlTx,
  workspaceId: WorkspaceId,
  agentId: string,
  hiddenAgents: readonly string[] = [],
): Promise<Result<Agent>> {
  const rows =
    agentId.includes('\0') || hiddenAgents.includes(agentId)
      ? []
      : await queryRows(tx, sql`SELECT ${COLUMNS} FROM agents WHERE workspace_id = ${workspaceId} AND agent_id = ${agentId}`, RowSchema);
  const [row] = rows;
  return row === undefined ? fail('not-found', `There is no agent ${agentId.slice(0, 64)} in this workspace.`) : ok(agentOf(row));
}

function agentOf(row: Row): Agent {
  return {
    agent_id: row.agent_id,
    first_seen_at: timestamp(row.first_seen_ms),
    last_seen_at: timestamp(row.last_seen_ms),
    last_heartbeat_at: row.last_heartbeat_ms === null ? null : timestamp(row.last_heartbeat_ms),
    status: row.status,
    heartbeat_metadata: row.heartbeat_metadata === null ? null : (JSON.parse(row.heartbeat_metadata) as Record<string, unknown>),
  };
}

const timestamp = (unixMs: number) => formatTimestamp(BigInt(unixMs) * 1_000_000n);
