/**
 * What a question can be split and filtered by. Names come from a source's fields or from nowhere: what the
 * outside sends is looked up, never written into a query. The key of `attributes.<key>` is a bound value.
 */

/**
 * How a field is compared. `text`: '' in the store means "not sent". `id`: fixed bytes, written as hex.
 * `attribute`: of whatever type the sender gave it.
 */
export type FieldType = 'text' | 'number' | 'decimal' | 'id' | 'tags' | 'attribute';

export interface QueryField {
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
  /** Condition of having been sent, for an `id` that may be missing. */
  present?: string;
}

export const textField = (name: string, sql = name): QueryField => ({ name, type: 'text', sql, groupBy: `nullIf(${sql}, '')` });
export const numberField = (name: string, sql = name): QueryField => ({ name, type: 'number', sql });
export const idField = (name: string, bytes: number): QueryField => ({
  name,
  type: 'id',
  sql: name,
  groupBy: name,
  show: (alias) => `lower(hex(${alias}))`,
  hexDigits: bytes * 2,
});

export const fieldsByName = (fields: readonly QueryField[]): ReadonlyMap<string, QueryField> => new Map(fields.map((field) => [field.name, field]));

export const ATTRIBUTE_PREFIX = 'attributes.';

/** The key of an attribute field, or undefined when the name is none. */
export function attributeKey(fieldName: string): string | undefined {
  return fieldName.startsWith(ATTRIBUTE_PREFIX) && fieldName.length > ATTRIBUTE_PREFIX.length ? fieldName.slice(ATTRIBUTE_PREFIX.length) : undefined;
}

/** The attribute whose key is bound to `parameter`: as text whatever its type, NULL where the row does not carry it. */
export function attributeField(name: string, parameter: string): QueryField {
  const key = `{${parameter}:String}`;
  const sql = `multiIf(mapContains(attributes_string, ${key}), attributes_string[${key}], mapContains(attributes_number, ${key}), toString(attributes_number[${key}]), mapContains(attributes_bool, ${key}), toString(attributes_bool[${key}]), mapContains(attributes_json, ${key}), attributes_json[${key}], NULL)`;
  return { name, type: 'attribute', sql, groupBy: sql };
}
