/** A row of `logs` as queries bring it, and the log of the outside contract that it becomes. The one place where '' turns into null. */
import type { Log, LogLevel } from '@sightglass/contract/log';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { OpenText } from '../encryption/envelope.ts';
import { attributesOf, jsonOr, recordOf, textOrNull } from '../traces/spanRow.ts';
import { CONTEXT_COLUMNS } from '../explore/logContext.ts';
import { NO_TRACE } from '../explore/logSource.ts';

export const LOG_COLUMNS = [
  'lower(hex(log_id)) AS id',
  'toString(toUnixTimestamp64Nano(time)) AS ns',
  'level',
  'severity_number',
  'severity_text',
  'logger',
  'message',
  `if(trace_id = ${NO_TRACE}, '', lower(hex(trace_id))) AS trace`,
  `if(span_id = toFixedString('', 8), '', lower(hex(span_id))) AS span`,
  ...CONTEXT_COLUMNS,
  'exception',
  'exception_type',
  'event_name',
  'body',
  'service_name',
  'scope_name',
  'attributes_string',
  'attributes_number',
  'attributes_bool',
  'attributes_json',
  'resource',
].join(', ');

export interface LogRow {
  id: string;
  ns: string;
  level: LogLevel;
  severity_number: number;
  severity_text: string;
  logger: string;
  message: string;
  trace: string;
  span: string;
  agent_id: string;
  run_id: string;
  session_id: string;
  user_id: string;
  department: string;
  endpoint: string;
  method: string;
  environment: string;
  exception: string;
  exception_type: string;
  event_name: string;
  body: string;
  service_name: string;
  scope_name: string;
  attributes_string: Record<string, string>;
  attributes_number: Record<string, number>;
  attributes_bool: Record<string, boolean>;
  attributes_json: Record<string, string>;
  /** JSON text, or ''. */
  resource: string;
}

export function logOf(row: LogRow, open: OpenText): Log {
  const body = open(row.body);
  return {
    log_id: row.id,
    timestamp: formatTimestamp(BigInt(row.ns)),
    level: row.level,
    logger: textOrNull(row.logger),
    message: open(row.message),
    trace_id: textOrNull(row.trace),
    span_id: textOrNull(row.span),
    agent_id: textOrNull(row.agent_id),
    run_id: textOrNull(row.run_id),
    user_id: textOrNull(row.user_id),
    department: textOrNull(row.department),
    session_id: textOrNull(row.session_id),
    endpoint: textOrNull(row.endpoint),
    method: textOrNull(row.method),
    environment: textOrNull(row.environment),
    exception: textOrNull(row.exception),
    exception_type: textOrNull(row.exception_type),
    attributes: attributesOf(row, open),
    severity_number: row.severity_number === 0 ? null : row.severity_number,
    severity_text: textOrNull(row.severity_text),
    event_name: textOrNull(row.event_name),
    body: body === '' ? null : jsonOr(body, body),
    service_name: textOrNull(row.service_name),
    scope_name: textOrNull(row.scope_name),
    resource: recordOf<string>(row.resource),
  };
}
