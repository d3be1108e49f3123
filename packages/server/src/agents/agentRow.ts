/** A row of `agents` and what is shown of it. Times come as Unix milliseconds, which both engines write alike. */
import { type Agent, AGENT_STATUSES } from '@sightglass/contract/agent';
import { HEARTBEAT_STATUSES } from '@sightglass/contract/event';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ControlTx } from '../control/connect.ts';
import { queryRows } from '../control/rows.ts';
import { shownStatus } from './heartbeatRhythm.ts';

const ms = z.coerce.number();

const AgentRowSchema = z.object({
  agent_id: z.string(),
  place: z.string(),
  name: z.string().nullable(),
  owner: z.string().nullable(),
  department: z.string().nullable(),
  tags: z.array(z.string()),
  versions: z.array(z.string()),
  shown_status: z.enum(AGENT_STATUSES),
  registered: z.boolean(),
  created_ms: ms,
  first_seen_ms: ms.nullable(),
  last_seen_ms: ms.nullable(),
  last_heartbeat_ms: ms.nullable(),
  status: z.enum(HEARTBEAT_STATUSES).nullable(),
  heartbeat_interval_ms: ms.nullable(),
  heartbeat_metadata: z.string().nullable(),
});
export type AgentRow = z.infer<typeof AgentRowSchema>;

const msOf = (column: string) => sql`floor(extract(epoch FROM ${sql.raw(column)}) * 1000)`;

/** The rows of a workspace for which the condition holds; what `tail` adds comes behind it. `place`: the hash of an id, which may be long. */
export function readAgentRows(tx: ControlTx, workspaceId: WorkspaceId, nowMs: number, condition: SQL, tail = sql``): Promise<AgentRow[]> {
  return queryRows(
    tx,
    sql`SELECT * FROM (SELECT agent_id, md5(agent_id) AS place, name, owner, department, to_jsonb(tags) AS tags, to_jsonb(versions) AS versions,
      ${shownStatus(nowMs)} AS shown_status, registered_at IS NOT NULL AS registered, created_at, ${msOf('created_at')} AS created_ms, ${msOf('first_seen_at')} AS first_seen_ms,
      ${msOf('last_seen_at')} AS last_seen_ms, ${msOf('last_heartbeat_at')} AS last_heartbeat_ms, status, heartbeat_interval_ms, heartbeat_metadata
    FROM agents WHERE workspace_id = ${workspaceId}) AS known WHERE ${condition} ${tail}`,
    AgentRowSchema,
  );
}

const timestamp = (unixMs: number) => formatTimestamp(BigInt(unixMs) * 1_000_000n);
const optionalTimestamp = (unixMs: number | null) => (unixMs === null ? null : timestamp(unixMs));

export function agentOf(row: AgentRow): Agent {
  return {
    agent_id: row.agent_id,
    name: row.name,
    owner: row.owner,
    department: row.department,
    tags: row.tags,
    versions: row.versions,
    status: row.shown_status,
    registered: row.registered,
    created_at: timestamp(row.created_ms),
    first_seen_at: optionalTimestamp(row.first_seen_ms),
    last_seen_at: optionalTimestamp(row.last_seen_ms),
    last_heartbeat_at: optionalTimestamp(row.last_heartbeat_ms),
    heartbeat_status: row.status,
    heartbeat_interval_seconds: row.heartbeat_interval_ms === null ? null : row.heartbeat_interval_ms / 1000,
    heartbeat_metadata: row.heartbeat_metadata === null ? null : (JSON.parse(row.heartbeat_metadata) as Record<string, unknown>),
  };
}
