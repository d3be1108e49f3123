import type { Measure, QuerySource } from '@sightglass/contract/querySpec';
import { ADDS_UP, GREATEST, ratioOf, type Rollup, type Sum } from './rollup.ts';

/** A measure of the catalogue with what the compiler needs to ask for it. */
export interface MeasureDefinition extends Omit<Measure, 'dimensions' | 'rollup' | 'metrics'> {
  /**
   * An aggregate over the rows of the source, NULL where there is nothing to tell. Decimals are given as exact text.
   * `WINDOW_END_NS` in it is the end of the range, or of the bucket when the question is over time.
   */
  sql: string;
  /** The same where a row may stand for several (`weight`); absent where that makes no difference, as in distinct counts. */
  weightedSql?: string;
  /** The same aggregate as a number to order by, where `sql` is text. */
  orderSql?: string;
  weightedOrderSql?: string;
  /** Its value where no row falls: a count or sum of nothing is 0, a ratio or percentile of nothing is null. */
  empty: 0 | '0' | null;
  rollup: Rollup;
  /** Of a measure of named metrics: the only ones it needs to read. Absent: rows of every name. */
  metrics?: readonly string[];
  /** Columns that the source makes only when a measure asks for them. */
  needs?: 'rag';
}

/** Unix nanoseconds; the compiler puts the expression in its place. */
export const WINDOW_END_NS = 'WINDOW_END_NS';

export type MeasureWords = Pick<MeasureDefinition, 'name' | 'title' | 'description' | 'better'>;

/** How many rows there would be under a condition if none had been left out. */
const weightIf = (condition: string) => `sumIf(weight, ${condition})`;

/** Rows of `spans` under a condition, as a sum. */
export const rowsIf = (condition: string): Sum => ({ sql: `countIf(${condition})`, weightedSql: weightIf(condition) });
/** A number of each of these rows, added up; NULL adds nothing. */
export const sumOfIf = (value: string, condition: string): Sum => ({
  sql: `sumIf(${value}, ${condition})`,
  weightedSql: `sumIf((${value}) * weight, ${condition})`,
});

/** Events and data points are never left out. */
const isSampled = (source: QuerySource) => source === 'spans' || source === 'logs';

/** Rows of the source for which the condition holds. */
export function countOf(words: MeasureWords, condition: string, source: QuerySource = 'spans'): MeasureDefinition {
  const measure = { ...words, source, unit: 'count', type: 'integer', sql: `countIf(${condition})`, empty: 0, rollup: ADDS_UP } as const;
  return isSampled(source) ? { ...measure, weightedSql: weightIf(condition) } : measure;
}

export function distinctOf(words: MeasureWords, column: string, condition: string): MeasureDefinition {
  const rollup = { kind: 'distinct', column, condition } as const;
  return { ...words, source: 'spans', unit: 'count', type: 'integer', sql: `uniqExactIf(${column}, ${condition})`, empty: 0, rollup };
}

export function tokensOf(words: MeasureWords, column: string, condition: string): MeasureDefinition {
  return totalOf({ ...words, unit: 'tokens' }, column, condition);
}

/** A whole number of each row under a condition, added up; 0 when nobody told it. */
export function totalOf(words: MeasureWords & Pick<MeasureDefinition, 'unit'>, value: string, condition: string): MeasureDefinition {
  return {
    ...words,
    source: 'spans',
    type: 'integer',
    sql: `ifNull(sumIf(${value}, ${condition}), 0)`,
    weightedSql: `ifNull(sumIf((${value}) * weight, ${condition}), 0)`,
    empty: 0,
    rollup: ADDS_UP,
  };
}

/** The part of the rows under `of` that is also under `condition`: 0 to 1, null when there are none. */
export function shareOf(words: MeasureWords, condition: string, of: string): MeasureDefinition {
  return { ...words, source: 'spans', unit: 'ratio', type: 'number', ...ratioOf(rowsIf(`${of} AND ${condition}`), rowsIf(of)), empty: null };
}

/** The mean of a number over the rows under a condition that have it. */
export function meanOf(words: MeasureWords & Pick<MeasureDefinition, 'unit'>, value: string, condition: string): MeasureDefinition {
  const told = `${condition} AND isNotNull(${value})`;
  return { ...words, source: 'spans', type: 'number', ...ratioOf(sumOfIf(value, told), rowsIf(told)), empty: null };
}

const LEVELS = [0.5, 0.95, 0.99] as const;

interface Distribution {
  /** Beginning of the names, with the unit: `llm_latency_ms` makes `llm_latency_ms_p95`. */
  name: string;
  /** What is measured, in words that follow "95 % of …": `model calls took`. */
  title: string;
  subject: string;
  unit?: MeasureDefinition['unit'];
  better?: MeasureDefinition['better'];
  /** The number of a row; NULL or whatever where it has none, which the condition must say. */
  value: string;
  condition: string;
  withMaximum: boolean;
}

/**
 * Average, percentiles and maximum of a number. Percentiles are exact, interpolated between the two nearest
 * values: over a million rows `quantilesExactInclusive` took 25 ms of CPU and `quantilesDD` 24 ms, so a sketch
 * with its 1 % error buys nothing but memory. All three are one aggregate, which the engine computes once
 * however many of them a query asks for.
 */
export function distributionOf({
  name,
  title,
  subject,
  unit = 'ms',
  better = 'lower',
  value,
  condition,
  withMaximum,
}: Distribution): MeasureDefinition[] {
  const shared = { source: 'spans', unit, type: 'number', better, empty: null } as const;
  const percentiles = `quantilesExactInclusiveIf(${LEVELS.join(', ')})(${value}, ${condition})`;
  const weighted = `quantilesExactWeightedInterpolatedIf(${LEVELS.join(', ')})(${value}, weight, ${condition})`;
  const of = sumOfIf(value, condition);
  const by = rowsIf(condition);
  const measures: MeasureDefinition[] = [
    {
      ...shared,
      name: `${name}_avg`,
      title: `${title}, average`,
      description: `Arithmetic mean of what ${subject}`,
      sql: `avgOrNullIf(${value}, ${condition})`,
      weightedSql: `sumOrNullIf(${value} * weight, ${condition}) / nullIf(${weightIf(condition)}, 0)`,
      rollup: { kind: 'ratio', of, by },
    },
  ];
  for (const [index, level] of LEVELS.entries()) {
    const percent = Math.round(level * 100);
    measures.push({
      ...shared,
      name: `${name}_p${percent}`,
      title: `${title}, p${percent}`,
      description: `${percent} % of ${subject} at most this`,
      sql: `if(countIf(${condition}) = 0, NULL, ${percentiles}[${index + 1}])`,
      weightedSql: `if(countIf(${condition}) = 0, NULL, ${weighted}[${index + 1}])`,
      rollup: { kind: 'quantile', value, condition, level },
    });
  }
  if (withMaximum) {
    measures.push({
      ...shared,
      name: `${name}_max`,
      title: `${title}, greatest`,
      description: `The greatest of what ${subject}`,
      sql: `maxOrNullIf(${value}, ${condition})`,
      rollup: GREATEST,
    });
  }
  return measures;
}
