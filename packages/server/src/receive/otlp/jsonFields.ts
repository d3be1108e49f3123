/**
 * What every OTLP/JSON message shares (proto3 JSON mapping): objects, lists, attributes. Clients differ: 64-bit
 * numbers come as strings or numbers, enums as numbers or names, field names in camelCase or snake_case.
 */
import type { Attributes, AttributeValue, DecodedScope } from '../../normalise/decodedSpan.ts';
import { UndecodableBody } from '../decoded.ts';
import { NESTED_TOO_DEEP, NESTING_DEPTH_MAX } from '../limits.ts';

export type JsonObject = Record<string, unknown>;

const utf8 = new TextDecoder('utf-8');

/** @throws UndecodableBody */
export function parseObject(body: Uint8Array): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8.decode(body));
  } catch {
    throw new UndecodableBody('the body is not JSON');
  }
  if (!isObject(parsed)) throw new UndecodableBody('the body is not a JSON object');
  return parsed;
}

export function readScope(scope: JsonObject | undefined): DecodedScope {
  return { name: textAt(scope, 'name'), version: textAt(scope, 'version') };
}

export function readAttributes(holder: JsonObject | undefined): Attributes {
  return readKeyValues(holder === undefined ? [] : listAt(holder, 'attributes', 'attributes'), 0);
}

function readKeyValues(list: readonly unknown[], depth: number): Map<string, AttributeValue> {
  const attributes = new Map<string, AttributeValue>();
  for (const entry of list) {
    if (!isObject(entry) || typeof entry.key !== 'string' || entry.key === '') continue;
    const value = readAnyValue(entry.value, depth);
    if (value !== undefined) attributes.set(entry.key, value);
  }
  return attributes;
}

/** Undefined when nothing is set, or when a number is null, NaN or infinite: "not sent". */
export function readAnyValue(any: unknown, depth: number): AttributeValue | undefined {
  if (!isObject(any)) return undefined;
  const text = any.stringValue ?? any.string_value;
  if (typeof text === 'string') return text;
  const integer = any.intValue ?? any.int_value;
  if (integer !== undefined && integer !== null) return readInteger(integer);
  const double = any.doubleValue ?? any.double_value;
  if (double !== undefined && double !== null) return readDouble(double);
  const boolean = any.boolValue ?? any.bool_value;
  if (typeof boolean === 'boolean') return boolean;
  const bytes = any.bytesValue ?? any.bytes_value;
  if (typeof bytes === 'string') return new Uint8Array(Buffer.from(bytes, 'base64'));
  const list = any.arrayValue ?? any.array_value;
  if (isObject(list)) {
    if (depth >= NESTING_DEPTH_MAX) return NESTED_TOO_DEEP;
    return listAt(list, 'values', 'values').flatMap((value) => readAnyValue(value, depth + 1) ?? []);
  }
  const map = any.kvlistValue ?? any.kvlist_value;
  if (isObject(map)) {
    if (depth >= NESTING_DEPTH_MAX) return NESTED_TOO_DEEP;
    return Object.fromEntries(readKeyValues(listAt(map, 'values', 'values'), depth + 1));
  }
  return undefined;
}

function readInteger(value: unknown): number | bigint | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^-?\d{1,20}$/.test(value)) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt.asIntN(64, BigInt(value));
}

function readDouble(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectAt(holder: JsonObject, key: string): JsonObject | undefined {
  const value = holder[key];
  return isObject(value) ? value : undefined;
}

/** The list under either spelling. @throws UndecodableBody when something else stands there. */
export function listAt(holder: JsonObject, key: string, snakeKey: string): readonly unknown[] {
  const value = holder[key] ?? holder[snakeKey];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new UndecodableBody(`${key} is not a list`);
  return value;
}

export function objectsAt(holder: JsonObject, key: string, snakeKey: string): JsonObject[] {
  return listAt(holder, key, snakeKey).map((item) => {
    if (!isObject(item)) throw new UndecodableBody(`${key} holds something that is not an object`);
    return item;
  });
}

export function textAt(holder: JsonObject | undefined, key: string, snakeKey = key): string {
  const value = holder?.[key] ?? holder?.[snakeKey];
  return typeof value === 'string' ? value : '';
}

/** `fixed64` of the protobuf message. A number such as 1e300 is beyond every date. */
const NANOSECONDS_MAX = 2n ** 64n - 1n;

/** Nanoseconds as string or number; 0 when missing, no number or more than the message can hold. */
export function nanosecondsAt(holder: JsonObject, key: string, snakeKey: string): bigint {
  const value = holder[key] ?? holder[snakeKey];
  const isNumber = typeof value === 'string' ? /^\d{1,20}$/.test(value) : typeof value === 'number' && Number.isInteger(value) && value >= 0;
  const ns = isNumber ? BigInt(value as string | number) : 0n;
  return ns > NANOSECONDS_MAX ? 0n : ns;
}

export function enumAt(holder: JsonObject | undefined, key: string, names: readonly string[]): number {
  const value = holder?.[key];
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? Math.max(0, names.indexOf(value)) : 0;
}
