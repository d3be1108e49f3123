/** Traces and their spans. */
import { ENDS_AT_NS, FAILED, NO_PARENT } from '../../explore/spanSql.ts';
import { ATTRIBUTES_JSON, DURATION_MS, ERROR_MESSAGE, SPANS, WORDS } from './spanColumns.ts';
import { column, hexOf, hexOrNull, NO_SPAN_ID, text, type View } from './view.ts';

/** The outermost span first. A run knows best whose its trace is. */
const PLACE = `(NOT (${NO_PARENT}), start_time, span_id)`;
const RUN_PLACE = `(is_run = 0, NOT (${NO_PARENT}), start_time, span_id)`;
const outermost = (value: string, condition = `${value} != ''`) => `argMinIf(${value}, ${PLACE}, ${condition})`;
const ofRun = (name: string) => text(name, `argMinIf(${name}, ${RUN_PLACE}, ${name} != '')`);

/** The first trace, other than its own, that a span links to; '' without one. */
const LINKED = `arrayFirst(linked -> linked != ${hexOf('trace_id')}, arrayMap(link -> lower(JSONExtractString(link, 'trace_id')), JSONExtractArrayRaw(links)))`;

const distributedTraces: View = {
  name: 'distributed_traces',
  row: 'a trace',
  columns: [
    column('trace_id', hexOf('trace_id')),
    text(
      'parent_trace_id',
      `argMinIf(${LINKED}, ${PLACE}, links != '' AND ${LINKED} != '')`,
      'the trace that its outermost span with a link points to',
    ),
    column('timestamp', 'min(start_time)', 'when its first span began'),
    text('trace_type', outermost('trace_type'), '`agent_run`, `http_request`, `websocket_message` or `background_job`'),
    ofRun('user_id'),
    ofRun('user_email'),
    ofRun('department'),
    ofRun('session_id'),
    text('endpoint', outermost('endpoint')),
    text('method', outermost('method')),
    column('status_code', `nullIf(${outermost('status_code', 'status_code != 0')}, 0)`),
    column('duration_ms', `(max(${ENDS_AT_NS}) - toUnixTimestamp64Nano(min(start_time))) / 1e6`),
    column('tags', 'arraySort(groupUniqArrayArray(tags))', 'of all its spans; an array'),
    column('error', `CAST(countIf(${FAILED}) > 0, 'Bool')`, 'whether any span failed'),
    text(
      'error_message',
      `argMinIf(${WORDS}, (${WORDS} = '', error_origin = 0, start_time, span_id), ${FAILED})`,
      'of the first failure that says something, where it began',
    ),
  ],
  from: `${SPANS} GROUP BY trace_id`,
};

const traceSpans: View = {
  name: 'trace_spans',
  row: 'a span',
  columns: [
    column('span_id', hexOf('span_id')),
    column('trace_id', hexOf('trace_id')),
    hexOrNull('parent_span_id', 'parent_span_id', NO_SPAN_ID),
    column('timestamp', 'start_time'),
    column('span_name', 'toString(name)'),
    column('start_time', 'start_time'),
    column('end_time', `if(status = 'running', NULL, fromUnixTimestamp64Nano(${ENDS_AT_NS}, 'UTC'))`, 'NULL while it runs'),
    column('duration_ms', DURATION_MS),
    column('attributes', ATTRIBUTES_JSON, 'JSON text, without inputs and outputs'),
    column('events', `nullIf(events, '')`, 'JSON text: `[{ name, time, attributes }]`'),
    column('error', `CAST(${FAILED}, 'Bool')`),
    ERROR_MESSAGE,
  ],
  from: SPANS,
};

export const TRACE_VIEWS: readonly View[] = [distributedTraces, traceSpans];
