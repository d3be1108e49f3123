import { HEARTBEAT_STATUSES } from '@sightglass/contract/event';
import { sql } from 'drizzle-orm';
import { bigint, check, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdAt, moment, oneOf } from './columns.ts';
import { workspaces } from './workspaces.ts';

/**
 * Agents, created on first sight in telemetry or by somebody. What a heartbeat said is kept as it came: `heartbeat_metadata` is JSON text.
 */
export const agents = pgTable(
  'agents',
  {
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    /** The sender's own name for it. */
    agentId: text('agent_id').notNull(),
    /** Of telemetry; null until there is any. */
    firstSeenAt: moment('first_seen_at'),
    /** Written often, so no index may hold it. */
    lastSeenAt: moment('last_seen_at'),
    lastHeartbeatAt: moment('last_heartbeat_at'),
    status: text('status', { enum: HEARTBEAT_STATUSES }),
    heartbeatMetadata: text('heartbeat_metadata'),
    /** Mean time between the last heartbeats, see `agents/heartbeatRhythm.ts`; null until there were two. */
    heartbeatIntervalMs: bigint('heartbeat_interval_ms', { mode: 'number' }),
    createdAt: createdAt(),
    /** When somebody said who it is; null while only telemetry does. */
    registeredAt: moment('registered_at'),
    name: text('name'),
    owner: text('owner'),
    department: text('department'),
    tags: text('tags').array().notNull().default(sql`'{}'`),
    /** The one seen last first. */
    versions: text('versions').array().notNull().default(sql`'{}'`),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.agentId] }),
    index('agents_created').on(table.workspaceId, table.createdAt),
    check('agents_status', oneOf('status', HEARTBEAT_STATUSES)),
  ],
);
