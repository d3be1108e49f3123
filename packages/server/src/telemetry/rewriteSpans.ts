/**
 * Writes spans again with other values in some columns, and a higher version: the way in which what was decided later, by the whole
 * trace or by another price, comes into `spans`. The values are laid down in a table of their own under a batch, then joined.
 */
import { SPAN_KNOWLEDGE_SHIFT, spansTable } from './tables/spans.ts';
import type { Column, Table } from './tables/table.ts';

export function columnOfSpans(name: string): Column {
  const column = spansTable.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Error(`spans has no column ${name}`);
  return column;
}

/** A table of values on their way into `spans`. Its rows are gone after an hour. */
export const rewriteTable = (name: string, columns: readonly string[]): Table => ({
  name,
  columns: [
    { name: 'batch', store: 'String' },
    { name: 'created_at', store: 'DateTime' },
    /** Version of the row that the values were made of: a newer one must be looked at anew. */
    { name: 'read_version', store: 'UInt64' },
    ...['trace_id', 'span_id', ...columns].map(columnOfSpans),
  ],
  engine: { family: 'MergeTree' },
  partitionBy: 'toStartOfHour(created_at)',
  orderBy: '(batch, trace_id, span_id)',
  ttl: 'created_at + INTERVAL 1 HOUR',
  settings: { ttl_only_drop_parts: 1 },
});

/** Higher than the row's own, whatever clock made that, and still lower than that of a row which is made of more. */
const NEXT_VERSION = `greatest(bitOr({version:UInt64}, bitShiftLeft(bitShiftRight(s.version, ${SPAN_KNOWLEDGE_SHIFT}), ${SPAN_KNOWLEDGE_SHIFT})), s.version + 1)`;

/** Writes the spans of `{batch}` again with the values of `table`; everything else of the row stays. */
export function rewriteSql(table: string, columns: readonly string[]): string {
  const values = spansTable.columns.map(({ name }) => (columns.includes(name) ? `r.${name}` : name === 'version' ? NEXT_VERSION : `s.${name}`));
  return `INSERT INTO spans (${spansTable.columns.map((column) => column.name).join(', ')})
SELECT ${values.join(', ')}
FROM spans AS s FINAL
INNER JOIN (SELECT * FROM ${table} WHERE batch = {batch:String}) AS r ON r.trace_id = s.trace_id AND r.span_id = s.span_id AND r.read_version = s.version
WHERE s.workspace_id = {workspace:String}
  AND s.start_time >= fromUnixTimestamp64Nano({fromNs:Int64}, 'UTC') AND s.start_time <= fromUnixTimestamp64Nano({toNs:Int64}, 'UTC')
  AND s.trace_id IN (SELECT trace_id FROM ${table} WHERE batch = {batch:String})
SETTINGS do_not_merge_across_partitions_select_final = 1`;
}
