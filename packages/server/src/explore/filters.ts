/** One filter of a QuerySpec → a condition over a row and its bound values, or the reason why it makes no sense. */
import { formatUsd, parseUsd } from '@sightglass/contract/money';
import type { FilterOperator, QueryFilter } from '@sightglass/contract/querySpec';
import type { QueryField } from './queryField.ts';

export type FilterParams = Record<string, string | readonly string[]>;

export type CompiledFilter = { ok: true; sql: string; params: FilterParams } | { ok: false; at: 'op' | 'value'; message: string };

/** A value that could not be read as the field's type. */
const wrong = (message: string): CompiledFilter => ({ ok: false, at: 'value', message });
const noOperator = (field: QueryField, allowed: string): CompiledFilter => ({ ok: false, at: 'op', message: `${field.name} takes ${allowed}` });
const compiled = (sql: string, params: FilterParams): CompiledFilter => ({ ok: true, sql, params });

const ORDERINGS: ReadonlySet<FilterOperator> = new Set(['>', '>=', '<', '<=']);

/** Above 1e24 dollars a Decimal(38, 12) overflows. */
const USD_DIGITS_MAX = 24 + 12;

/**
 * `parameter` is the name that the filter's value is bound to. A field that was not sent equals nothing,
 * differs from everything, and is neither above nor below anything.
 */
export function compileFilter(field: QueryField, { op, value }: QueryFilter, parameter: string): CompiledFilter {
  if (op === 'exists') return compileExists(field, value);
  switch (field.type) {
    case 'text':
      return compileText(field, op, value, parameter);
    case 'tags':
      return compileTags(field, op, value, parameter);
    case 'id':
      return compileId(field, op, value, parameter);
    case 'number':
      return compileNumber(field, op, value, { parameter, type: 'Float64', read: readNumber });
    case 'decimal':
      return compileNumber(field, op, value, { parameter, type: 'Decimal(38, 12)', read: readUsd });
    case 'attribute':
      return compileAttribute(field, op, value, parameter);
  }
}

function compileExists(field: QueryField, value: QueryFilter['value']): CompiledFilter {
  if (value !== undefined && typeof value !== 'boolean') return wrong('must be true, false or absent for exists');
  const present = { text: `${field.sql} != ''`, tags: 'notEmpty(tags)', id: field.present ?? '1', number: null, decimal: null, attribute: null }[
    field.type
  ];
  const sql = present ?? `isNotNull(${field.sql})`;
  return compiled(value === false ? `NOT (${sql})` : `(${sql})`, {});
}

function compileText(field: QueryField, op: FilterOperator, value: QueryFilter['value'], parameter: string): CompiledFilter {
  if (ORDERINGS.has(op)) return noOperator(field, '=, !=, in, not_in, contains and exists');
  if (op === 'in' || op === 'not_in') {
    const texts = readList(value, readText);
    if (typeof texts === 'string') return wrong(texts);
    return compiled(`${field.sql} ${op === 'in' ? 'IN' : 'NOT IN'} {${parameter}:Array(String)}`, { [parameter]: texts.values });
  }
  const text = readText(value);
  if (text === undefined) return wrong('must be a text');
  if (op === 'contains') return compiled(containsSql(field.sql, `{${parameter}:String}`), { [parameter]: text });
  return compiled(`${field.sql} ${op} {${parameter}:String}`, { [parameter]: text });
}

/** Case-insensitive substring, punctuation and all. */
export const containsSql = (text: string, part: string) => `positionCaseInsensitiveUTF8(${text}, ${part}) > 0`;

function compileTags(field: QueryField, op: FilterOperator, value: QueryFilter['value'], parameter: string): CompiledFilter {
  if (ORDERINGS.has(op)) return noOperator(field, '=, !=, in, not_in, contains and exists');
  if (op === 'in' || op === 'not_in') {
    const texts = readList(value, readText);
    if (typeof texts === 'string') return wrong(texts);
    return compiled(`${op === 'in' ? '' : 'NOT '}hasAny(tags, {${parameter}:Array(String)})`, { [parameter]: texts.values });
  }
  const text = readText(value);
  if (text === undefined) return wrong('must be a text');
  const sql =
    op === 'contains'
      ? `arrayExists(tag -> ${containsSql('tag', `{${parameter}:String}`)}, tags)`
      : `${op === '!=' ? 'NOT ' : ''}has(tags, {${parameter}:String})`;
  return compiled(sql, { [parameter]: text });
}

