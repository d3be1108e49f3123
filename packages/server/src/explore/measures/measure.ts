import type { Measure, QuerySource } from '@sightglass/contract/querySpec';

/** A measure of the catalogue with what the compiler needs to ask for it. */
export interface MeasureDefinition extends Omit<Measure, 'dimensions'> {
  /** An aggregate over the rows of the source, NULL where there is nothing to tell. Decimals are given as exact text. */
  sql: string;
  /** The same where a row may stand for several (`weight`); absent where that makes no difference, as in distinct counts. */
  weightedSql?: string;
  /** The same aggregate as a number to order by, where `sql` is text. */
  orderSql?: string;
  weightedOrderSql?: string;
  /** Its value where no row falls: a count or sum of nothing is 0, a ratio or percentile of nothing is null. */
  empty: 0 | '0' | null;
}

export type MeasureWords = Pick<MeasureDefinition, 'name' | 'title' | 'description' | 'better'>;

/** How many rows there would be under a condition if none had been left out. */
const weightIf = (condition: string) => `sumIf(weight, ${condition})`;

/** Events and data points are never left out. */
const isSampled = (source: QuerySource) => source === 'spans' || source === 'logs';

/** Rows of the source for which the condition holds. */
export function countOf(words: MeasureWords, condition: string, source: QuerySource = 'spans'): MeasureDefinition {
  const measure = { ...words, source, unit: 'count', type: 'integer', sql: `countIf(${condition})`, empty: 0 } as const;
  return isSampled(source) ? { ...measure, weightedSql: weightIf(condition) } : measure;
}

export function distinctOf(words: MeasureWords, column: string, condition: string): MeasureDefinition {
  return { ...words, source: 'spans', unit: 'count', type: 'integer', sql: `uniqExactIf(${column}, ${condition})`, empty: 0 };
}

export function tokensOf(words: MeasureWords, column: string, condition: string): MeasureDefinition {
  return {
    ...words,
    source: 'spans',
    unit: 'tokens',
    type: 'integer',
    sql: `ifNull(sumIf(${column}, ${condition}), 0)`,
    weightedSql: `ifNull(sumIf((${column}) * weight, ${condition}), 0)`,
    empty: 0,
  };
}

/** The part of the rows under `of` that is also under `condition`: 0 to 1, null when there are none. */
export function shareOf(words: MeasureWords, condition: string, of: string): MeasureDefinition {
  return {
    ...words,
    source: 'spans',
    unit: 'ratio',
    type: 'number',
    sql: `countIf(${of} AND ${condition}) / nullIf(countIf(${of}), 0)`,
    weightedSql: `${weightIf(`${of} AND ${condition}`)} / nullIf(${weightIf(of)}, 0)`,
    empty: null,
  };
}

const LEVELS = [0.5, 0.95, 0.99] as const;

interface Distribution {
  /** Prefix of the names: `llm_latency` makes `llm_latency_ms_p95`. */
  name: string;
  /** What is measured, in words that follow "95 % of …": `model calls took`. */
  title: string;
  subject: string;
  /** Milliseconds of a row. */
  ms: string;
  condition: string;
  withMaximum: boolean;
}

/**
 * Average, percentiles and maximum of a duration in milliseconds. Percentiles are exact, interpolated between
 * the two nearest values: over a million rows `quantilesExactInclusive` took 25 ms of CPU and `quantilesDD`
 * 24 ms, so a sketch with its 1 % error buys nothing but memory. All three are one aggregate, which the
 * engine computes once however many of them a query asks for.
 */
export function distributionOf({ name, title, subject, ms, condition, withMaximum }: Distribution): MeasureDefinition[] {
  const shared = { source: 'spans', unit: 'ms', type: 'number', better: 'lower', empty: null } as const;
  const percentiles = `quantilesExactInclusiveIf(${LEVELS.join(', ')})(${ms}, ${condition})`;
  const weighted = `quantilesExactWeightedInterpolatedIf(${LEVELS.join(', ')})(${ms}, weight, ${condition})`;
  const measures: MeasureDefinition[] = [
    {
      ...shared,
      name: `${name}_ms_avg`,
      title: `${title}, average`,
      description: `Arithmetic mean of how long ${subject}`,
      sql: `avgOrNullIf(${ms}, ${condition})`,
      weightedSql: `sumOrNullIf(${ms} * weight, ${condition}) / nullIf(${weightIf(condition)}, 0)`,
    },
  ];
  for (const [index, level] of LEVELS.entries()) {
    const percent = Math.round(level * 100);
    measures.push({
      ...shared,
      name: `${name}_ms_p${percent}`,
      title: `${title}, p${percent}`,
      description: `${percent} % of ${subject} at most this long`,
      sql: `if(countIf(${condition}) = 0, NULL, ${percentiles}[${index + 1}])`,
      weightedSql: `if(countIf(${condition}) = 0, NULL, ${weighted}[${index + 1}])`,
    });
  }
  if (withMaximum) {
    measures.push({
      ...shared,
      name: `${name}_ms_max`,
      title: `${title}, longest`,
      description: `The longest that ${subject}`,
      sql: `maxOrNullIf(${ms}, ${condition})`,
    });
  }
  return measures;
}
