/**
 * Lists of sessions and of users: what the spans that name one add up to, over a range. Everything is added up when it is asked for, and
 * weighed where spans stand for several.
 */
import { formatTimestamp } from '@sightglass/contract/timestamp';
import { containsSql } from '../explore/filters.ts';
import type { QueryParams, TelemetryReader } from '../explore/reader.ts';
import { spansIn } from '../explore/spanSource.ts';
import { ALL_TOKENS, ENDS_AT_NS, FAILED, HAS_USAGE, IS_CALL, IS_RUN, MODEL } from '../explore/spanSql.ts';
import { type SpanSums, spanSumSql, usageOf } from '../explore/spanSums.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import type { Result } from '../result.ts';
import { dayOf } from '../traces/payloadParts.ts';
import type { SpanSource } from './spansNaming.ts';
import { searchParams, spanHoldsText, storableUsd } from '../traces/traceFilters.ts';

/** What spans are put together by. */
export type GroupedBy = 'session_id' | 'user_id';

/** More agents than anyone reads in a row of a list. */
const AGENTS_MAX = 20;

const weigh = (condition: string) => `sumIf(weight, ${condition})`;
const latest = (column: string) => `argMaxIf(${column}, (start_time, span_id), ${column} != '')`;
/** The ids are written out once a group, not once a span. */
const runAt = (pick: 'argMinIf' | 'argMaxIf') => {
  const place = `${pick}((trace_id, span_id), (start_time, span_id), ${IS_RUN})`;
  return `if(countIf(${IS_RUN}) = 0, ['', ''], [lower(hex(${place}.1)), lower(hex(${place}.2))])`;
};
const COST = `ifNull(sumIf(cost_usd * weight, ${HAS_USAGE}), toDecimal128(0, 12))`;

/** Aggregates by the name under which conditions and orders speak of them. */
const AGGREGATES = {
  first_ns: 'min(toUnixTimestamp64Nano(start_time))',
  last_ns: `max(${ENDS_AT_NS})`,
  runs: weigh(IS_RUN),
  failed_runs: weigh(`${IS_RUN} AND ${FAILED}`),
  /** Exact without a rule for sampling, else of what was kept. */
  traces: 'uniqExact(trace_id)',
  sessions: `uniqExactIf(session_id, session_id != '')`,
  calls: weigh(IS_CALL),
  ...spanSumSql(true),
  tokens: `toInt64(ifNull(sumIf(${ALL_TOKENS} * weight, ${HAS_USAGE}), 0))`,
  agents: `arraySort(groupUniqArrayIf(${AGENTS_MAX})(toString(agent_id), agent_id != ''))`,
  user: latest('user_id'),
  email: latest('user_email'),
  department_name: latest('department'),
  first_run: runAt('argMinIf'),
  last_run: runAt('argMaxIf'),
} as const;
export type Aggregate = keyof typeof AGGREGATES;

/** A row as the engine answers it, of the aggregates that were asked for. */
export interface GroupRow extends SpanSums {
  id: string;
  key: string;
  shown: string;
  is_live: number;
  first_ns: string;
  last_ns: string;
  runs: string | number;
  failed_runs: string | number;
  traces: string | number;
  sessions: string | number;
  calls: string | number;
  agents: string[];
  user: string;
  email: string;
  department_name: string;
  /** [trace, span]; '' without a run. */
  first_run: RunPlace;
  last_run: RunPlace;
}
export type RunPlace = [traceId: string, spanId: string];

/** What a list may be ordered by: the aggregate's value as a whole number, or dollars. */
export const SORT_VALUES = {
  last_at: { sql: AGGREGATES.last_ns, type: 'Int64' },
  started_at: { sql: AGGREGATES.first_ns, type: 'Int64' },
  duration: { sql: `(${AGGREGATES.last_ns} - ${AGGREGATES.first_ns})`, type: 'Int64' },
  cost: { sql: COST, type: 'Decimal(38, 12)' },
  tokens: { sql: AGGREGATES.tokens, type: 'Int64' },
  errors: { sql: `toInt64(${AGGREGATES.errors})`, type: 'Int64' },
  runs: { sql: `toInt64(${AGGREGATES.runs})`, type: 'Int64' },
  calls: { sql: `toInt64(${AGGREGATES.calls})`, type: 'Int64' },
  sessions: { sql: `toInt64(${AGGREGATES.sessions})`, type: 'Int64' },
} as const;
export type GroupSortKey = keyof typeof SORT_VALUES;

const OF_ANY_SPAN = {
  session_id: ['session_id'],
  user_id: ['user_id'],
  agent_id: ['agent_id'],
  department: ['department'],
  environment: ['environment'],
  model: ['response_model', 'request_model'],
} as const;

/** Values with commas mean any of them; a filter is met when any span of the group meets it. */
export interface GroupFilters extends Partial<Record<keyof typeof OF_ANY_SPAN, string | undefined>> {
  min_cost_usd?: string | undefined;
  min_duration_ms?: number | undefined;
  min_runs?: number | undefined;
  min_errors?: number | undefined;
  /** Searched in `searched` columns, and in inputs and outputs if `searchesTexts`. */
  q?: string | undefined;
}

