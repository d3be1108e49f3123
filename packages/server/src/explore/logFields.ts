/** What a question about logs can be split and filtered by. */
import { CONTEXT_COLUMNS } from './logContext.ts';
import { HAS_TRACE, NO_TRACE } from './logSource.ts';
import { fieldsByName, idField, numberField, type QueryField, textField } from './queryField.ts';

const NO_SPAN = `toFixedString('', 8)`;

const FIELDS: readonly QueryField[] = [
  textField('level'),
  textField('logger'),
  textField('service_name'),
  ...CONTEXT_COLUMNS.map((column) => textField(column)),
  textField('release'),
  textField('event_name'),
  textField('exception_type'),
  textField('scope_name'),
  textField('message'),
  textField('exception'),
  { ...idField('trace_id', 16), groupBy: `nullIf(trace_id, ${NO_TRACE})`, present: HAS_TRACE },
  { ...idField('span_id', 8), groupBy: `nullIf(span_id, ${NO_SPAN})`, present: `span_id != ${NO_SPAN}` },
  numberField('severity_number', 'nullIf(severity_number, 0)'),
];

export const LOG_FIELDS = fieldsByName(FIELDS);

/** Fields that spans and traces have a say in. */
export const isOfContext = (name: string) => (CONTEXT_COLUMNS as readonly string[]).includes(name);