function compileId(field: QueryField, op: FilterOperator, value: QueryFilter['value'], parameter: string): CompiledFilter {
  const digits = field.hexDigits ?? 0;
  const readHex = (sent: unknown) => (typeof sent === 'string' && sent.length === digits && /^[0-9a-f]+$/i.test(sent) ? sent : undefined);
  const message = `must be ${digits} hex digits`;
  const bytes = (hex: string) => `toFixedString(unhex(${hex}), ${digits / 2})`;
  if (op === 'in' || op === 'not_in') {
    const ids = readList(value, readHex);
    if (typeof ids === 'string') return wrong(ids === NOT_A_LIST ? ids : message);
    return compiled(`${op === 'in' ? '' : 'NOT '}has(arrayMap(id -> ${bytes('id')}, {${parameter}:Array(String)}), ${field.sql})`, {
      [parameter]: ids.values,
    });
  }
  if (op !== '=' && op !== '!=') return noOperator(field, '=, !=, in, not_in and exists');
  const hex = readHex(value);
  if (hex === undefined) return wrong(message);
  return compiled(`${field.sql} ${op} ${bytes(`{${parameter}:String}`)}`, { [parameter]: hex });
}

interface NumberReading {
  parameter: string;
  type: string;
  read: (sent: unknown) => string | undefined;
}

function compileNumber(field: QueryField, op: FilterOperator, value: QueryFilter['value'], { parameter, type, read }: NumberReading): CompiledFilter {
  if (op === 'contains') return noOperator(field, '=, !=, >, >=, <, <=, in, not_in and exists');
  if (op === 'in' || op === 'not_in') {
    const numbers = readList(value, read);
    if (typeof numbers === 'string') return wrong(numbers === NOT_A_LIST ? numbers : 'must be a list of numbers');
    const params: FilterParams = {};
    const terms = numbers.values.map((number, i) => {
      params[`${parameter}_${i}`] = number;
      return `${field.sql} = {${parameter}_${i}:${type}}`;
    });
    const any = terms.length === 0 ? '0' : `ifNull(${terms.join(' OR ')}, 0)`;
    return compiled(op === 'in' ? `(${any})` : `NOT (${any})`, params);
  }
  const number = read(value);
  if (number === undefined) return wrong('must be a number');
  return compiled(`ifNull(${field.sql} ${op} {${parameter}:${type}}, ${op === '!=' ? 1 : 0})`, { [parameter]: number });
}

/** An attribute is compared as text; ordering compares numbers, sent as numbers or as text. */
function compileAttribute(field: QueryField, op: FilterOperator, value: QueryFilter['value'], parameter: string): CompiledFilter {
  if (op === 'in' || op === 'not_in') {
    const texts = readList(value, readScalar);
    if (typeof texts === 'string') return wrong(texts);
    return compiled(`${op === 'in' ? '' : 'NOT '}ifNull(has({${parameter}:Array(String)}, ${field.sql}), 0)`, { [parameter]: texts.values });
  }
  if (ORDERINGS.has(op)) {
    const number = readNumber(value);
    if (number === undefined) return wrong('must be a number');
    return compiled(`ifNull(toFloat64OrNull(${field.sql}) ${op} {${parameter}:Float64}, 0)`, { [parameter]: number });
  }
  const text = readScalar(value);
  if (text === undefined) return wrong('must be a text, a number or a boolean');
  if (op === 'contains') return compiled(`ifNull(${containsSql(field.sql, `{${parameter}:String}`)}, 0)`, { [parameter]: text });
  return compiled(`ifNull(${field.sql} ${op} {${parameter}:String}, ${op === '!=' ? 1 : 0})`, { [parameter]: text });
}

const NOT_A_LIST = 'must be a list for in and not_in';

function readList(value: QueryFilter['value'], read: (sent: unknown) => string | undefined): { values: string[] } | string {
  if (!Array.isArray(value)) return NOT_A_LIST;
  const values: string[] = [];
  for (const sent of value) {
    const one = read(sent);
    if (one === undefined) return 'holds a value of the wrong type';
    values.push(one);
  }
  return { values };
}

/** Ids are the sender's own strings, and some senders count: a number is taken for the text it looks like. */
function readText(sent: unknown): string | undefined {
  return typeof sent === 'string' ? sent : typeof sent === 'number' ? String(sent) : undefined;
}

function readScalar(sent: unknown): string | undefined {
  return typeof sent === 'boolean' ? String(sent) : readText(sent);
}

function readNumber(sent: unknown): string | undefined {
  if (typeof sent === 'number') return Number.isFinite(sent) ? String(sent) : undefined;
  if (typeof sent !== 'string' || sent.trim() === '') return undefined;
  const number = Number(sent);
  return Number.isFinite(number) ? String(number) : undefined;
}

function readUsd(sent: unknown): string | undefined {
  const text = typeof sent === 'number' ? String(sent) : typeof sent === 'string' ? sent : '';
  if (text.length > 100) return undefined;
  const picoUsd = parseUsd(text);
  return picoUsd === undefined || picoUsd.toString().replace('-', '').length > USD_DIGITS_MAX ? undefined : formatUsd(picoUsd);
}
