import type { NewPrice } from '@sightglass/contract/price';
import type { Recompute, RecomputeResult } from '@sightglass/contract/routes/pricing';
import { check, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, moment, oneOf } from './columns.ts';
import { workspaces } from './workspaces.ts';

const RECOMPUTE_STATES = ['running', 'done', 'failed', 'cancelled'] as const;

/**
 * Prices that workspaces have set. A row is never changed and never deleted, only retired, when it is replaced or removed: it goes on
 * explaining the costs that were made with it. `changedAt` tells other instances what to read again.
 */
export const prices = pgTable(
  'prices',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    content: jsonb('content').$type<NewPrice>().notNull(),
    createdAt: createdAt(),
    /** Id of the user or key that set it. */
    createdBy: text('created_by'),
    retiredAt: moment('retired_at'),
    retiredBy: text('retired_by'),
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  (table) => [index('prices_workspace').on(table.workspaceId, table.createdAt, table.id), index('prices_changed').on(table.changedAt)],
);

/**
 * Stored calls that are priced again. Who works on one holds it until `heldUntil` and moves that on; one whose holder has gone is
 * taken up by the next. `progressNs` (Unix nanoseconds): everything before has been done.
 */
export const recomputeJobs = pgTable(
  'recompute_jobs',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    input: jsonb('input').$type<Pick<Recompute, 'filters' | 'include_reported'>>().notNull(),
    fromNs: text('from_ns').notNull(),
    toNs: text('to_ns').notNull(),
    state: text('state', { enum: RECOMPUTE_STATES }).notNull().default('running'),
    progressNs: text('progress_ns').notNull(),
    done: integer('done').notNull().default(0),
    remaining: integer('remaining').notNull().default(0),
    /** What changes, found before anything is changed. */
    result: jsonb('result').$type<RecomputeResult>(),
    error: text('error'),
    createdAt: createdAt(),
    createdBy: text('created_by'),
    finishedAt: moment('finished_at'),
    heldUntil: moment('held_until').notNull(),
  },
  (table) => [
    index('recompute_jobs_workspace').on(table.workspaceId, table.createdAt, table.id),
    check('recompute_jobs_state', oneOf('state', RECOMPUTE_STATES)),
  ],
);
