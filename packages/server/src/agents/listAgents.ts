import type { AgentListQuery } from '@sightglass/contract/routes/agents';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ControlTx } from '../control/connect.ts';
import type { Page } from '../control/page.ts';
import { openCursor, sealCursor } from '../explore/opaqueCursor.ts';
import { refuseCursor } from '../refuseCursor.ts';
import { fail, ok, type Result } from '../result.ts';
import { type AgentRow, readAgentRows } from './agentRow.ts';

/** When the last agent of a page was created, and the hash of its id: ids may be longer than a cursor. */
const CursorSchema = z.tuple([z.number().int().min(0).max(8.64e15), z.string().regex(/^[0-9a-f]{32}$/)]);

export interface AgentsSeen {
  workspaceId: WorkspaceId;
  hiddenAgents: readonly string[];
  /** Unix milliseconds: whether an agent is silent depends on it. */
  nowMs: number;
}

/** The agents of a workspace but the hidden ones, those that came last before the others. */
export async function listAgents(
  tx: ControlTx,
  { workspaceId, hiddenAgents, nowMs }: AgentsSeen,
  query: AgentListQuery,
): Promise<Result<Page<AgentRow>>> {
  const { limit, cursor } = query;
  const after = cursor === undefined ? undefined : openCursor(cursor, CursorSchema);
  if (cursor !== undefined && after === undefined) {
    return refuseCursor();
  }
  const conditions = [notHidden(hiddenAgents), ...conditionsOf(query)];
  if (after !== undefined) conditions.push(sql`(created_at, place) < (${new Date(after[0]).toISOString()}::timestamptz, ${after[1]})`);
  const rows = await readAgentRows(
    tx,
    workspaceId,
    nowMs,
    sql.join(conditions, sql` AND `),
    sql`ORDER BY created_at DESC, place DESC LIMIT ${limit + 1}`,
  );
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return ok({ items, next_cursor: last === undefined ? null : sealCursor([last.created_ms, last.place]) });
}

/** An unknown agent, another workspace's and a hidden one are the same. */
export async function findAgent(tx: ControlTx, { workspaceId, hiddenAgents, nowMs }: AgentsSeen, agentId: string): Promise<Result<AgentRow>> {
  const isPossible = !agentId.includes('\0') && !hiddenAgents.includes(agentId);
  const [row] = isPossible ? await readAgentRows(tx, workspaceId, nowMs, sql`agent_id = ${agentId}`) : [];
  return row === undefined ? noSuchAgent(agentId) : ok(row);
}

export const noSuchAgent = (agentId: string) => fail('not-found', `There is no agent ${agentId.slice(0, 64)} in this workspace.`);

export const notHidden = (hiddenAgents: readonly string[]): SQL => sql`agent_id <> ALL(${sql.param([...hiddenAgents])}::text[])`;

function conditionsOf({ q, department, tag, status }: AgentListQuery): SQL[] {
  // No agent has such a text, and PostgreSQL takes none.
  if ([q, department, tag].some((text) => text?.includes('\0'))) return [sql`false`];
  return [
    ...(q === undefined || q === '' ? [] : [sql`position(lower(${q}::text) in lower(concat_ws(E'\\n', agent_id, name, owner))) > 0`]),
    ...(department === undefined ? [] : [sql`department = ${department}::text`]),
    ...(tag === undefined ? [] : [sql`tags ? ${tag}::text`]),
    ...(status === undefined ? [] : [sql`shown_status = ANY(${sql.param(status)}::text[])`]),
  ];
}
