import { index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytea, createdAt, moment } from './columns.ts';
import { workspaces } from './workspaces.ts';

/** Settings by name, each a JSON value that its own schema reads (`settings/settingsStore.ts`). `updatedAt` tells other instances what to read again. */
export const workspaceSettings = pgTable(
  'workspace_settings',
  {
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    value: jsonb('value').notNull(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
    /** Id of the user or key that changed it last. */
    updatedBy: text('updated_by'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.name] }), index('workspace_settings_updated').on(table.updatedAt)],
);

/** Keys with which workspaces encrypt what they store, wrapped under the instance's secret. The one that is not retired is for new data. */
export const dataKeys = pgTable(
  'data_keys',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    /** Nonce, AES-256-GCM ciphertext, tag. */
    wrappedKey: bytea('wrapped_key').notNull(),
    createdAt: createdAt(),
    /** Id of the user or key that made it. */
    createdBy: text('created_by'),
    retiredAt: moment('retired_at'),
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  (table) => [index('data_keys_workspace').on(table.workspaceId), index('data_keys_changed').on(table.changedAt)],
);
