import { ingestAccountsTable } from '../tables/ingestAccounts.ts';
import { createTableSql } from '../tables/table.ts';
import type { Migration } from './migration.ts';

export const ingestAccounts: Migration = {
  id: 7,
  name: 'ingest accounts: what became of everything received',
  statements: [createTableSql(ingestAccountsTable)],
  previousReleaseRuns: true,
};
