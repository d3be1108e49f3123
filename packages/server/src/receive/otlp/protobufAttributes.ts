/** What every OTLP message shares: resources, scopes, attributes. Field numbers of `common/v1/common.proto`. */
import type { Attributes, AttributeValue, DecodedResource, DecodedScope } from '../../normalise/decodedSpan.ts';
import { LIST_VALUES_MAX, NESTED_TOO_DEEP, NESTING_DEPTH_MAX, TEXT_CHARS_MAX } from '../limits.ts';
import { createStringInterner } from './internedStrings.ts';
import type { ProtobufReader } from './protobufReader.ts';
import { boundedList, boundedName, boundedValue, noteDropped, truncatedBytes } from './requestRoom.ts';

export const NO_ATTRIBUTES: Attributes = new Map();

const intern = createStringInterner();

export function readResource(reader: ProtobufReader, end: number): DecodedResource {
  const attributes = new Map<string, AttributeValue>();
  let dropped = 0;
  reader.room.dropped = 0;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) readKeyValue(reader, reader.lengthEnd(end), attributes, 0);
    else if (tag === 16) dropped = reader.varint(end);
    else reader.skip(tag & 7, end);
  }
  noteDropped(attributes, 'attributes', dropped, reader.room.settleResource());
  return { attributes };
}

export function readScope(reader: ProtobufReader, end: number): DecodedScope {
  const scope = { name: '', version: '' };
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) scope.name = readName(reader, end);
    else if (tag === 18) scope.version = readName(reader, end);
    else reader.skip(tag & 7, end);
  }
  return scope;
}

export function readInterned(reader: ProtobufReader, end: number): string {
  const fieldEnd = reader.lengthEnd(end);
  const text = intern(reader.buffer, reader.pos, fieldEnd);
  reader.pos = fieldEnd;
  return text;
}

export function readName(reader: ProtobufReader, end: number): string {
  return boundedName(readInterned(reader, end));
}

/** Reads nothing once there is no room left in the request. */
export function readKeyValue(reader: ProtobufReader, end: number, into: Map<string, AttributeValue>, depth: number): void {
  if (--reader.room.attributes < 0) {
    reader.pos = end;
    return;
  }
  let key = '';
  let value: AttributeValue | undefined;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) key = readInterned(reader, end);
    else if (tag === 18) value = readAnyValue(reader, reader.lengthEnd(end), depth);
    else reader.skip(tag & 7, end);
  }
  if (value !== undefined && key !== '') reader.room.keep(into, key, value);
}

/** Undefined when nothing is set, or when a number is NaN or infinite: "not sent". */
export function readAnyValue(reader: ProtobufReader, end: number, depth: number): AttributeValue | undefined {
  let value: AttributeValue | undefined;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    switch (tag) {
      case 10:
        value = boundedValue(reader.string(end));
        break;
      case 16:
        value = reader.varint(end) !== 0;
        break;
      case 24:
        value = reader.int64(end);
        break;
      case 33: {
        const number = reader.double(end);
        value = Number.isFinite(number) ? number : undefined;
        break;
      }
      case 42:
        value = readList(reader, reader.lengthEnd(end), depth + 1);
        break;
      case 50:
        value = readMap(reader, reader.lengthEnd(end), depth + 1);
        break;
      case 58:
        value = readBytes(reader, end);
        break;
      default:
        reader.skip(tag & 7, end);
    }
  }
  return value;
}

function readBytes(reader: ProtobufReader, end: number): AttributeValue {
  const start = reader.pos;
  const fieldEnd = reader.lengthEnd(end);
  const bytes = fieldEnd - reader.pos;
  if (bytes > TEXT_CHARS_MAX) {
    reader.pos = fieldEnd;
    return truncatedBytes(bytes);
  }
  reader.pos = start;
  return reader.bytes(end);
}

function readList(reader: ProtobufReader, end: number, depth: number): AttributeValue {
  if (depth > NESTING_DEPTH_MAX) {
    reader.pos = end;
    return NESTED_TOO_DEEP;
  }
  const list: AttributeValue[] = [];
  let count = 0;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) {
      if (--reader.room.listValues < 0) {
        reader.pos = end;
        break;
      }
      const value = readAnyValue(reader, reader.lengthEnd(end), depth);
      if (value !== undefined && ++count <= LIST_VALUES_MAX) list.push(value);
    } else reader.skip(tag & 7, end);
  }
  return boundedList(list, count);
}

function readMap(reader: ProtobufReader, end: number, depth: number): AttributeValue {
  if (depth > NESTING_DEPTH_MAX) {
    reader.pos = end;
    return NESTED_TOO_DEEP;
  }
  const entries = new Map<string, AttributeValue>();
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) readKeyValue(reader, reader.lengthEnd(end), entries, depth);
    else reader.skip(tag & 7, end);
  }
  return Object.fromEntries(entries);
}
