import { rewriteSql, rewriteTable } from '../rewriteSpans.ts';

/** The columns of `spans` that a price decides, and that a recompute writes again. */
export const COST_COLUMNS = ['cost_usd', 'cost_source', 'price_id'] as const;

/** Where a recompute lays new costs down before they are joined to their spans. */
export const spanCostsTable = rewriteTable('span_costs', COST_COLUMNS);

export const APPLY_COSTS_SQL = rewriteSql(spanCostsTable.name, COST_COLUMNS);
