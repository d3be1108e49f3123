import { SPAN_KNOWLEDGE_SHIFT, spansTable } from './spans.ts';
import type { Column, Table } from './table.ts';

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

function columnOfSpans(name: string): Column {
  const column = spansTable.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Error(`spans has no column ${name}`);
  return column;
}

/** Where `settle` lays new resolutions down before they are joined to their spans in one statement. Gone after an hour. */
export const spanResolutionsTable: Table = {
  name: 'span_resolutions',
  columns: [
    { name: 'batch', store: 'String' },
    { name: 'created_at', store: 'DateTime' },
    /** Version of the row that the resolution was made of: a newer one has a settling of its own before it. */
    { name: 'read_version', store: 'UInt64' },
    ...['trace_id', 'span_id', ...RESOLVED_COLUMNS].map(columnOfSpans),
  ],
  engine: { family: 'MergeTree' },
  partitionBy: 'toStartOfHour(created_at)',
  orderBy: '(batch, trace_id, span_id)',
  ttl: 'created_at + INTERVAL 1 HOUR',
  settings: { ttl_only_drop_parts: 1 },
};

/** Higher than the row's own, and still lower than that of a row which is made of more. */
const NEXT_VERSION = `bitOr({version:UInt64}, bitShiftLeft(bitShiftRight(s.version, ${SPAN_KNOWLEDGE_SHIFT}), ${SPAN_KNOWLEDGE_SHIFT}))`;

/** Writes the spans of `{batch}` again with their new resolution and a higher version; everything else of the row stays. */
export const APPLY_RESOLUTIONS_SQL = `INSERT INTO spans (${spansTable.columns.map((column) => column.name).join(', ')})
SELECT ${spansTable.columns.map(({ name }) => ((RESOLVED_COLUMNS as readonly string[]).includes(name) ? `r.${name}` : name === 'version' ? NEXT_VERSION : `s.${name}`)).join(', ')}
FROM spans AS s FINAL
INNER JOIN (SELECT * FROM span_resolutions WHERE batch = {batch:String}) AS r ON r.trace_id = s.trace_id AND r.span_id = s.span_id AND r.read_version = s.version
WHERE s.workspace_id = {workspace:String}
  AND s.start_time >= fromUnixTimestamp64Nano({fromNs:Int64}, 'UTC') AND s.start_time <= fromUnixTimestamp64Nano({toNs:Int64}, 'UTC')
  AND s.trace_id IN (SELECT trace_id FROM span_resolutions WHERE batch = {batch:String})
SETTINGS do_not_merge_across_partitions_select_final = 1`;
