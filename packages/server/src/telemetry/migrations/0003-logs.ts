import { logsTable } from '../tables/logs.ts';
import { createTableSql } from '../tables/table.ts';
import type { Migration } from './migration.ts';

export const logs: Migration = {
  id: 3,
  name: 'logs',
  statements: [createTableSql(logsTable)],
  previousReleaseRuns: true,
};
