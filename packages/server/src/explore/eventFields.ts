/** What questions about events can be split and filtered by. */
import { fieldsByName, idField, numberField, type QueryField, textField } from './queryField.ts';

const optionalId = (name: string, bytes: number): QueryField => {
  const present = `${name} != toFixedString('', ${bytes})`;
  return { ...idField(name, bytes), groupBy: `if(${present}, ${name}, NULL)`, present };
};

export const EVENT_FIELDS = fieldsByName([
  textField('event_type'),
  textField('status'),
  textField('agent_id'),
  textField('run_id'),
  textField('session_id'),
  textField('user_id'),
  textField('user_email'),
  textField('department'),
  textField('environment'),
  textField('provider'),
  textField('model'),
  textField('tool_name'),
  textField('endpoint'),
  textField('method'),
  { name: 'status_code', type: 'number', sql: 'nullIf(status_code, 0)', groupBy: 'nullIf(status_code, 0)' },
  textField('flow_id'),
  textField('query_category'),
  textField('message'),
  textField('error_message'),
  optionalId('trace_id', 16),
  optionalId('span_id', 8),
  numberField('latency_ms'),
]);
