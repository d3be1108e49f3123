/**
 * Who and what a log belongs to, made when it is read: what the record says itself, else what its span says,
 * else what its trace says. Nothing of it is stored with the log, so it does not matter whether logs or spans
 * arrive first. An agent that nobody names is the service, as for spans.
 */
import { NO_PARENT } from './spanSql.ts';

/** Context columns of `logs`; all of them are columns of `spans` too. */
export const CONTEXT_COLUMNS = ['agent_id', 'run_id', 'session_id', 'user_id', 'department', 'endpoint', 'method', 'environment'] as const;
export type ContextColumn = (typeof CONTEXT_COLUMNS)[number];
/** The e-mail address comes along; it is neither listed nor filtered by. */
const JOINED_COLUMNS = [...CONTEXT_COLUMNS, 'user_email'] as const;

/** A run knows best whose a trace is; a request is told by its outermost span. */
const OF_REQUEST: ReadonlySet<string> = new Set(['endpoint', 'method', 'environment']);

/** The service, where it has a name of its own. */
const SERVICE_AGENT = `if(startsWith(service_name, 'unknown_service'), '', service_name)`;

/** `logs` and `spans` are subqueries with all columns of their tables; of `spans` only those of the logs' traces are needed. */
export function withContext(logs: string, spans: string): string {
  // Joined columns have names of their own: the engine would qualify those that both sides have.
  const columns = JOINED_COLUMNS.map((column) => {
    const last = column === 'agent_id' ? SERVICE_AGENT : "''";
    return `multiIf(${column} != '', ${column}, span_${column} != '', span_${column}, trace_${column} != '', trace_${column}, ${last}) AS ${column}`;
  });
  const ofSpan = JOINED_COLUMNS.map((column) => `${column} AS span_${column}`);
  const ofTrace = JOINED_COLUMNS.map(
    (column) => `argMinIf(${column}, ${OF_REQUEST.has(column) ? 'place' : '(is_run = 0, place)'}, ${column} != '') AS trace_${column}`,
  );
  return `(SELECT l.* REPLACE(${columns.join(', ')})
FROM ${logs} AS l
LEFT ANY JOIN (SELECT trace_id AS trace_of_span, span_id AS span, ${ofSpan.join(', ')} FROM ${spans}) AS s ON trace_of_span = trace_id AND span = span_id
LEFT ANY JOIN (SELECT trace_id AS trace, ${ofTrace.join(', ')}
  FROM (SELECT trace_id, is_run, (NOT (${NO_PARENT}), start_time, span_id) AS place, ${JOINED_COLUMNS.join(', ')} FROM ${spans}) GROUP BY trace_id) AS t ON trace = trace_id)`;
}
