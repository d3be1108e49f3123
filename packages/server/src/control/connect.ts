/**
 * The one place that knows which control engine is behind: PostgreSQL inside the process (PGlite, in a
 * worker thread) or a PostgreSQL server by URL. Everything else sees the same query builder and the same SQL.
 */
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { drizzle, type PgliteDatabase } from 'drizzle-orm/pglite';
import { stripParametersFromErrors } from './controlError.ts';
import { openEmbeddedClient } from './embeddedClient.ts';
import { migrateControl } from './migrate.ts';
import * as schema from './schema.ts';
import { openServerClient } from './serverClient.ts';
import type { SqlClient } from './sqlClient.ts';

export type ControlDb = PgliteDatabase<typeof schema>;
/** What runs inside `db.transaction`: the connection itself must not be used there. */
export type ControlTx = Parameters<Parameters<ControlDb['transaction']>[0]>[0];

export interface ControlConnection {
  /** `embedded` inside the process, `server` by URL (then other instances may share it). */
  readonly engine: 'embedded' | 'server';
  readonly db: ControlDb;
  close(): Promise<void>;
}

/**
 * Opens `dataDir/control`, or connects to `databaseUrl` when it is set, and brings the schema up to date.
 * The embedded engine destroys a directory that two processes open: hold `lockDataDir(dataDir)` before.
 */
export async function connectControl(options: { dataDir: string; databaseUrl?: string | undefined }): Promise<ControlConnection> {
  const { dataDir, databaseUrl } = options;
  const client = databaseUrl === undefined ? await openEmbeddedClient(join(dataDir, 'control')) : openServerClient(databaseUrl);
  try {
    const db = queryBuilder(client);
    await migrateControl(db);
    return { engine: databaseUrl === undefined ? 'embedded' : 'server', db, close: () => client.close() };
  } catch (error) {
    await client.close().catch(() => undefined);
    throw error;
  }
}

/** drizzle's PGlite driver calls `query` and `transaction` of its client and nothing else, and both engines offer these. */
function queryBuilder(client: SqlClient): ControlDb {
  stripParametersFromErrors();
  return drizzle({ client: client as unknown as PGlite, schema });
}
