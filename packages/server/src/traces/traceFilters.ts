/** The filters of the trace list → conditions over a trace. */
import type { TraceListQuery } from '@sightglass/contract/routes/traces';
import { containsSql } from '../explore/filters.ts';
import { ENDS_AT_NS, HAS_USAGE, MODEL, NO_PARENT } from '../explore/spanSql.ts';

export type TraceFilters = Pick<
  TraceListQuery,
  | 'agent_id'
  | 'model'
  | 'provider'
  | 'status'
  | 'user_id'
  | 'session_id'
  | 'department'
  | 'endpoint'
  | 'environment'
  | 'trace_type'
  | 'min_duration_ms'
  | 'min_cost_usd'
  | 'q'
>;

export interface CompiledTraceFilters {
  /** Conditions over the spans of one trace, to stand in HAVING; every filter is satisfied by a span of its own choice. */
  having: string[];
  params: Record<string, string | readonly string[]>;
  /** Whether texts of inputs and outputs are searched: then the query also needs `{fromDay}` and `{toDay}`. */
  searchesPayloads: boolean;
}

/** A trace has `error` when any span failed; else what its root says: the parentless span, while that is missing the earliest. */
export const TRACE_STATUS = `multiIf(countIf(status = 'error') > 0, 'error', (argMin(status, (NOT ${NO_PARENT}, start_time, span_id)) AS root_status) != 'success', root_status, countIf(status = 'timeout') > 0, 'error', 'success')`;
/** The same rule as `statusWhileLive`. */
const STATUS_WHILE_LIVE = `if((${TRACE_STATUS} AS stored_status) NOT IN ('error', 'timeout') AND trace_id IN (SELECT toFixedString(unhex(arrayJoin({liveTraceIds:Array(String)})), 16)), 'running', stored_status)`;
export const TRACE_COST = `sumIf(cost_usd, ${HAS_USAGE})`;
export const TRACE_START_NS = 'toUnixTimestamp64Nano(min(start_time))';
export const TRACE_DURATION_NS = `(max(${ENDS_AT_NS}) - ${TRACE_START_NS})`;

const COLUMNS = {
  agent_id: ['agent_id'],
  model: ['response_model', 'request_model'],
  provider: ['provider'],
  user_id: ['user_id'],
  session_id: ['session_id'],
  department: ['department'],
  endpoint: ['endpoint'],
  environment: ['environment'],
  trace_type: ['trace_type'],
} as const satisfies Partial<Record<keyof TraceFilters, readonly string[]>>;

const SEARCHED = ['name', MODEL, 'request_model', 'agent_id', 'user_id', 'status_message', 'tool_name'];
const SEARCHED_PARTS = ['input_parts', 'output_parts', 'document_parts'];

/** `liveTraceIds`: traces of which something still runs; no more of them than a query's parameters can hold. */
export function compileTraceFilters(filters: TraceFilters, liveTraceIds: readonly string[] = []): CompiledTraceFilters {
  const having: string[] = [];
  const params: CompiledTraceFilters['params'] = {};
  for (const [name, columns] of Object.entries(COLUMNS) as [keyof typeof COLUMNS, readonly string[]][]) {
    const wanted = filters[name];
    if (wanted === undefined) continue;
    params[name] = wanted.split(',').map((value) => value.trim());
    having.push(`max(${columns.map((column) => `${column} IN {${name}:Array(String)}`).join(' OR ')})`);
  }
  if (filters.status !== undefined) {
    params.status = filters.status;
    if (liveTraceIds.length > 0) params.liveTraceIds = liveTraceIds;
    having.push(`${liveTraceIds.length > 0 ? STATUS_WHILE_LIVE : TRACE_STATUS} = {status:String}`);
  }
  if (filters.min_duration_ms !== undefined) {
    params.min_duration_ms = String(filters.min_duration_ms);
    having.push(`${TRACE_DURATION_NS} >= {min_duration_ms:Float64} * 1e6`);
  }
  if (filters.min_cost_usd !== undefined) {
    params.min_cost_usd = storableUsd(filters.min_cost_usd);
    having.push(`ifNull(${TRACE_COST}, 0) >= {min_cost_usd:Decimal(38, 12)}`);
  }
  if (filters.q !== undefined) {
    Object.assign(params, searchParams(filters.q));
    having.push(`max(${spanHoldsText(SEARCHED)})`);
  }
  return { having, params, searchesPayloads: filters.q !== undefined };
}

/** Digits before the point that a Decimal(38, 12) holds with room for sums; no trace costs more. */
const USD_DIGITS_MAX = 24;

/** As a parameter of type Decimal(38, 12). */
export function storableUsd(usd: string): string {
  const whole = /^0*(\d+)/.exec(usd)?.[1] ?? '0';
  return whole.length > USD_DIGITS_MAX ? '9'.repeat(USD_DIGITS_MAX) : usd.replace(/^0+(?=\d)/, '');
}

/** Parts are kept as the client wrote them, mostly JSON: there a quote or a line break stands escaped. */
export const searchParams = (q: string) => ({ q, qInJson: JSON.stringify(q).slice(1, -1) });

/** Whether a span holds the text of `searchParams` in some columns, its input or its output; the query also needs `{fromDay}` and `{toDay}`. */
export const spanHoldsText = (columns: readonly string[]) =>
  `${columns.map((column) => containsSql(column, '{q:String}')).join(' OR ')} OR ${SEARCHED_PARTS.map(holdsText).join(' OR ')}`;

const holdsText = (parts: string) => `arrayExists(part -> part IN (${PARTS_WITH_TEXT}), ${parts})`;

const PARTS_WITH_TEXT = `SELECT hash FROM payloads WHERE day >= toDate({fromDay:String}) AND day <= toDate({toDay:String})
  AND (${containsSql('content', '{q:String}')} OR ${containsSql('content', '{qInJson:String}')})`;
