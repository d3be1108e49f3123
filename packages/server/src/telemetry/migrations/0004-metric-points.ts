import { metricPointsTable } from '../tables/metricPoints.ts';
import { createTableSql } from '../tables/table.ts';
import type { Migration } from './migration.ts';

export const metricPoints: Migration = {
  id: 4,
  name: 'metric points',
  statements: [createTableSql(metricPointsTable)],
  previousReleaseRuns: true,
};
