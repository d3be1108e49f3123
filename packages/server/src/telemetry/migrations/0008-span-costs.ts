import { spanCostsTable } from '../tables/spanCosts.ts';
import { createTableSql } from '../tables/table.ts';
import type { Migration } from './migration.ts';

export const spanCosts: Migration = {
  id: 8,
  name: 'span costs: what a recompute writes again',
  statements: [createTableSql(spanCostsTable)],
  previousReleaseRuns: true,
};
