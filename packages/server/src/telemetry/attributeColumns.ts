import { toJsonText } from '../normalise/attributes.ts';
import type { Attributes } from '../normalise/decodedSpan.ts';
import { FlagMapColumn, NumberMapColumn, TextMapColumn } from './columns.ts';

export function createAttributeColumns() {
  return {
    attributes_string: new TextMapColumn(),
    attributes_number: new NumberMapColumn(),
    attributes_bool: new FlagMapColumn(),
    attributes_json: new TextMapColumn(),
  };
}

/** Sorted by type into four maps: lists, nested values, bytes (base64) and, as strings, integers beyond 2^53 are JSON text. */
export function addAttributes(columns: ReturnType<typeof createAttributeColumns>, attributes: Attributes): void {
  for (const [key, value] of attributes) {
    if (typeof value === 'string') columns.attributes_string.entry(key, value);
    else if (typeof value === 'number') columns.attributes_number.entry(key, value);
    else if (typeof value === 'boolean') columns.attributes_bool.entry(key, value);
    else if (typeof value === 'bigint') columns.attributes_json.entry(key, `"${value}"`);
    else columns.attributes_json.entry(key, toJsonText(value) ?? 'null');
  }
  columns.attributes_string.end();
  columns.attributes_number.end();
  columns.attributes_bool.end();
  columns.attributes_json.end();
}
