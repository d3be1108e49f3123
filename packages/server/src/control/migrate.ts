import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import { z } from 'zod';
import type { ControlDb } from './connect.ts';
import { ADVISORY_LOCKS, lockForTransaction } from './advisoryLock.ts';
import { queryRows } from './rows.ts';

const MIGRATIONS_FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));

/** The SQL files of `migrations/` in order; the build copies them beside the compiled code. */
export function controlMigrations(folder = MIGRATIONS_FOLDER): MigrationMeta[] {
  if (!existsSync(`${folder}/meta/_journal.json`)) {
    throw new Error(`The control migrations are missing at ${folder}: build the server again (its build copies src/control/migrations)`);
  }
  return readMigrationFiles({ migrationsFolder: folder });
}

/**
 * Brings the schema up to this program's version. All missing migrations are one transaction under an
 * advisory lock, so that several instances may start at once and a killed one leaves nothing half done.
 * Throws when the schema is newer than the program: an older program would not understand its rows.
 *
 * The bookkeeping table is the one of drizzle-kit.
 */
export async function migrateControl(db: ControlDb, migrations: MigrationMeta[] = controlMigrations()): Promise<{ applied: number }> {
  return db.transaction(async (tx) => {
    await lockForTransaction(tx, ADVISORY_LOCKS.migrate);
    // A migration may rewrite a large table; the limit for single statements is not meant for it.
    await tx.execute(sql`SET LOCAL statement_timeout = 0`);
    await tx.execute(sql`CREATE SCHEMA IF NOT EXISTS drizzle`);
    await tx.execute(sql`CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)`);
    const done = await queryRows(tx, sql`SELECT created_at FROM drizzle.__drizzle_migrations`, z.object({ created_at: z.coerce.number() }));
    const newest = Math.max(0, ...done.map((row) => row.created_at));
    const known = Math.max(0, ...migrations.map((migration) => migration.folderMillis));
    if (newest > known) {
      throw new Error('The control database was made by a newer version of Sightglass. Start that version, or restore a backup made by this one.');
    }
    const missing = migrations.filter((migration) => migration.folderMillis > newest);
    for (const { sql: statements, hash, folderMillis } of missing) {
      for (const statement of statements) await tx.execute(sql.raw(statement));
      await tx.execute(sql`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES (${hash}, ${folderMillis})`);
    }
    return { applied: missing.length };
  });
}
