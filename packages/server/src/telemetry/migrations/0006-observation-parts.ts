import { observationPartsTable } from '../tables/observationParts.ts';
import { createTableSql } from '../tables/table.ts';
import type { Migration } from './migration.ts';

export const observationParts: Migration = {
  id: 6,
  name: 'parts of traces and observations',
  statements: [createTableSql(observationPartsTable)],
  previousReleaseRuns: true,
};
