/** The filters of the run list → conditions over a run. */
import type { RunListQuery } from '@sightglass/contract/routes/runs';
import { ENDED, HAS_USAGE, MODEL } from '../explore/spanSql.ts';
import { searchParams, spanHoldsText, storableUsd } from '../traces/traceFilters.ts';

export type RunFilters = Omit<RunListQuery, 'from' | 'to' | 'limit' | 'cursor' | 'sort'>;

export interface CompiledRunFilters {
  /** Conditions over the span that stands for the run. */
  ofSpan: string[];
  /** Conditions over all spans of the run, to stand in HAVING. */
  ofGroup: string[];
  params: Record<string, string | readonly string[]>;
  /** Whether texts of inputs and outputs are searched: then the query also needs `{fromDay}` and `{toDay}`. */
  searchesPayloads: boolean;
}

/** Nanoseconds that a run took, or has taken until `{nowNs}`. */
export const RUN_DURATION_NS = `if(${ENDED}, toInt64(duration_ns), greatest({nowNs:Int64} - toUnixTimestamp64Nano(start_time), 0))`;
export const RUN_COST = `ifNull(sumIf(cost_usd, ${HAS_USAGE}), toDecimal128(0, 12))`;

const COLUMNS = [
  'agent_id',
  'run_id',
  'user_id',
  'session_id',
  'department',
  'flow_id',
  'environment',
] as const satisfies readonly (keyof RunFilters)[];
const SEARCHED = ['name', MODEL, 'request_model', 'tool_name', 'status_message', 'run_id', 'agent_id', 'user_id', 'session_id', 'flow_id'];

export const valuesOf = (filter: string): string[] => filter.split(',').map((value) => value.trim());

export function compileRunFilters(filters: RunFilters): CompiledRunFilters {
  const ofSpan: string[] = [];
  const ofGroup: string[] = [];
  const params: CompiledRunFilters['params'] = {};
  for (const column of COLUMNS) {
    const wanted = filters[column];
    if (wanted === undefined) continue;
    // A run id may hold a comma, where a list of them is meant to be split: the whole text counts as one, too.
    params[column] = [...new Set([wanted, ...valuesOf(wanted)])];
    ofSpan.push(`${column} IN {${column}:Array(String)}`);
  }
  if (filters.status !== undefined) {
    params.statuses = filters.status;
    ofSpan.push('status IN {statuses:Array(String)}');
  }
  if (filters.min_duration_ms !== undefined) {
    params.min_duration_ms = String(filters.min_duration_ms);
    ofSpan.push(`${RUN_DURATION_NS} >= {min_duration_ms:Float64} * 1e6`);
  }
  if (filters.min_cost_usd !== undefined) {
    params.min_cost_usd = storableUsd(filters.min_cost_usd);
    ofGroup.push(`${RUN_COST} >= {min_cost_usd:Decimal(38, 12)}`);
  }
  if (filters.q !== undefined) {
    Object.assign(params, searchParams(filters.q));
    ofGroup.push(`max(${spanHoldsText(SEARCHED)})`);
  }
  return { ofSpan, ofGroup, params, searchesPayloads: filters.q !== undefined };
}
