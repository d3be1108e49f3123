/**
 * The one place that knows which control engine is behind: PostgreSQL inside the process (PGlite, in a
 * worker thread) or a PostgreSQL server by URL. Everything else sees the same query builder and the same SQL.
 */
import { join } from 'node:path';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { PGlite } from '@electric-sql/pglite';
import { drizzle, type PgliteDatabase } from 'drizzle-orm/pglite';
import { stripParametersFromErrors } from './controlError.ts';
import { openEmbeddedClient } from './embeddedClient.ts';
import { migrateControl } from './migrate.ts';
import { secureRows } from './rowSecurity.ts';
import { openServerClient } from './serverClient.ts';
import type { SqlClient } from './sqlClient.ts';
import type { Result } from '../result.ts';
import { changeAudited, createWorkspaceDb, type InstanceChange, type WorkspaceDb } from './workspaceDb.ts';
import type { Actor } from '../access/caller.ts';
import { type AuditChain, createAuditChain } from '../audit/auditChain.ts';

export type ControlDb = PgliteDatabase;
/** What runs inside `db.transaction`: the connection itself must not be used there. */
export type ControlTx = Parameters<Parameters<ControlDb['transaction']>[0]>[0];

export interface ControlConnection {
  /** `embedded` inside the process, `server` by URL (then other instances may share it). */
  readonly engine: 'embedded' | 'server';
  /** Every workspace's rows: for what is asked before the workspace is known, or of all of them. Features take `ofWorkspace`. */
  readonly instanceDb: ControlDb;
  /** The rows of one workspace and no others. */
  ofWorkspace(workspaceId: WorkspaceId): WorkspaceDb;
  /** A change of what is no workspace's, or of several; audited for each of those that it names, and with null for the instance. */
  changeInstance<T>(by: Actor, work: InstanceChange<T>): Promise<Result<T>>;
  /** The codes by which the audit logs are verified. */
  readonly auditChain: Pick<AuditChain, 'codeOf' | 'headCodeOf'>;
  close(): Promise<void>;
}

/**
 * Opens `dataDir/control`, or connects to `databaseUrl` when it is set, and brings the schema up to date.
 * The embedded engine destroys a directory that two processes open: hold `lockDataDir(dataDir)` before.
 */
export async function connectControl(options: {
  dataDir: string;
  databaseUrl?: string | undefined;
  /** Of the instance: the audit log is chained with a key made of it. */
  secret: string;
}): Promise<ControlConnection> {
  const { dataDir, databaseUrl, secret } = options;
  const client = databaseUrl === undefined ? await openEmbeddedClient(join(dataDir, 'control')) : openServerClient(databaseUrl);
  try {
    const instanceDb = queryBuilder(client);
    await migrateControl(instanceDb);
    const chain = createAuditChain(secret);
    const rowRole = await secureRows(instanceDb);
    return {
      engine: databaseUrl === undefined ? 'embedded' : 'server',
      instanceDb,
      ofWorkspace: (workspaceId) => createWorkspaceDb({ instanceDb, workspaceId, rowRole, chain }),
      changeInstance: (by, work) => changeAudited(instanceDb, chain, by, work),
      auditChain: chain,
      close: () => client.close(),
    };
  } catch (error) {
    await client.close().catch(() => undefined);
    throw error;
  }
}

/** drizzle's PGlite driver calls `query` and `transaction` of its client and nothing else, and both engines offer these. */
function queryBuilder(client: SqlClient): ControlDb {
  stripParametersFromErrors();
  return drizzle({ client: client as unknown as PGlite });
}
