import { SPAN_ARRIVALS_VIEW_SQL, spanArrivalsTable } from '../tables/spanArrivals.ts';
import { createTableSql } from '../tables/table.ts';
import type { Migration } from './migration.ts';

export const spanArrivals: Migration = {
  id: 2,
  name: 'span arrivals: which hours were written since',
  statements: [createTableSql(spanArrivalsTable), SPAN_ARRIVALS_VIEW_SQL],
  previousReleaseRuns: true,
};
