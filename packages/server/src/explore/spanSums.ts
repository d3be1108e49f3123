/** What spans add up to, the same wherever it is told: of a run, a session, a user. */
import { formatUsd, parseUsd } from '@sightglass/contract/money';
import { HAS_USAGE, IS_APPROXIMATE, isCallOf, IS_UNPRICED } from './spanSql.ts';

/** Sums as the engine answers them, as text; null when no span told of any. */
export interface UsageSums {
  input_sum: string | null;
  output_sum: string | null;
  /** Dollars. */
  cost: string | null;
}

/** Counts as the engine answers them. */
export interface SpanSums extends UsageSums {
  llm_calls: string | number;
  tool_calls: string | number;
  errors: string | number;
  unpriced: string | number;
  approximate: string | number;
}

/** The SQL of each; `weighed` where a span that was kept stands for those that were sampled away. */
export function spanSumSql(weighed: boolean): Readonly<Record<keyof SpanSums, string>> {
  const count = (condition: string) => (weighed ? `sumIf(weight, ${condition})` : `countIf(${condition})`);
  const sum = (column: string) => `toString(sumOrNullIf(${column}${weighed ? ' * weight' : ''}, ${HAS_USAGE}))`;
  return {
    llm_calls: count(isCallOf('llm')),
    tool_calls: count(isCallOf('tool')),
    errors: count('error_origin = 1'),
    input_sum: sum('input_tokens'),
    output_sum: sum('output_tokens'),
    cost: sum('cost_usd'),
    unpriced: count(IS_UNPRICED),
    approximate: count(IS_APPROXIMATE),
  };
}

/** Some of them as columns of a query. */
export function selectSpanSums(weighed: boolean, names: readonly (keyof SpanSums)[]): string {
  const sql = spanSumSql(weighed);
  return names.map((name) => `${sql[name]} AS ${name}`).join(', ');
}

export const picoUsdOrNull = (text: string | null): bigint | null => (text === null ? null : (parseUsd(text) ?? null));

/** A sum of dollars as the outside is told it: without trailing zeros. */
export const usdOrNull = (text: string | null): string | null => {
  const picoUsd = picoUsdOrNull(text);
  return picoUsd === null ? null : formatUsd(picoUsd);
};

export const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));

export const usageOf = ({ input_sum, output_sum, cost }: UsageSums) => ({
  input_tokens: numberOrNull(input_sum),
  output_tokens: numberOrNull(output_sum),
  cost_usd: usdOrNull(cost),
});
