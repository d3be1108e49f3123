/** The filters of the log list → conditions over a log. */
import { LOG_LEVELS, type LogLevel } from '@sightglass/contract/log';
import type { LogListQuery } from '@sightglass/contract/routes/logs';
import { containsSql } from '../explore/filters.ts';
import { CONTEXT_COLUMNS, type ContextColumn } from '../explore/logContext.ts';
import { SPAN_TIME_NEAR_RANGE } from '../explore/logSource.ts';

export interface CompiledLogFilters {
  /** Conditions over a log as it was sent. They never leave out a log that `ofContext` would take. */
  asSent: string[];
  /** Conditions over a log with what its span and trace say of it; empty when none is asked for. */
  ofContext: string[];
  params: Record<string, string | readonly string[]>;
}

const OWN_COLUMNS = ['logger', 'service_name', 'event_name'] as const;
const CONTEXT_FILTERS = CONTEXT_COLUMNS.filter((column) => column !== 'method') satisfies readonly (keyof LogListQuery)[];
const SEARCHED = ['message', 'logger', 'exception'] as const;

const valuesOf = (filter: string) => filter.split(',').map((value) => value.trim());

export function compileLogFilters(query: Omit<LogListQuery, 'from' | 'to' | 'limit' | 'cursor'>): CompiledLogFilters {
  const filters: CompiledLogFilters = { asSent: [], ofContext: [], params: {} };
  const { asSent, params } = filters;
  const levels = levelsOf(query.level, query.min_level);
  if (levels !== undefined) {
    params.levels = levels;
    asSent.push('level IN {levels:Array(String)}');
  }
  for (const column of OWN_COLUMNS) {
    const wanted = query[column];
    if (wanted === undefined) continue;
    params[column] = valuesOf(wanted);
    asSent.push(`${column} IN {${column}:Array(String)}`);
  }
  addId(filters, 'trace_id', query.trace_id, 16);
  addId(filters, 'span_id', query.span_id, 8);
  for (const column of CONTEXT_FILTERS) addContext(filters, column, query[column]);
  if (query.q !== undefined) {
    params.q = query.q;
    asSent.push(`(${SEARCHED.map((column) => containsSql(column, '{q:String}')).join(' OR ')})`);
  }
  return filters;
}

function levelsOf(levels: readonly LogLevel[] | undefined, least: LogLevel | undefined): readonly LogLevel[] | undefined {
  const above = least === undefined ? undefined : LOG_LEVELS.slice(LOG_LEVELS.indexOf(least));
  if (levels === undefined || above === undefined) return levels ?? above;
  return levels.filter((level) => above.includes(level));
}

/** An id that cannot be one names no log. */
function addId({ asSent, params }: CompiledLogFilters, column: 'trace_id' | 'span_id', wanted: string | undefined, bytes: number): void {
  if (wanted === undefined) return;
  if (!new RegExp(`^(?!0+$)[0-9a-f]{${bytes * 2}}$`, 'i').test(wanted)) {
    asSent.push('0');
    return;
  }
  params[column] = wanted.toLowerCase();
  asSent.push(`${column} = toFixedString(unhex({${column}:String}), ${bytes})`);
}

/**
 * A log that does not say it itself can only match when some span of its trace says it, or, for the agent,
 * when its service has that name: this much is told before the spans of any log are read.
 */
function addContext({ asSent, ofContext, params }: CompiledLogFilters, column: ContextColumn, wanted: string | undefined): void {
  if (wanted === undefined) return;
  params[column] = valuesOf(wanted);
  const isWanted = `${column} IN {${column}:Array(String)}`;
  const candidates = [`trace_id IN (SELECT trace_id FROM spans WHERE ${SPAN_TIME_NEAR_RANGE} AND ${isWanted})`];
  if (column === 'agent_id') candidates.push(`service_name IN {${column}:Array(String)}`);
  asSent.push(`(${isWanted} OR (${column} = '' AND (${candidates.join(' OR ')})))`);
  ofContext.push(isWanted);
}
