/**
 * Typed reads over a span's attributes. Clients send numbers as strings, lists as JSON strings and JSON
 * cut off in the middle (semconv.md, section 8); every getter takes what it can and answers undefined for
 * the rest, and none of them throws.
 */
import type { AttributeValue, Attributes } from './decodedSpan.ts';
import { jsonTextOf } from './jsonText.ts';

/** Strict decimal notation: `Number('0x10')`, `Number('')` and `Number('Infinity')` are no numbers that a client meant. */
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

/** The text at `key`; undefined when it is absent, empty, or no text. A number counts as text, since ids are often sent as numbers. */
export function stringAt(attributes: Attributes, key: string): string | undefined {
  const value = attributes.get(key);
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return undefined;
}

/** The first non-empty text among `keys`. */
export function firstString(attributes: Attributes, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = stringAt(attributes, key);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A finite number, whether it came as integer, double or decimal text. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string' || value.length === 0 || value.length > 64) return undefined;
  const text = value.trim();
  if (!DECIMAL.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

export function numberAt(attributes: Attributes, key: string): number | undefined {
  const value = attributes.get(key);
  return value === undefined ? undefined : toNumber(value);
}

/** The first number among `keys`. */
export function firstNumber(attributes: Attributes, keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const value = numberAt(attributes, key);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A boolean, also as the text `true` or `false` in any case. */
export function booleanAt(attributes: Attributes, key: string): boolean | undefined {
  const value = attributes.get(key);
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string' || value.length > 5) return undefined;
  const text = value.toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** Whether a text begins like a JSON object or list, so that parsing it is worth a try. */
export function looksLikeJson(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) continue;
    return code === 0x7b || code === 0x5b;
  }
  return false;
}

/** Parses a text that looks like a JSON object or list; a text that does not, or is broken, comes back as it was. */
export function parseJson(text: string): unknown {
  if (!looksLikeJson(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/**
 * The structured value at `key`: a nested attribute as it is, a JSON text parsed, any other text (broken
 * JSON among it) as the raw string. Undefined when absent or empty.
 */
export function jsonAt(attributes: Attributes, key: string): unknown | undefined {
  const value = attributes.get(key);
  if (typeof value !== 'string') return value;
  return value === '' ? undefined : parseJson(value);
}

/** Like `jsonAt`, but only an object; undefined for everything else. */
export function objectAt(attributes: Attributes, key: string): Readonly<Record<string, unknown>> | undefined {
  return asObject(jsonAt(attributes, key));
}

/** The value as a plain object; undefined for lists, bytes and everything that is no object. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) return undefined;
  return value as Record<string, unknown>;
}

/** A property of an object of foreign origin, never one that it inherits. */
export function ownProperty(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A list of texts: a list, a JSON list in a string, or a single text. Empty texts are left out; undefined when nothing is left. */
export function stringsAt(attributes: Attributes, key: string): string[] | undefined {
  const value = jsonAt(attributes, key);
  const list = Array.isArray(value) ? value : [value];
  const texts: string[] = [];
  for (const item of list) {
    if (typeof item === 'string' && item !== '') texts.push(item);
    else if (typeof item === 'number' || typeof item === 'bigint') texts.push(String(item));
  }
  return texts.length === 0 ? undefined : texts;
}

/** The whole value as one text: a string as sent, anything structured as JSON text. Undefined when absent or empty. */
export function textAt(attributes: Attributes, key: string): string | undefined {
  const value = attributes.get(key);
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value === '' ? undefined : value;
  return toJsonText(value);
}

/** JSON text of any attribute value (see `jsonTextOf`); undefined only for a value that is not there. */
export function toJsonText(value: unknown): string | undefined {
  return value === undefined ? undefined : jsonTextOf(value);
}

/**
 * Groups `<prefix><i>.<rest>` by the number `i`, in numerical order and without the holes: keys of one
 * group are the rests (`''` for a bare `<prefix><i>`). Keys whose index is not a plain number are ignored.
 */
export function indexed(attributes: Attributes, prefix: string): Array<ReadonlyMap<string, AttributeValue>> {
  const groups = new Map<number, Map<string, AttributeValue>>();
  let ordered = true;
  let last = -1;
  attributes.forEach((value, key) => {
    if (!key.startsWith(prefix)) return;
    let end = prefix.length;
    let index = 0;
    for (; end < key.length; end++) {
      const digit = key.charCodeAt(end) - 0x30;
      if (digit < 0 || digit > 9) break;
      index = index * 10 + digit;
    }
    const digits = end - prefix.length;
    if (digits === 0 || digits > 9 || (end < key.length && key.charCodeAt(end) !== 0x2e)) return;
    let group = groups.get(index);
    if (group === undefined) {
      if (index < last) ordered = false;
      last = index;
      group = new Map();
      groups.set(index, group);
    }
    group.set(key.slice(end + 1), value);
  });
  if (ordered) return [...groups.values()];
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}
