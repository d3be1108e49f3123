/**
 * Which traces stand on a page of the list, and in which order. Only a few columns are read here; what the
 * page shows of them is made in `summariseTraces.ts`.
 */
import type { TraceListQuery } from '@sightglass/contract/routes/traces';
import { behind, growth, nearPart } from '../explore/growingWindow.ts';
import type { QueryParams, TelemetryReader } from '../explore/reader.ts';
import { spansIn, spansOfTraces, spansWithRepeatsIn } from '../explore/spanSource.ts';
import { TRACE_ID_IN } from '../telemetry/idsSql.ts';
import { ALL_TOKENS, HAS_USAGE } from '../explore/spanSql.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import { ok, type Result } from '../result.ts';
import { dayOf } from './payloadParts.ts';
import { type CompiledTraceFilters, compileTraceFilters, TRACE_COST, TRACE_DURATION_NS, TRACE_START_NS } from './traceFilters.ts';
import type { TraceCursor, TraceSort } from './traceCursor.ts';

/** First and last moment of a trace, Unix nanoseconds. */
export interface TraceBounds {
  traceId: string;
  startNs: bigint;
  endNs: bigint;
}

/** A trace of the page; `value` is what the list is sorted by. */
export interface FoundTrace extends TraceBounds {
  value: string;
}

const NS_PER_HOUR = 3_600_000_000_000n;
/**
 * How long after the end of what is looked at the spans of a trace that began in it are still considered for
 * filters and sums. Its start, end and place in the list do not depend on it.
 */
const TRACE_LENGTH_SEARCHED_NS = 6n * NS_PER_HOUR;
const FIRST_WINDOW_NS = 30_000_000_000n;
const NS_PER_DAY = 24n * NS_PER_HOUR;
/** Rows asked for beyond the page, because some of the traces seen began before the window. */
const SPARE_ROWS = 30;

type SortKey = 'start_time' | 'duration' | 'cost' | 'tokens' | 'errors';

const SORT_VALUES: Record<SortKey, { sql: string; type: string }> = {
  start_time: { sql: TRACE_START_NS, type: 'Int64' },
  duration: { sql: TRACE_DURATION_NS, type: 'Int64' },
  cost: { sql: `ifNull(${TRACE_COST}, toDecimal128(0, 12))`, type: 'Decimal(38, 12)' },
  tokens: { sql: `toInt64(ifNull(sumIf(${ALL_TOKENS}, ${HAS_USAGE}), 0))`, type: 'Int64' },
  errors: { sql: 'toInt64(sum(error_origin))', type: 'Int64' },
};

/**
 * Up to `count` traces that begin in the range and come after the cursor. Ordered by start they are looked
 * for in windows that grow from the near end, so that a page costs what it shows and not what the range
 * holds; any other order has to see the whole range. `liveTraceIds` matter to the filter by status.
 */
export function findTraces(
  reader: TelemetryReader,
  query: TraceListQuery,
  range: TimeRange,
  cursor: TraceCursor | undefined,
  count: number,
  liveTraceIds: readonly string[] = [],
): Promise<Result<FoundTrace[]>> {
  const search: Search = { reader, filters: compileTraceFilters(query, liveTraceIds), ...sortOf(query.sort), count };
  return search.key === 'start_time' ? findByStart(search, range, cursor) : findByValue(search, range, cursor);
}

interface Search {
  reader: TelemetryReader;
  filters: CompiledTraceFilters;
  key: SortKey;
  descending: boolean;
  count: number;
}

function sortOf(sort: TraceSort): Pick<Search, 'key' | 'descending'> {
  const descending = sort.startsWith('-');
  return { key: (descending ? sort.slice(1) : sort) as SortKey, descending };
}

/**
 * Every trace that really begins in a window has all its spans in or after it, so what is counted of it is
 * whole; one that only looks so, because it began before, is told apart by its bounds and left for the window
 * that holds its start.
 */
async function findByStart(search: Search, range: TimeRange, cursor: TraceCursor | undefined): Promise<Result<FoundTrace[]>> {
  const { count, descending } = search;
  const near = cursor === undefined ? undefined : BigInt(cursor.value);
  const limits = behind(range, near, descending);
  let lengthNs = search.filters.searchesPayloads ? NS_PER_DAY : FIRST_WINDOW_NS;
  let rows = count + SPARE_ROWS;
  for (;;) {
    const window = nearPart(limits, lengthNs, descending);
    const seen = await lookAt(search, window, cursor, rows);
    if (!seen.ok) return seen;
    const { found, more } = seen.value;
    const whole = window.fromNs === limits.fromNs && window.toNs === limits.toNs;
    if (found.length >= count || (whole && !more)) return ok(found.slice(0, count));
    // Behind the rows asked for there may be others, but most of these began before the window: look for both.
    if (more) rows *= 4;
    lengthNs *= more ? 4n : growth(found.length, count);
  }
}

