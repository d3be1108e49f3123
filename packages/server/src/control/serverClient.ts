import pg from 'pg';
import { ControlError } from './controlError.ts';
import { ALL_WORKSPACES, WORKSPACE_SETTING } from './rowSecurity.ts';
import { decodeInt8, rawTypeOids, type SqlClient, type SqlQueryOptions, type SqlResult } from './sqlClient.ts';

const INT8 = 20;
const INT8_ARRAY = 1016;
const CONNECTIONS_MAX = 10;
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;

const asText = (value: string): string => value;
const defaultParser = (oid: number, format: 'text' | 'binary' | undefined) => pg.types.getTypeParser(oid, format === 'binary' ? 'binary' : 'text');

function typesFor(options: SqlQueryOptions | undefined): pg.CustomTypesConfig {
  const raw = new Set(rawTypeOids(options));
  return {
    getTypeParser: (typeId, format) => {
      const oid: number = typeId;
      if (raw.has(oid)) return asText;
      if (oid === INT8) return decodeInt8;
      if (oid === INT8_ARRAY) {
        const parse = defaultParser(oid, format) as (text: string) => (string | null)[];
        return (text: string) => parse(text).map((item) => (item === null ? null : decodeInt8(item)));
      }
      return defaultParser(oid, format);
    },
  };
}

async function run(client: pg.Pool | pg.PoolClient, text: string, params: unknown[] = [], options?: SqlQueryOptions): Promise<SqlResult> {
  const config = { text, values: params, types: typesFor(options) };
  const result = options?.rowMode === 'array' ? await client.query({ ...config, rowMode: 'array' }) : await client.query(config);
  const written = result.command === 'INSERT' || result.command === 'UPDATE' || result.command === 'DELETE';
  return { rows: result.rows, fields: result.fields, affectedRows: written ? (result.rowCount ?? 0) : 0 };
}

/** A connection sees every workspace until it says otherwise. Options in the URL would replace ours, so they are taken out of it and put beside. */
function connectionOf(databaseUrl: string): { connectionString: string; options: string } {
  const own = `-c ${WORKSPACE_SETTING}=${ALL_WORKSPACES}`;
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : undefined;
  const given = url?.searchParams.get('options');
  if (url === undefined || given == null) return { connectionString: databaseUrl, options: own };
  url.searchParams.delete('options');
  return { connectionString: url.href, options: `${given} ${own}` };
}

/** A PostgreSQL server by URL, through a pool. Connections that the server drops are replaced by themselves. */
export function openServerClient(databaseUrl: string): SqlClient {
  const pool = new pg.Pool({
    ...connectionOf(databaseUrl),
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'sightglass',
  });
  // A connection that breaks is dropped by the pool, idle or not; without listeners it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    query: (text, params, options) => run(pool, text, params, options),
    transaction: async (work) => {
      const client = await pool.connect().catch((error: unknown) => {
        throw new ControlError('BEGIN', error);
      });
      let broken: Error | undefined;
      try {
        await client.query('BEGIN');
        const value = await work({ query: (text, params, options) => run(client, text, params, options) });
        await client.query('COMMIT');
        return value;
      } catch (error) {
        await client.query('ROLLBACK').catch((failure: Error) => {
          broken = failure;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}
