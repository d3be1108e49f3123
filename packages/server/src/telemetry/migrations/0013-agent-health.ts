import { agentHealthTable } from '../tables/agentHealth.ts';
import { createTableSql } from '../tables/table.ts';
import type { Migration } from './migration.ts';

export const agentHealth: Migration = {
  id: 13,
  name: 'health of agents by the hour; hours of spans count runs that ended well',
  statements: [
    createTableSql(agentHealthTable),
    'ALTER TABLE span_rollups ADD COLUMN IF NOT EXISTS sum_run_successes UInt64 CODEC(ZSTD(1)) AFTER sum_run_errors',
    // Windows that were computed without the new column do not hold any more, and are computed again.
    'TRUNCATE TABLE IF EXISTS rollup_windows',
  ],
  // Beside it, the previous release would go on computing windows without the new column.
  previousReleaseRuns: false,
};
