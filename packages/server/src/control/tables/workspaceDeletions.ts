import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { Actor } from '../../access/caller.ts';
import { moment } from './columns.ts';

/** Rows by table. */
export type RowCounts = Record<string, number>;

/**
 * Workspaces that are being deleted or are deleted: what is to be done, how far it has come, and who is at it. A row stays for good, so
 * that what an instance may still hold of a workspace is known to be nobody's. It belongs to the instance: the workspace's own rows go.
 */
export const workspaceDeletions = pgTable(
  'workspace_deletions',
  {
    /** Of the workspace. */
    id: text('id').primaryKey(),
    slug: text('slug').notNull(),
    name: text('name').notNull(),
    requestedBy: jsonb('requested_by').$type<Actor>().notNull(),
    /** When it began. */
    createdAt: moment('created_at').notNull().defaultNow(),
    /** Rows of telemetry that were found before any was deleted, and those that came after. Null until they are counted. */
    telemetryRows: jsonb('telemetry_rows').$type<RowCounts>(),
    controlRows: jsonb('control_rows').$type<RowCounts>(),
    finishedAt: moment('finished_at'),
    /** Who works on it moves this on; one whose holder has gone is taken up by the next. */
    heldUntil: moment('held_until').notNull(),
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  (table) => [index('workspace_deletions_changed').on(table.changedAt)],
);
