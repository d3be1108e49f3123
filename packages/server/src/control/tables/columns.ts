/**
 * What the tables of the control plane share. After a change to any of them: `npx drizzle-kit generate --name <intent>` in
 * packages/server, read the SQL, commit it. Forward only; the previous release must be able to run beside it. Row-level security is laid
 * on every table with a column `workspace_id` by itself (`../rowSecurity.ts`).
 */
import { sql } from 'drizzle-orm';
import { customType, timestamp } from 'drizzle-orm/pg-core';

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** Milliseconds, as JavaScript's clock has them: a time that was read equals the one that is stored, in cursors too. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
export const createdAt = () => moment('created_at').notNull().defaultNow();

/** The condition of a check: the column holds one of our own words. */
export const oneOf = (column: string, values: readonly string[]) => sql.raw(`"${column}" in (${values.map((value) => `'${value}'`).join(', ')})`);
