/**
 * What every OTLP/JSON message shares (proto3 JSON mapping): objects, lists, attributes. Clients differ: 64-bit
 * numbers come as strings or numbers, enums as numbers or names, field names in camelCase or snake_case.
 */
import type { AttributeValue, DecodedResource, DecodedScope } from '../../normalise/decodedSpan.ts';
import { wellFormed } from '../boundedText.ts';
import { UndecodableBody } from '../decoded.ts';
import { parseJsonBody } from '../jsonBody.ts';
import { LIST_VALUES_MAX, NESTED_TOO_DEEP, NESTING_DEPTH_MAX, TEXT_CHARS_MAX } from '../limits.ts';
import { boundedList, boundedName, boundedValue, noteDropped, type RequestRoom, truncatedBytes } from './requestRoom.ts';

export type JsonObject = Record<string, unknown>;

/** @throws UndecodableBody, TooManyValues */
export function parseObject(body: Uint8Array): JsonObject {
  const parsed = parseJsonBody(body);
  if (!isObject(parsed)) throw new UndecodableBody('the body is not a JSON object');
  return parsed;
}

export function readScope(scope: JsonObject | undefined): DecodedScope {
  return { name: nameAt(scope, 'name'), version: nameAt(scope, 'version') };
}

export function readResource(resource: JsonObject | undefined, room: RequestRoom): DecodedResource {
  room.dropped = 0;
  const attributes = readAttributes(resource, room);
  noteDropped(attributes, 'attributes', countAt(resource, 'droppedAttributesCount', 'dropped_attributes_count'), room.settleResource());
  return { attributes };
}

/** What is over the limits is counted in `room`. @throws UndecodableBody when the attributes are no list. */
export function readAttributes(holder: JsonObject | undefined, room: RequestRoom): Map<string, AttributeValue> {
  return readKeyValues(holder === undefined ? [] : listAt(holder, 'attributes', 'attributes'), 0, room);
}

/** Reads nothing more once there is no room left in the request. */
function readKeyValues(list: readonly unknown[], depth: number, room: RequestRoom): Map<string, AttributeValue> {
  const attributes = new Map<string, AttributeValue>();
  for (const entry of list) {
    if (--room.attributes < 0) break;
    if (!isObject(entry)) continue;
    const value = readAnyValue(entry.value, depth, room);
    if (value !== undefined && typeof entry.key === 'string' && entry.key !== '') room.keep(attributes, wellFormed(entry.key), value);
  }
  return attributes;
}

function readList(list: readonly unknown[], depth: number, room: RequestRoom): AttributeValue[] {
  const values: AttributeValue[] = [];
  let count = 0;
  for (const entry of list) {
    if (--room.listValues < 0) break;
    const value = readAnyValue(entry, depth, room);
    if (value !== undefined && ++count <= LIST_VALUES_MAX) values.push(value);
  }
  return boundedList(values, count);
}

function readBytes(base64: string): AttributeValue {
  const bytes = Buffer.byteLength(base64, 'base64');
  return bytes > TEXT_CHARS_MAX ? truncatedBytes(bytes) : new Uint8Array(Buffer.from(base64, 'base64'));
}

/** Undefined when nothing is set, or when a number is null, NaN, infinite or no int64: "not sent". */
export function readAnyValue(any: unknown, depth: number, room: RequestRoom): AttributeValue | undefined {
  if (!isObject(any)) return undefined;
  const text = any.stringValue ?? any.string_value;
  if (typeof text === 'string') return boundedValue(wellFormed(text));
  const integer = any.intValue ?? any.int_value;
  if (integer !== undefined && integer !== null) return readInteger(integer);
  const double = any.doubleValue ?? any.double_value;
  if (double !== undefined && double !== null) return readDouble(double);
  const boolean = any.boolValue ?? any.bool_value;
  if (typeof boolean === 'boolean') return boolean;
  const bytes = any.bytesValue ?? any.bytes_value;
  if (typeof bytes === 'string') return readBytes(bytes);
  const list = any.arrayValue ?? any.array_value;
  if (isObject(list)) {
    if (depth >= NESTING_DEPTH_MAX) return NESTED_TOO_DEEP;
    return readList(listAt(list, 'values', 'values'), depth + 1, room);
  }
  const map = any.kvlistValue ?? any.kvlist_value;
  if (isObject(map)) {
    if (depth >= NESTING_DEPTH_MAX) return NESTED_TOO_DEEP;
    return Object.fromEntries(readKeyValues(listAt(map, 'values', 'values'), depth + 1, room));
  }
  return undefined;
}

function readInteger(value: unknown): number | bigint | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^-?\d{1,20}$/.test(value)) return undefined;
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  const whole = BigInt(value);
  return BigInt.asIntN(64, whole) === whole ? whole : undefined;
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
  return typeof value === 'string' ? wellFormed(value) : '';
}

export function nameAt(holder: JsonObject | undefined, key: string, snakeKey = key): string {
  return boundedName(textAt(holder, key, snakeKey));
}

/** A count as number or decimal text; 0 when it is missing or none. */
export function countAt(holder: JsonObject | undefined, key: string, snakeKey: string): number {
  const value = holder?.[key] ?? holder?.[snakeKey];
  return typeof value === 'number' || (typeof value === 'string' && /^\d{1,10}$/.test(value)) ? Number(value) : 0;
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
