import { rollupWindowsTable, spanRollupsTable } from '../tables/spanRollups.ts';
import { createTableSql } from '../tables/table.ts';
import type { Migration } from './migration.ts';

export const spanRollups: Migration = {
  id: 11,
  name: 'hours and days of spans, computed once',
  statements: [createTableSql(spanRollupsTable), createTableSql(rollupWindowsTable)],
  previousReleaseRuns: true,
};
