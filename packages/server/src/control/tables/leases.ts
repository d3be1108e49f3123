import { pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';

/** Periodic work that one instance does for all: who has it, and until when unless it says so again. */
export const leases = pgTable('leases', {
  name: text('name').primaryKey(),
  holder: text('holder').notNull(),
  heldUntil: moment('held_until').notNull(),
});
