/** How much SQL a person may write, and how much it may use. */
import { RULE_SQL_CHARS_MAX } from '@sightglass/contract/alertRule';

export const SQL_CHARS_MAX = RULE_SQL_CHARS_MAX;
/** Sub-queries inside each other. */
export const SUBQUERY_DEPTH_MAX = 10;
/** Anything inside each other: parentheses, calls, sub-queries. */
export const NESTING_MAX = 100;
/**
 * Parts of a statement after every name that stands for an expression, and every WITH query, is written out: the engine does so, and
 * names that stand for names double each time.
 */
export const PARTS_MAX = 5_000;
/** Tables and views read, WITH queries written out. A view is a query of its own. */
export const TABLES_MAX = 20;

export interface SqlLimits {
  seconds: number;
  memoryBytes: number;
  /** Rows of the answer; what is more is cut off. */
  rows: number;
  /** Of the answer, as the engine holds it. */
  bytes: number;
}

/** A rule is asked again and again beside all the others. */
export const RULE_SQL_LIMITS: SqlLimits = { seconds: 10, memoryBytes: 500_000_000, rows: 501, bytes: 1_000_000 };
