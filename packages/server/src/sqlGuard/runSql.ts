/** Runs checked SQL of a person in a session that reads the rows of one workspace alone, within limits. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { OVER_LIMIT_CODES } from '../explore/reader.ts';
import { fail, ok, type Result } from '../result.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { storeErrorCode } from '../telemetry/storeErrors.ts';
import type { CheckedSql, SqlColumn } from './checkSql.ts';
import { runErrorWords } from './engineWords.ts';
import type { SqlLimits } from './sqlLimits.ts';
import { sqlSession } from './sqlSession.ts';

export interface SqlAnswer {
  columns: readonly SqlColumn[];
  /** In the order of the columns; decimals and 64-bit integers are strings, NaN and infinity are null. */
  rows: unknown[][];
  /** Whether there were more rows than the limit. */
  truncated: boolean;
}

export interface RunSqlOptions {
  telemetry: Pick<TelemetryConnection, 'isolated'>;
  workspaceId: WorkspaceId;
  /** See `Caller.hiddenAgents`. */
  hiddenAgents?: readonly string[];
  sql: CheckedSql;
  limits: SqlLimits;
}

/** `query-too-expensive` over a limit, `not-compilable` when the rows do not fit the SQL. Throws when the store cannot be reached. */
export async function runSql({ telemetry, workspaceId, hiddenAgents = [], sql, limits }: RunSqlOptions): Promise<Result<SqlAnswer>> {
  try {
    const { columns, rows } = await telemetry.isolated(sqlSession(workspaceId, hiddenAgents, limits), (ask) => ask(sql.sql));
    return ok({ columns, rows: rows.slice(0, limits.rows), truncated: rows.length > limits.rows });
  } catch (error) {
    const code = storeErrorCode(error);
    if (Number.isNaN(code)) throw error;
    if (OVER_LIMIT_CODES.has(code)) return fail('query-too-expensive', overLimitWords(limits));
    const words = runErrorWords(code);
    return fail('not-compilable', `The SQL fails on the rows: ${words}.`, [{ pointer: '/query', message: words }]);
  }
}

const overLimitWords = ({ seconds, memoryBytes, bytes }: SqlLimits) =>
  `The query needs more than ${seconds} s, more than ${memoryBytes / 1e6} MB of memory, or answers more than ${bytes / 1e6} MB. Narrow the time range.`;
