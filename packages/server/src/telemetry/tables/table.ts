/**
 * How a telemetry table is declared: its columns once, from which the DDL and the journal's Native
 * header are made. A column's `wire` type is what the journal writes; the engine converts it to `store`
 * on insert, so that dictionary encodings need not be built by us.
 */
export interface Column {
  name: string;
  /** Type in the store, e.g. `LowCardinality(String)`. */
  store: string;
  /** Type in the journal's Native block; defaults to `store`. */
  wire?: string;
  codec?: string;
  /** What rows have that were written before the column was there; absent: the type's own. */
  default?: string;
}

export interface Table {
  name: string;
  columns: readonly Column[];
  /** Everything after the column list: engine, partition, order, settings. `ENGINE` is filled in by the DDL builder. */
  engine: { family: 'ReplacingMergeTree'; version?: string } | { family: 'AggregatingMergeTree' } | { family: 'MergeTree' };
  partitionBy: string;
  orderBy: string;
  /** When rows may be deleted, e.g. `created_at + INTERVAL 1 HOUR`. */
  ttl?: string;
  /** Data-skipping indexes, e.g. `by_trace trace_id TYPE bloom_filter GRANULARITY 1`. */
  indexes?: readonly string[];
  settings?: Record<string, string | number>;
}

export const wireType = (column: Column): string => column.wire ?? column.store;

/**
 * What every table is made with. Replay safety rests on `non_replicated_deduplication_window`: without it a plain
 * table stores a replayed batch twice. The journal's segment is deleted when the store has its rows, so the store
 * must have them on disk: without the other settings a power cut takes what was inserted or merged last.
 */
const SETTINGS_OF_ALL = {
  non_replicated_deduplication_window: 1000,
  fsync_after_insert: 1,
  fsync_part_directory: 1,
  min_rows_to_fsync_after_merge: 1,
};

/** The DDL of a table for a single engine, embedded or server. */
export function createTableSql(table: Table): string {
  const columns = [
    ...table.columns.map(
      (c) => `  ${c.name} ${c.store}${c.default === undefined ? '' : ` DEFAULT ${c.default}`}${c.codec === undefined ? '' : ` CODEC(${c.codec})`}`,
    ),
    ...(table.indexes ?? []).map((index) => `  INDEX ${index}`),
  ].join(',\n');
  const engine =
    table.engine.family === 'ReplacingMergeTree' && table.engine.version !== undefined
      ? `ReplacingMergeTree(${table.engine.version})`
      : table.engine.family;
  const settings = { ...SETTINGS_OF_ALL, ...table.settings };
  const settingsSql = Object.entries(settings).map(([key, value]) => `${key} = ${typeof value === 'string' ? `'${value}'` : value}`);
  return `CREATE TABLE IF NOT EXISTS ${table.name} (\n${columns}\n) ENGINE = ${engine}\nPARTITION BY ${table.partitionBy}\nORDER BY ${table.orderBy}${table.ttl === undefined ? '' : `\nTTL ${table.ttl}`}\nSETTINGS ${settingsSql.join(', ')}`;
}
