import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { QueryColumn, QueryResult, QuerySpec } from '@sightglass/contract/querySpec';
import { ok, type Result } from '../result.ts';
import { type CompiledQuery, compileQuery } from './compileQuery.ts';
import type { TelemetryReader } from './reader.ts';
import { type AskedWindows, findWindows } from './rollups/findWindows.ts';
import { PERCENTILE_ERROR } from './rollups/rollupColumns.ts';
import { parseTimeRange, type TimeRange } from './timeRange.ts';

export type QueryRow = QueryResult['rows'][number];
type Value = QueryRow[string];
type Question = Omit<QuerySpec, 'from' | 'to'>;
export type StoredRow = Readonly<Record<string, unknown>>;

/** Asks the catalogue; `from` and `to` may be relative to `nowNs`. */
export async function runQuery(reader: TelemetryReader, spec: QuerySpec, nowNs: bigint): Promise<Result<QueryResult>> {
  const range = parseTimeRange(spec, nowNs, 'body');
  return range.ok ? askCatalogue(reader, spec, range.value) : range;
}

/** The same for a range that is already absolute. `rolledRowsMin`: how many spans windows must stand for to be asked instead. */
export async function askCatalogue(reader: TelemetryReader, spec: Question, range: TimeRange, rolledRowsMin?: bigint): Promise<Result<QueryResult>> {
  const windows = spec.exact === true ? ok(undefined) : await findWindows(reader, spec, range, rolledRowsMin);
  if (!windows.ok) return windows;
  const compiled = compileQuery(spec, range, reader.isSampled, windows.value);
  if (!compiled.ok) return compiled;
  const stored = await reader.query<StoredRow>(compiled.value);
  if (!stored.ok) return stored;
  const rows = stored.value.map((row) => readRow(row, compiled.value));
  const answer = compiled.value.buckets === null ? rows : everyBucket(rows, compiled.value, compiled.value.buckets, spec.order_by);
  if (spec.order_by?.field === 'time' && spec.order_by.direction === 'desc') answer.reverse();
  return ok({ columns: compiled.value.columns, rows: answer, ...answeredFrom(windows.value, compiled.value) });
}

/** Windows that may overlap, each with all groups: a row has the beginning of its window as `time`. See `QueryShape`. */
export async function askSliding(
  reader: TelemetryReader,
  spec: Question,
  range: TimeRange,
  sliding: { startsNs: bigint[]; lengthNs: bigint },
): Promise<Result<QueryRow[]>> {
  const compiled = compileQuery(spec, range, reader.isSampled, undefined, { sliding });
  if (!compiled.ok) return compiled;
  const stored = await reader.query<StoredRow>(compiled.value);
  if (!stored.ok) return stored;
  const rows = stored.value.map((row) => readRow(row, compiled.value));
  return ok(everyBucket(rows, compiled.value, sliding.startsNs, spec.order_by));
}

function answeredFrom(windows: AskedWindows | undefined, { measures }: CompiledQuery): Pick<QueryResult, 'answered_from' | 'percentile_error'> {
  if (windows === undefined) return { answered_from: 'rows', percentile_error: 0 };
  const hasPercentiles = measures.some(({ rollup }) => rollup.kind === 'quantile');
  return { answered_from: windows.rest.length === 0 ? 'rollups' : 'rollups_and_rows', percentile_error: hasPercentiles ? PERCENTILE_ERROR : 0 };
}

/** A row as the engine answers it → by the names of the question. */
export function readRow(row: StoredRow, { columns, aliases }: Pick<CompiledQuery, 'columns' | 'aliases'>): QueryRow {
  const read: QueryRow = {};
  for (const [i, column] of columns.entries()) read[column.name] = readValue(row[aliases[i] ?? ''], column);
  return read;
}

function readValue(stored: unknown, { type }: QueryColumn): Value {
  if (stored === null || stored === undefined) return null;
  if (type === 'time') return formatTimestamp(BigInt(String(stored)));
  if (type === 'integer' || type === 'number') {
    const number = Number(stored);
    return Number.isFinite(number) ? number : null;
  }
  return typeof stored === 'boolean' ? stored : String(stored);
}

/** Every group with every bucket, so that a chart shows a gap as what it is: no calls, not no data. Ordered by time, groups in order of size. */
function everyBucket(
  rows: QueryRow[],
  { columns, groups, measures }: CompiledQuery,
  buckets: readonly bigint[],
  order: QuerySpec['order_by'],
): QueryRow[] {
  const groupNames = columns.slice(1, 1 + groups).map(({ name }) => name);
  const keyOf = (row: QueryRow) => JSON.stringify(groupNames.map((name) => row[name]));
  const seriesByKey = new Map<string, { first: QueryRow; byTime: Map<Value, QueryRow>; size: number }>();
  const sizedBy = measures.find(({ name }) => name === order?.field) ?? measures[0];
  const direction = sizedBy?.name === order?.field && order?.direction === 'asc' ? -1 : 1;
  for (const row of rows) {
    const key = keyOf(row);
    const series = seriesByKey.get(key) ?? { first: row, byTime: new Map<Value, QueryRow>(), size: 0 };
    series.byTime.set(row.time ?? null, row);
    series.size += Number(sizedBy === undefined ? 0 : row[sizedBy.name]) || 0;
    seriesByKey.set(key, series);
  }
  if (groups === 0 && seriesByKey.size === 0) seriesByKey.set('[]', { first: {}, byTime: new Map(), size: 0 });
  const ordered = [...seriesByKey.entries()].sort(([keyA, a], [keyB, b]) => (b.size - a.size) * direction || (keyA < keyB ? -1 : 1));
  return buckets.flatMap((startNs) => {
    const time = formatTimestamp(startNs);
    return ordered.map(([, { first, byTime }]) => {
      const found = byTime.get(time);
      if (found !== undefined) return found;
      const empty: QueryRow = {};
      empty.time = time;
      for (const name of groupNames) empty[name] = first[name] ?? null;
      for (const measure of measures) empty[measure.name] = measure.empty;
      return empty;
    });
  });
}
