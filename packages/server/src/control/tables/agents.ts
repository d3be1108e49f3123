import { HEARTBEAT_STATUSES } from '@sightglass/contract/event';
import { check, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment, oneOf } from './columns.ts';
import { workspaces } from './workspaces.ts';

/** Agents, created on first sight in telemetry. What a heartbeat said is kept as it came: `heartbeat_metadata` is JSON text. */
export const agents = pgTable(
  'agents',
  {
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    /** The sender's own name for it. */
    agentId: text('agent_id').notNull(),
    firstSeenAt: moment('first_seen_at').notNull(),
    /** Written often, so no index may hold it. */
    lastSeenAt: moment('last_seen_at').notNull(),
    lastHeartbeatAt: moment('last_heartbeat_at'),
    status: text('status', { enum: HEARTBEAT_STATUSES }),
    heartbeatMetadata: text('heartbeat_metadata'),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.agentId] }),
    index('agents_first_seen').on(table.workspaceId, table.firstSeenAt, table.agentId),
    check('agents_status', oneOf('status', HEARTBEAT_STATUSES)),
  ],
);
