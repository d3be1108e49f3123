/** Which runs stand on a page of the list, and in which order. What the page shows of them is made in `summariseRuns.ts`. */
import type { RunListQuery, RunSort } from '@sightglass/contract/routes/runs';
import { behind, growth, nearPart } from '../explore/growingWindow.ts';
import type { QueryParams, TelemetryReader } from '../explore/reader.ts';
import { spansIn } from '../explore/spanSource.ts';
import { ALL_TOKENS, HAS_USAGE, IS_RUN } from '../explore/spanSql.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import { ok, type Result } from '../result.ts';
import { dayOf } from '../traces/payloadParts.ts';
import { compileRunFilters, RUN_COST, RUN_DURATION_NS } from './runFilters.ts';
import type { RunCursor } from './runCursor.ts';

/** A run by the span that stands for it; `value` is what the list is sorted by. */
export interface FoundRun {
  traceId: string;
  spanId: string;
  startNs: bigint;
  value: string;
}

const NS_PER_HOUR = 3_600_000_000_000n;
/** How long after the end of what is looked at the spans of a run that began in it are still considered for filters and sorting. */
const RUN_LENGTH_SEARCHED_NS = 6n * NS_PER_HOUR;
/** By another machine's clock a call may begin before the run that makes it. */
const CLOCK_SLACK_NS = 300_000_000_000n;
const FIRST_WINDOW_NS = 60_000_000_000n;
const FIRST_SEARCHED_WINDOW_NS = 24n * NS_PER_HOUR;

type SortKey = 'started_at' | 'duration' | 'cost' | 'tokens' | 'errors';

const START_NS = 'toUnixTimestamp64Nano(start_time)';
/** `sql` over the run's own span, or over all spans of the run. */
const SORT_VALUES: Record<SortKey, { over: 'span' | 'group'; sql: string; type: string }> = {
  started_at: { over: 'span', sql: START_NS, type: 'Int64' },
  duration: { over: 'span', sql: RUN_DURATION_NS, type: 'Int64' },
  cost: { over: 'group', sql: RUN_COST, type: 'Decimal(38, 12)' },
  tokens: { over: 'group', sql: `toInt64(ifNull(sumIf(${ALL_TOKENS}, ${HAS_USAGE}), 0))`, type: 'Int64' },
  errors: { over: 'group', sql: 'toInt64(sum(error_origin))', type: 'Int64' },
};

export interface RunSearch {
  reader: TelemetryReader;
  query: RunListQuery;
  range: TimeRange;
  cursor: RunCursor | undefined;
  count: number;
  /** What `duration` ends at for what still runs. */
  nowNs: bigint;
  /** Spans that stand for no run, because the run that they belong to is in progress. */
  replaced: readonly SpanKey[];
  /** Only of this session. */
  sessionId?: string | undefined;
}

export interface SpanKey {
  traceId: string;
  spanId: string;
}

/** Up to `count` runs that start in the range and come after the cursor. */
export async function findRuns(search: RunSearch): Promise<Result<FoundRun[]>> {
  const { query, range, cursor, count } = search;
  const { key, descending } = sortOf(query.sort);
  if (key !== 'started_at') return lookAt(search, range);
  const left = behind(range, cursor === undefined ? undefined : BigInt(cursor.value), descending);
  for (let lengthNs = query.q === undefined ? FIRST_WINDOW_NS : FIRST_SEARCHED_WINDOW_NS; ; ) {
    const window = nearPart(left, lengthNs, descending);
    const found = await lookAt(search, window);
    const isWhole = window.fromNs === left.fromNs && window.toNs === left.toNs;
    if (!found.ok || found.value.length >= count || isWhole) return found;
    lengthNs *= growth(found.value.length, count);
  }
}

export function sortOf(sort: RunSort): { key: SortKey; descending: boolean } {
  const descending = sort.startsWith('-');
  return { key: (descending ? sort.slice(1) : sort) as SortKey, descending };
}

interface RunRow {
  trace: string;
  span: string;
  ns: string;
  shown: string;
}