export interface GroupQuestion {
  by: GroupedBy;
  /** Only these; every group when absent. */
  ids?: readonly string[];
  /** Where their spans lie; all spans of the range when absent. */
  from?: SpanSource | undefined;
  filters: GroupFilters;
  searched: readonly string[];
  searchesTexts: boolean;
  range: TimeRange;
  aggregates: readonly Aggregate[];
  sort: { key: GroupSortKey; descending: boolean };
  /** Value and key of the last group of the page before. */
  after?: { value: string; key: string } | undefined;
  limit: number;
  /** What makes a group live, and whether only such ones, or only others, are wanted. */
  live?: { sql: string; params: QueryParams; wanted: boolean | undefined };
}

/** Groups in order; `key` tells those of one value apart. */
export async function readGroups(reader: TelemetryReader, question: GroupQuestion): Promise<Result<GroupRow[]>> {
  const { by, ids, range, aggregates, sort, after, limit, live } = question;
  const { having, params } = compileFilters(question);
  const value = SORT_VALUES[sort.key];
  const direction = sort.descending ? 'DESC' : 'ASC';
  if (ids !== undefined) params.ids = ids;
  if (live !== undefined) {
    Object.assign(params, live.params);
    if (live.wanted !== undefined) having.push(`is_live = ${live.wanted ? 1 : 0}`);
  }
  if (after !== undefined) {
    Object.assign(params, { lastValue: after.value, lastKey: after.key });
    having.push(`(value, key_number) ${sort.descending ? '<' : '>'} ({lastValue:${value.type}}, {lastKey:UInt64})`);
  }
  // Nanoseconds do not fit a double.
  const selected = aggregates.map((name) => (name.endsWith('_ns') ? `toString(${AGGREGATES[name]}) AS ${name}` : `${AGGREGATES[name]} AS ${name}`));
  return reader.query<GroupRow>({
    sql: `SELECT ${by} AS id, halfMD5(id) AS key_number, toString(key_number) AS key, ${value.sql} AS value, toString(value) AS shown,
  ${live?.sql ?? '0'} AS is_live${selected.map((column) => `,\n  ${column}`).join('')}
FROM ${question.from?.source ?? spansIn()} WHERE ${by} != ''${ids === undefined ? '' : ` AND ${by} IN {ids:Array(String)}`}
GROUP BY ${by}
${having.length === 0 ? '' : `HAVING ${having.join('\n  AND ')}\n`}ORDER BY value ${direction}, key_number ${direction}
LIMIT ${limit}`,
    params: { ...params, from: range.fromNs, to: range.toNs, ...question.from?.params },
  });
}

type Params = Record<string, QueryParams[string]>;

function compileFilters({ filters, searched, searchesTexts, range }: GroupQuestion): { having: string[]; params: Params } {
  const having: string[] = [];
  const params: Params = {};
  for (const [name, columns] of Object.entries(OF_ANY_SPAN) as [keyof typeof OF_ANY_SPAN, readonly string[]][]) {
    const wanted = filters[name];
    if (wanted === undefined) continue;
    // An id may hold a comma, where a list of them is meant to be split: the whole text counts as one, too.
    params[name] = [...new Set([wanted, ...wanted.split(',').map((each) => each.trim())])];
    having.push(`max(${columns.map((column) => `${column} IN {${name}:Array(String)}`).join(' OR ')})`);
  }
  if (filters.min_cost_usd !== undefined) {
    params.min_cost_usd = storableUsd(filters.min_cost_usd);
    having.push(`${COST} >= {min_cost_usd:Decimal(38, 12)}`);
  }
  if (filters.min_duration_ms !== undefined) {
    params.min_duration_ms = String(filters.min_duration_ms);
    having.push(`${SORT_VALUES.duration.sql} >= {min_duration_ms:Float64} * 1e6`);
  }
  if (filters.min_runs !== undefined) {
    params.min_runs = filters.min_runs;
    having.push(`${AGGREGATES.runs} >= {min_runs:UInt64}`);
  }
  if (filters.min_errors !== undefined) {
    params.min_errors = filters.min_errors;
    having.push(`${AGGREGATES.errors} >= {min_errors:UInt64}`);
  }
  if (filters.q !== undefined) {
    Object.assign(params, searchParams(filters.q));
    const ofSpan = searchesTexts
      ? spanHoldsText([...searched, 'name', MODEL, 'request_model', 'tool_name', 'status_message'])
      : searched.map((column) => containsSql(column, '{q:String}')).join(' OR ');
    having.push(`max(${ofSpan})`);
    if (searchesTexts) Object.assign(params, { fromDay: dayOf(range.fromNs), toDay: dayOf(range.toNs) });
  }
  return { having, params };
}

/** The sums that sessions and users both show. */
export function sumsOf(row: GroupRow) {
  return {
    runs: Number(row.runs),
    failed_runs: Number(row.failed_runs),
    traces: Number(row.traces),
    llm_calls: Number(row.llm_calls),
    errors: Number(row.errors),
    ...usageOf(row),
    unpriced_calls: Number(row.unpriced),
    approximate_calls: Number(row.approximate),
  };
}

export const SHARED_AGGREGATES = [
  'first_ns',
  'last_ns',
  'runs',
  'failed_runs',
  'traces',
  'llm_calls',
  'errors',
  'input_sum',
  'output_sum',
  'cost',
  'unpriced',
  'approximate',
  'agents',
  'department_name',
] as const satisfies readonly Aggregate[];

/** What the store can hold: for what is told from its beginning. */
export const EVER: TimeRange = { fromNs: BigInt(Date.UTC(1900, 0, 1)) * 1_000_000n, toNs: BigInt(Date.UTC(2261, 0, 1)) * 1_000_000n };

export const momentOf = (ns: string): string => formatTimestamp(BigInt(ns));
