/**
 * What both control engines look like to the query builder. It is the part of PGlite's own interface that
 * drizzle's PGlite driver calls, so one driver, one result shape and one set of value types serve both engines.
 */
export interface SqlResult {
  rows: unknown[];
  fields: { name: string; dataTypeID: number }[];
  /** Rows written by INSERT, UPDATE, DELETE; 0 for anything else. */
  affectedRows: number;
}

export interface SqlQueryOptions {
  rowMode?: 'array' | 'object';
  /** Types (by OID) to hand over as PostgreSQL's text. The functions are never called: drizzle's all return their argument. */
  parsers?: Record<number, unknown>;
}

export interface SqlSession {
  /** One statement. Values: int8 is a number while it is safe, else a bigint; numeric is a string; bytea is bytes. */
  query(text: string, params?: unknown[], options?: SqlQueryOptions): Promise<SqlResult>;
}

export interface SqlClient extends SqlSession {
  /** BEGIN, `work`, COMMIT; ROLLBACK when `work` throws. Inside, only `tx` may be used. */
  transaction<T>(work: (tx: SqlSession) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The OIDs of `options` whose values stay PostgreSQL's text. */
export const rawTypeOids = (options: SqlQueryOptions | undefined): number[] => Object.keys(options?.parsers ?? {}).map(Number);

/** count(*) and other int8 values are numbers on both engines while a double can hold them. */
export function decodeInt8(text: string): number | bigint {
  const value = BigInt(text);
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}