async function lookAt({ reader, query, cursor, count, nowNs, replaced, sessionId }: RunSearch, window: TimeRange): Promise<Result<FoundRun[]>> {
  const filters = compileRunFilters(query);
  const { key, descending } = sortOf(query.sort);
  const value = SORT_VALUES[key];
  const direction = descending ? 'DESC' : 'ASC';
  const params: Record<string, QueryParams[string]> = { ...filters.params };
  const ofSpan = [IS_RUN, ...filters.ofSpan];
  const ofPage: string[] = [];
  if (usesNow(query, key)) params.nowNs = nowNs;
  if (replaced.length > 0) {
    params.replaced = replaced.map(({ traceId, spanId }) => traceId + spanId);
    ofSpan.push('NOT has({replaced:Array(String)}, lower(concat(hex(trace_id), hex(span_id))))');
  }
  if (sessionId !== undefined) {
    params.sessionId = sessionId;
    ofSpan.push('session_id = {sessionId:String}');
  }
  if (cursor !== undefined) {
    Object.assign(params, { lastValue: cursor.value, lastTraceId: cursor.traceId, lastSpanId: cursor.spanId });
    ofPage.push(
      `(value, trace_id, run_span) ${descending ? '<' : '>'} ({lastValue:${value.type}}, toFixedString(unhex({lastTraceId:String}), 16), toFixedString(unhex({lastSpanId:String}), 8))`,
    );
  }
  const isGrouped = value.over === 'group' || filters.ofGroup.length > 0;
  if (filters.searchesPayloads) Object.assign(params, { fromDay: dayOf(window.fromNs), toDay: dayOf(window.toNs + RUN_LENGTH_SEARCHED_NS) });
  Object.assign(
    params,
    isGrouped
      ? { from: window.fromNs - CLOCK_SLACK_NS, to: window.toNs + RUN_LENGTH_SEARCHED_NS, startFrom: window.fromNs, startBefore: window.toNs }
      : { from: window.fromNs, to: window.toNs },
  );
  const source = isGrouped ? groupedSql(value, ofSpan, filters.ofGroup) : plainSql(value.sql, ofSpan);
  const rows = await reader.query<RunRow>({
    sql: `SELECT lower(hex(trace_id)) AS trace, lower(hex(run_span)) AS span, toString(start_ns) AS ns, toString(value) AS shown
FROM (${source})
${ofPage.length === 0 ? '' : `WHERE ${ofPage.join(' AND ')}\n`}ORDER BY value ${direction}, trace_id ${direction}, run_span ${direction}
LIMIT 1 BY trace_id, run_span LIMIT ${count}`,
    params,
  });
  if (!rows.ok) return rows;
  return ok(rows.value.map(({ trace, span, ns, shown }) => ({ traceId: trace, spanId: span, startNs: BigInt(ns), value: shown })));
}

const usesNow = (query: RunListQuery, key: SortKey) => key === 'duration' || query.min_duration_ms !== undefined;

/** What the run's own span tells alone: only a few columns of few rows. */
const plainSql = (value: string, ofSpan: readonly string[]) => `SELECT trace_id, span_id AS run_span, ${START_NS} AS start_ns, ${value} AS value
FROM ${spansIn()} WHERE ${ofSpan.join(' AND ')}`;

/** What all spans of a run tell together. Of a span that was sent with two starts the earlier row counts. */
function groupedSql(value: (typeof SORT_VALUES)[SortKey], ofSpan: readonly string[], ofGroup: readonly string[]): string {
  const isWanted = ofSpan.join(' AND ');
  const sortValue = value.over === 'group' ? value.sql : `argMinIf(${value.sql}, (start_time, span_id), ${IS_RUN})`;
  return `SELECT trace_id, argMinIf(span_id, (start_time, span_id), ${IS_RUN}) AS run_span,
  minIf(${START_NS}, ${IS_RUN}) AS start_ns, ${sortValue} AS value
FROM ${spansIn()} WHERE run_id != ''
GROUP BY trace_id, run_id
HAVING max(${isWanted}) AND start_ns >= {startFrom:Int64} AND start_ns < {startBefore:Int64}${ofGroup.map((condition) => `\n  AND ${condition}`).join('')}`;
}
