import { AGENT_HASHES, TRACE_BOUNDS_QUERY_SQL } from '../tables/traceBounds.ts';
import type { Migration } from './migration.ts';

export const agentsOfTraces: Migration = {
  id: 12,
  name: 'trace bounds say which agents a trace has',
  statements: [
    `ALTER TABLE trace_bounds ADD COLUMN IF NOT EXISTS ${AGENT_HASHES.name} ${AGENT_HASHES.store}`,
    `ALTER TABLE trace_bounds_of_spans MODIFY QUERY ${TRACE_BOUNDS_QUERY_SQL}`,
    // Bounds and sets of agents do not mind repetition.
    `INSERT INTO trace_bounds (workspace_id, trace_id, start_time, end_time, ${AGENT_HASHES.name}) ${TRACE_BOUNDS_QUERY_SQL}`,
  ],
  previousReleaseRuns: true,
};
