/**
 * What a question about spans can be split and filtered by. Names come from here or from nowhere: what the
 * outside sends is looked up, never written into a query. The key of `attributes.<key>` is a bound value.
 */
import { MODEL } from './spanSql.ts';

/**
 * How a field is compared. `text`: '' in the store means "not sent". `id`: fixed bytes, written as hex.
 * `attribute`: of whatever type the sender gave it.
 */
export type FieldType = 'text' | 'number' | 'decimal' | 'id' | 'tags' | 'attribute';

export interface SpanField {
  name: string;
  type: FieldType;
  /** The value in a row, as filters compare it. */
  sql: string;
  /** The value to group by, NULL when it was not sent; absent where grouping makes no sense. */
  groupBy?: string;
  /** How the grouped value is written out; default: as it is. */
  show?: (alias: string) => string;
  /** Digits of an `id`. */
  hexDigits?: number;
}

const text = (name: string, sql = name): SpanField => ({ name, type: 'text', sql, groupBy: `nullIf(${sql}, '')` });
const number = (name: string, sql = name): SpanField => ({ name, type: 'number', sql });
const id = (name: string, bytes: number): SpanField => ({
  name,
  type: 'id',
  sql: name,
  groupBy: name,
  show: (alias) => `lower(hex(${alias}))`,
  hexDigits: bytes * 2,
});

const FIELDS: readonly SpanField[] = [
  text('agent_id'),
  text('kind'),
  text('name'),
  text('status'),
  text('provider'),
  text('model', MODEL),
  text('request_model'),
  text('response_model'),
  text('user_id'),
  text('user_email'),
  text('session_id'),
  text('department'),
  text('endpoint'),
  text('method'),
  { name: 'status_code', type: 'number', sql: 'nullIf(status_code, 0)', groupBy: 'nullIf(status_code, 0)' },
  text('environment'),
  text('release'),
  text('service_name'),
  text('scope_name'),
  text('tool_name'),
  text('cost_source'),
  text('finish_reason'),
  text('trace_type'),
  text('flow_id'),
  text('query_category'),
  text('dialect'),
  text('error_type'),
  text('status_message'),
  text('service_tier'),
  text('run_id'),
  { name: 'tag', type: 'tags', sql: 'tags', groupBy: `nullIf(arrayJoin(if(empty(tags), [''], tags)), '')` },
  id('trace_id', 16),
  id('span_id', 8),
  number('duration_ms', 'duration_ns / 1e6'),
  number('ttft_ms'),
  number('input_tokens'),
  number('output_tokens'),
  number('cache_read_tokens'),
  number('reasoning_tokens'),
  { name: 'cost_usd', type: 'decimal', sql: 'cost_usd' },
];

export const SPAN_FIELDS: ReadonlyMap<string, SpanField> = new Map(FIELDS.map((field) => [field.name, field]));

export const ATTRIBUTE_PREFIX = 'attributes.';

/** The key of an attribute field, or undefined when the name is none. */
export function attributeKey(fieldName: string): string | undefined {
  return fieldName.startsWith(ATTRIBUTE_PREFIX) && fieldName.length > ATTRIBUTE_PREFIX.length ? fieldName.slice(ATTRIBUTE_PREFIX.length) : undefined;
}

/** The attribute whose key is bound to `parameter`: as text whatever its type, NULL where the span does not carry it. */
export function attributeField(name: string, parameter: string): SpanField {
  const key = `{${parameter}:String}`;
  const sql = `multiIf(mapContains(attributes_string, ${key}), attributes_string[${key}], mapContains(attributes_number, ${key}), toString(attributes_number[${key}]), mapContains(attributes_bool, ${key}), toString(attributes_bool[${key}]), mapContains(attributes_json, ${key}), attributes_json[${key}], NULL)`;
  return { name, type: 'attribute', sql, groupBy: sql };
}
