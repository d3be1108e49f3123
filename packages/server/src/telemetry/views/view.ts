/**
 * A read-only view: stable names over the tables for rules and analysts who write SQL. A view names no workspace: the
 * reader's filter reaches the tables through it (docs/decisions/0020).
 */
export interface View {
  name: string;
  /** What a row is. */
  row: string;
  /** In the order of the view. `sql` is over a row of `from`. */
  columns: readonly ViewColumn[];
  /** A FROM clause, with WHERE and GROUP BY where there are any. */
  from: string;
}

export interface ViewColumn {
  name: string;
  sql: string;
  /** What it says, where the name alone does not. */
  meaning: string;
}

export const column = (name: string, sql: string, meaning = ''): ViewColumn => ({ name, sql, meaning });

/** A text of the tables, where '' means "not sent". */
export const text = (name: string, sql = name, meaning = ''): ViewColumn => column(name, `nullIf(toString(${sql}), '')`, meaning);

export const hexOf = (bytes: string) => `lower(hex(${bytes}))`;
export const NO_TRACE_ID = `toFixedString('', 16)`;
export const NO_SPAN_ID = `toFixedString('', 8)`;
/** An id in hex, NULL where all its bytes are zero. */
export const hexOrNull = (name: string, bytes: string, none: string, meaning = ''): ViewColumn =>
  column(name, `if(${bytes} = ${none}, NULL, ${hexOf(bytes)})`, meaning);

/**
 * Expressions are given names of their own first, and their column's name outside: within one SELECT an alias that is also
 * a column of the table would be taken for the other one.
 */
export function createViewSql({ name, columns, from }: View): string {
  const inner = columns.map(({ sql }, i) => `${sql} AS c${i}`).join(',\n    ');
  const outer = columns.map((each, i) => `c${i} AS ${each.name}`).join(', ');
  return `CREATE OR REPLACE VIEW ${name} AS SELECT ${outer}\n  FROM (SELECT\n    ${inner}\n  FROM ${from})`;
}
