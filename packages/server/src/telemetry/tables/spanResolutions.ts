import { rewriteSql, rewriteTable } from '../rewriteSpans.ts';

/** The columns of `spans` that the whole trace decides, and that `settle` writes again when more of the trace has come. */
export const RESOLVED_COLUMNS = [
  'agent_id',
  'run_id',
  'flow_id',
  'session_id',
  'user_id',
  'user_email',
  'department',
  'query_category',
  'endpoint',
  'method',
  'status_code',
  'context_own',
  'trace_type',
  'is_run',
  'error_origin',
  'superseded',
  'weight',
] as const;

/** Where `settle` lays new resolutions down before they are joined to their spans. */
export const spanResolutionsTable = rewriteTable('span_resolutions', RESOLVED_COLUMNS);

export const APPLY_RESOLUTIONS_SQL = rewriteSql(spanResolutionsTable.name, RESOLVED_COLUMNS);
