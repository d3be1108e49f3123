/** Columns that several views over `spans` share. */
import { ENDED, FAILED } from '../../explore/spanSql.ts';
import { column, hexOf, type ViewColumn } from './view.ts';

/** The spans of a workspace, each once. */
export const SPANS = '(SELECT * FROM spans FINAL)';
export const spansWhere = (condition: string) => `(SELECT * FROM spans FINAL WHERE ${condition})`;

/** A span is one per trace and span id. */
export const SPAN_KEY = column('id', `concat(${hexOf('trace_id')}, ':', ${hexOf('span_id')})`, '`trace_id:span_id`');
export const TRACE_ID = column('trace_id', hexOf('trace_id'));
export const AT = column('timestamp', 'start_time', 'when it began');

/** An event without a length has none, and so has what still runs. */
export const DURATION_MS = `if(NOT (${ENDED}) OR (dialect = 'events' AND duration_ns = 0), NULL, duration_ns / 1e6)`;

export const SUCCEEDED = `CAST(if(${ENDED}, status = 'success', NULL), 'Nullable(Bool)')`;
/** What a failed span says of its failure; '' when it says nothing. */
export const WORDS = `if(status_message != '', status_message, toString(error_type))`;

export const ERROR_MESSAGE: ViewColumn = column(
  'error_message',
  `if(${FAILED}, nullIf(${WORDS}, ''), NULL)`,
  'what went wrong; NULL unless it failed',
);

const pairs = (map: string, value: string) => `arrayMap((k, v) -> concat(toJSONString(k), ':', ${value}), mapKeys(${map}), mapValues(${map}))`;
/** The attributes of a row as JSON text, each in the type that it was sent in. */
export const ATTRIBUTES_JSON = `concat('{', arrayStringConcat(arrayConcat(${pairs('attributes_string', 'toJSONString(v)')}, ${pairs('attributes_number', 'toJSONString(v)')}, ${pairs('attributes_bool', 'toString(v)')}, ${pairs('attributes_json', 'v')}), ','), '}')`;