async function findByValue(search: Search, range: TimeRange, cursor: TraceCursor | undefined): Promise<Result<FoundTrace[]>> {
  let rows = search.count + SPARE_ROWS;
  for (;;) {
    const seen = await lookAt(search, range, cursor, rows);
    if (!seen.ok) return seen;
    if (seen.value.found.length >= search.count || !seen.value.more) return ok(seen.value.found.slice(0, search.count));
    rows *= 4;
  }
}

/** The foremost traces of a window; `more` when there may be others behind the last one asked for. */
async function lookAt(
  { reader, filters, key, descending }: Search,
  window: TimeRange,
  cursor: TraceCursor | undefined,
  rows: number,
): Promise<Result<{ found: FoundTrace[]; more: boolean }>> {
  const { sql: value, type } = SORT_VALUES[key];
  const plain = key === 'start_time' && filters.having.length === 0;
  const toNs = plain ? window.toNs : window.toNs + TRACE_LENGTH_SEARCHED_NS;
  const direction = descending ? 'DESC' : 'ASC';
  const having = [`${TRACE_START_NS} < {startBefore:Int64}`, ...filters.having];
  if (cursor !== undefined)
    having.push(`(value, trace_id) ${descending ? '<' : '>'} ({lastValue:${type}}, toFixedString(unhex({lastTraceId:String}), 16))`);
  const seen = await reader.query<{ id: string; shown: string }>({
    sql: `SELECT trace_id, lower(hex(trace_id)) AS id, ${value} AS value, toString(value) AS shown
FROM ${plain ? spansWithRepeatsIn() : spansIn()}
GROUP BY trace_id
HAVING ${having.join('\n  AND ')}
ORDER BY value ${direction}, trace_id ${direction}
LIMIT ${rows}`,
    params: {
      from: window.fromNs,
      to: toNs,
      startBefore: window.toNs,
      ...filters.params,
      ...(filters.searchesPayloads ? { fromDay: dayOf(window.fromNs), toDay: dayOf(toNs) } : {}),
      ...(cursor === undefined ? {} : { lastValue: cursor.value, lastTraceId: cursor.traceId }),
    },
  });
  if (!seen.ok) return seen;
  const bounds = await readTraceBounds(
    reader,
    seen.value.map(({ id }) => id),
  );
  if (!bounds.ok) return bounds;
  const found = seen.value.flatMap(({ id, shown }) => {
    const trace = bounds.value.get(id);
    return trace === undefined || trace.startNs < window.fromNs ? [] : [{ ...trace, value: shown }];
  });
  return ok({ found, more: seen.value.length === rows });
}

/** First and last moments of traces; those that are not in the workspace, or of which nothing may be seen, are missing. */
export async function readTraceBounds(reader: TelemetryReader, traceIds: readonly string[]): Promise<Result<Map<string, TraceBounds>>> {
  if (traceIds.length === 0) return ok(new Map());
  const whole = await readBounds(reader, `SELECT ${BOUNDS_COLUMNS}, max(end_time) AS ends FROM trace_bounds WHERE ${TRACE_ID_IN} GROUP BY trace_id`, {
    traceIds,
  });
  if (!whole.ok || !reader.hidesAgents || whole.value.size === 0) return whole;
  // The table knows all spans of a trace, hidden ones too.
  const { source, params } = spansOfTraces([...whole.value.values()]);
  return readBounds(
    reader,
    `SELECT ${BOUNDS_COLUMNS}, max(addNanoseconds(start_time, duration_ns)) AS ends FROM ${source} GROUP BY trace_id`,
    params,
  );
}

const BOUNDS_COLUMNS = 'lower(hex(trace_id)) AS id, min(start_time) AS begins';

async function readBounds(reader: TelemetryReader, rowsSql: string, params: QueryParams): Promise<Result<Map<string, TraceBounds>>> {
  const rows = await reader.query<{ id: string; start_ns: string; end_ns: string }>({
    sql: `SELECT id, toString(toUnixTimestamp64Nano(begins)) AS start_ns, toString(toUnixTimestamp64Nano(ends)) AS end_ns FROM (${rowsSql})`,
    params,
  });
  if (!rows.ok) return rows;
  return ok(new Map(rows.value.map(({ id, start_ns, end_ns }) => [id, { traceId: id, startNs: BigInt(start_ns), endNs: BigInt(end_ns) }])));
}
