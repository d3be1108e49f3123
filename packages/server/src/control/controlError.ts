/**
 * A failed statement without the values it was given. drizzle's own error lists every parameter, and
 * PostgreSQL's detail quotes rows: prompt text and password hashes among them, one log line away.
 */
import { DrizzleQueryError } from 'drizzle-orm/errors';
import { PgPreparedQuery } from 'drizzle-orm/pg-core';
import type { PostgresErrorFields } from './pgliteProtocol.ts';

const UNIQUE_VIOLATION = '23505';
/** Class 22, data exceptions: their message quotes the value. */
const QUOTES_THE_VALUE = /^22/;
const STATEMENT_CHARS_MAX = 300;

export class ControlError extends Error {
  override readonly name = 'ControlError';
  /** The statement with its placeholders, shortened. */
  readonly statement: string;
  /** SQLSTATE, or the code of a connection failure (`ECONNREFUSED`); null when there is none. */
  readonly code: string | null;
  readonly constraint: string | null;

  constructor(statement: string, cause: unknown) {
    const { message, code, constraint, table, column } = (cause ?? {}) as Partial<PostgresErrorFields>;
    const said =
      typeof code === 'string' && QUOTES_THE_VALUE.test(code) ? 'a value does not fit its type' : message || 'the database cannot be reached';
    const where = [table, column].filter((part) => part !== undefined).join('.');
    super(`Control plane: ${said}${where === '' ? '' : ` (${where})`}${code === undefined ? '' : ` [${code}]`}`);
    this.statement = statement.slice(0, STATEMENT_CHARS_MAX);
    this.code = code ?? null;
    this.constraint = constraint ?? null;
  }
}

/** True when a row with this unique value exists already. */
export const isUniqueViolation = (error: unknown): error is ControlError => error instanceof ControlError && error.code === UNIQUE_VIOLATION;

interface WithCache {
  queryWithCache(statement: string, params: unknown[], query: () => Promise<unknown>): Promise<unknown>;
}

let stripped = false;

/**
 * Makes every failed statement of drizzle a {@link ControlError}. drizzle builds its error below any layer
 * that we own, so the one method that does it is wrapped; a test fails when an update renames it.
 */
export function stripParametersFromErrors(): void {
  if (stripped) return;
  stripped = true;
  const prototype = PgPreparedQuery.prototype as unknown as WithCache;
  const original = prototype.queryWithCache;
  prototype.queryWithCache = async function (statement, params, query) {
    try {
      return await original.call(this, statement, params, query);
    } catch (error) {
      throw error instanceof DrizzleQueryError ? new ControlError(statement, error.cause) : error;
    }
  };
}
