import { heldPayloadsTable, payloadsTable } from '../tables/payloads.ts';
import { spanResolutionsTable } from '../tables/spanResolutions.ts';
import { spansTable } from '../tables/spans.ts';
import { createTableSql } from '../tables/table.ts';
import { TRACE_BOUNDS_VIEW_SQL, traceBoundsTable } from '../tables/traceBounds.ts';
import type { Migration } from './migration.ts';

/** Until the first release the tables are declared whole; from then on a change is a migration of its own with frozen SQL. */
export const firstTables: Migration = {
  id: 1,
  name: 'spans, payloads, trace bounds, span resolutions',
  statements: [createTableSql(spansTable), createTableSql(payloadsTable), createTableSql(heldPayloadsTable), createTableSql(traceBoundsTable), createTableSql(spanResolutionsTable), TRACE_BOUNDS_VIEW_SQL],
  previousReleaseRuns: true,
};
