/**
 * How a measure of adjoining windows is put together from those windows, so that hours can be computed once and
 * answer for days. Everything here is over the rows of one group; `Sum`s add up over windows that do not overlap.
 */

/** An aggregate that adds up. NULL counts as nothing. */
export interface Sum {
  sql: string;
  /** The same where a row may stand for several (`weight`); absent where that makes no difference. */
  weightedSql?: string;
}

export type Rollup =
  /** The measure's own value, added up, or the least or greatest of them. */
  | { kind: 'sum' | 'min' | 'max' }
  /** The sums of `of`, divided by the sums of `by`; null when those are 0. */
  | { kind: 'ratio'; of: Sum; by: Sum }
  /** From a mergeable state of `value` (a number, of the rows under `condition`), at `level` between 0 and 1. */
  | { kind: 'quantile'; value: string; condition: string; level: number }
  /** From a mergeable state of the values of `column` of the rows under `condition`. */
  | { kind: 'distinct'; column: string; condition: string }
  | { kind: 'none' };

export const ADDS_UP: Rollup = { kind: 'sum' };
export const LEAST: Rollup = { kind: 'min' };
export const GREATEST: Rollup = { kind: 'max' };
export const NOT_AT_ALL: Rollup = { kind: 'none' };

/** The quotient of two sums as the SQL of a measure, and how it is rolled up. */
export function ratioOf(of: Sum, by: Sum): { sql: string; weightedSql?: string; rollup: Rollup } {
  const rollup = { kind: 'ratio', of, by } as const;
  const divided = (a: string, b: string) => `${a} / nullIf(${b}, 0)`;
  const sql = divided(of.sql, by.sql);
  if (of.weightedSql === undefined && by.weightedSql === undefined) return { sql, rollup };
  return { sql, weightedSql: divided(of.weightedSql ?? of.sql, by.weightedSql ?? by.sql), rollup };
}
