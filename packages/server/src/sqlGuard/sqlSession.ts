/** The settings under which SQL that people write is looked at and run. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { workspaceFilters } from '../explore/reader.ts';
import type { SessionSettings } from '../telemetry/isolatedSession.ts';
import type { SqlLimits } from './sqlLimits.ts';

/**
 * The filter of the workspace is one step of the engine's plan and the person's WHERE another. Were they merged, or the WHERE moved
 * into the reading, it would be computed for foreign rows too, and an error ("cannot parse 'secret' as number") would tell of them.
 */
const FILTER_COMES_FIRST = {
  query_plan_merge_filters: 0,
  optimize_move_to_prewhere: 0,
  query_plan_optimize_prewhere: 0,
  // Remembers by the WHERE alone which ranges of rows hold nothing, for every workspace.
  use_query_condition_cache: 0,
};

const BOUNDS = {
  // The clock is looked at between blocks of rows.
  max_block_size: 1_024,
  max_threads: 2,
  max_subquery_depth: 100,
  // Memory is the bound; nothing goes to disk instead.
  max_bytes_before_external_group_by: 0,
  max_bytes_ratio_before_external_group_by: 0,
  max_bytes_before_external_sort: 0,
  max_bytes_ratio_before_external_sort: 0,
  join_algorithm: 'hash',
  timeout_overflow_mode: 'throw',
  result_overflow_mode: 'throw',
};

const PLAIN = {
  session_timezone: 'UTC',
  do_not_merge_across_partitions_select_final: 1,
  output_format_json_quote_decimals: 1,
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_denormals: 0,
};

export function sqlSession(workspaceId: WorkspaceId, hiddenAgents: readonly string[], limits: SqlLimits): SessionSettings {
  return {
    additional_table_filters: workspaceFilters(workspaceId, hiddenAgents),
    ...FILTER_COMES_FIRST,
    ...BOUNDS,
    ...PLAIN,
    max_execution_time: limits.seconds,
    max_memory_usage: limits.memoryBytes,
    max_result_bytes: limits.bytes,
    // One more than is answered, to know that there are more.
    limit: limits.rows + 1,
    readonly: 1,
  };
}

/**
 * For looking at a statement: it sees nobody's rows, so whatever is computed on the way is computed of nothing. Constants are worked out
 * and printed, so that the bound of the answer bounds them, too.
 */
export const checkSession = (): SessionSettings => {
  const { limit: _, ...settings } = sqlSession('nobody' as WorkspaceId, [], { seconds: 5, memoryBytes: 200_000_000, rows: 0, bytes: 1_000_000 });
  return { ...settings, max_parser_depth: 500 };
};
