import type { KeyRateLimit } from '@sightglass/contract/routes/apiKeys';
import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { bytea, createdAt, moment } from './columns.ts';
import { workspaces } from './workspaces.ts';

/** API keys: never the key, only its SHA-256 and its first characters. `changedAt` tells other instances what to read again. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    hash: bytea('hash').notNull().unique(),
    prefix: text('prefix').notNull(),
    scopes: text('scopes').array().notNull(),
    rateLimit: jsonb('rate_limit').$type<KeyRateLimit>(),
    createdAt: createdAt(),
    /** Id of the user or key that made it; null when it came with the first start. */
    createdBy: text('created_by'),
    expiresAt: moment('expires_at'),
    lastUsedAt: moment('last_used_at'),
    revokedAt: moment('revoked_at'),
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  (table) => [index('api_keys_workspace').on(table.workspaceId, table.createdAt, table.id), index('api_keys_changed').on(table.changedAt)],
);
