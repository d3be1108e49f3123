import { type AnyPgColumn, bigint, index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytea, createdAt } from './columns.ts';
import { workspaces } from './workspaces.ts';

const workspaceId = () => text('workspace_id').references((): AnyPgColumn => workspaces.id, { onDelete: 'cascade' });

/** What was changed in the control plane: who, when, before and after. Rows are only ever added, each chained to the one before (`audit/auditChain.ts`). */
export const auditEntries = pgTable(
  'audit_entries',
  {
    id: text('id').primaryKey(),
    /** Null: of the instance. */
    workspaceId: workspaceId(),
    /** The workspace's id, or `instance`. */
    chain: text('chain').notNull(),
    /** From 1, without gaps. */
    seq: bigint('seq', { mode: 'number' }).notNull(),
    createdAt: createdAt(),
    actorKind: text('actor_kind', { enum: ['member', 'key', 'system'] }).notNull(),
    /** Id of the user or key; null for the program itself. */
    actor: text('actor'),
    /** The e-mail or the name of the key, as it was then. */
    actorName: text('actor_name'),
    /** The other end of the socket. */
    address: text('address'),
    /** A verb on a noun: `price.set`. */
    action: text('action').notNull(),
    /** Id of what was changed. */
    target: text('target').notNull(),
    before: jsonb('before'),
    after: jsonb('after'),
    code: bytea('code').notNull(),
  },
  (table) => [
    uniqueIndex('audit_entries_chain').on(table.chain, table.seq),
    index('audit_entries_workspace').on(table.workspaceId, table.createdAt, table.id),
  ],
);

/** The end of each chain: how many entries there are, and the code of the last. */
export const auditHeads = pgTable('audit_heads', {
  chain: text('chain').primaryKey(),
  workspaceId: workspaceId(),
  seq: bigint('seq', { mode: 'number' }).notNull(),
  code: bytea('code').notNull(),
  headCode: bytea('head_code').notNull(),
});
