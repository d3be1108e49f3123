/** The agent event log and structured logs. */
import { SPAN_EVENT_TYPES } from '@sightglass/contract/event';
import { withContext } from '../../explore/logContext.ts';
import { HAS_USAGE } from '../../explore/spanSql.ts';
import { ATTRIBUTES_JSON } from './spanColumns.ts';
import { column, hexOf, hexOrNull, NO_SPAN_ID, NO_TRACE_ID, text, type View } from './view.ts';

const EVENTS = '(SELECT * FROM events FINAL)';
const EVENT_ID = column('id', `if(event_id != '', event_id, ${hexOf('event_key')})`, 'as sent, else made by the server');

const eventLogs: View = {
  name: 'event_logs',
  row: 'an event of the agent event log',
  columns: [
    EVENT_ID,
    column('timestamp', 'timestamp'),
    text('user_id'),
    column('workspace_id', 'toString(workspace_id)'),
    column('event_type', 'toString(event_type)'),
    column('status', 'toString(status)'),
    column('latency_ms', 'latency_ms'),
    hexOrNull('trace_id', 'trace_id', NO_TRACE_ID),
    text('context', 'payload', 'JSON text of the payload'),
  ],
  from: EVENTS,
};

const analyticsEvents: View = {
  name: 'analytics_events',
  row: 'an event of the agent event log, by who it tells of',
  columns: [
    column('timestamp', 'timestamp'),
    column('event_type', 'toString(event_type)'),
    text('session_id'),
    text('user_email'),
    text('department'),
    text('context', 'payload', 'JSON text of the payload'),
  ],
  from: EVENTS,
};

/** Spans that were made of events, by which a recomputed cost shows here as well. */
const COSTS = `(SELECT trace_id AS call_trace, span_id AS call_span, cost_usd AS call_cost, toString(cost_source) AS call_source, 1 AS is_call
  FROM spans FINAL WHERE dialect = 'events' AND ${HAS_USAGE})`;
/** Only of these the span is the event's own. */
const IS_SPAN = `event_type IN (${SPAN_EVENT_TYPES.map((type) => `'${type}'`).join(', ')})`;

const obsEvents: View = {
  name: 'obs_events',
  row: 'an event, as `/api/obs/events` lists it',
  columns: [
    column('event_id', EVENT_ID.sql, 'as sent, else made by the server'),
    column('event_type', 'toString(event_type)'),
    column('status', 'toString(status)'),
    column('agent_id', 'toString(agent_id)'),
    column('timestamp', 'timestamp'),
    column('received_at', 'received_at'),
    text('dedupe_key'),
    text('run_id'),
    hexOrNull('trace_id', 'trace_id', NO_TRACE_ID),
    hexOrNull('span_id', 'span_id', NO_SPAN_ID),
    hexOrNull('parent_span_id', 'parent_span_id', NO_SPAN_ID),
    ...['session_id', 'user_id', 'user_email', 'department', 'environment'].map((name) => text(name)),
    column('latency_ms', 'latency_ms'),
    column('ttft_ms', 'ttft_ms'),
    text('provider'),
    text('model'),
    ...['input', 'output', 'cache_read', 'cache_write', 'reasoning', 'total'].map((kind) => column(`${kind}_tokens`, `${kind}_tokens`)),
    column('cost_usd', `if(is_call = 1 AND ${IS_SPAN}, call_cost, cost_usd)`, 'dollars, after every recompute'),
    text('cost_source', `if(is_call = 1 AND ${IS_SPAN}, call_source, if(isNull(cost_usd), '', 'reported'))`),
    ...['tool_name', 'message', 'error_message', 'endpoint', 'method'].map((name) => text(name)),
    column('status_code', 'nullIf(status_code, 0)'),
    text('flow_id'),
    text('query_category'),
    text('tags', 'tags', 'JSON text'),
    text('payload', 'payload', 'JSON text'),
  ],
  from: `${EVENTS} AS e LEFT ANY JOIN ${COSTS} AS costs ON call_trace = trace_id AND call_span = span_id`,
};

/** A log's own trace, or none: only spans of traces that logs name are joined. */
const LOGGED_SPANS = `(SELECT * FROM spans FINAL PREWHERE trace_id IN (SELECT trace_id FROM logs WHERE trace_id != ${NO_TRACE_ID}))`;

const structuredLogs: View = {
  name: 'structured_logs',
  row: 'a log record, with what its span and trace say of whose it is',
  columns: [
    column('id', hexOf('log_id')),
    column('timestamp', 'time'),
    hexOrNull('trace_id', 'trace_id', NO_TRACE_ID),
    hexOrNull('span_id', 'span_id', NO_SPAN_ID),
    column('level', 'toString(level)', '`TRACE`, `DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`'),
    text('logger_name', 'logger'),
    column('message', 'message'),
    ...['user_id', 'user_email', 'department', 'session_id', 'endpoint', 'method'].map((name) => text(name)),
    text('exc_info', 'exception', 'type, message and stack'),
    column('extra', ATTRIBUTES_JSON, 'JSON text of the attributes'),
  ],
  from: withContext('(SELECT * FROM logs FINAL)', LOGGED_SPANS),
};

export const EVENT_VIEWS: readonly View[] = [eventLogs, analyticsEvents, obsEvents, structuredLogs];
