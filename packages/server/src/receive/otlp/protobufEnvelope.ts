/**
 * What stands around the items of every OTLP request: resources, in each of them scopes, in each of those the
 * spans, log records or metrics. The field numbers are the same for all signals.
 */
import type { DecodedResource, DecodedScope } from '../../normalise/decodedSpan.ts';
import { NO_ATTRIBUTES, readResource, readScope } from './protobufAttributes.ts';
import { ProtobufReader } from './protobufReader.ts';

/** Reads one item, which ends at `end`. */
export type ReadItem = (reader: ProtobufReader, end: number, resource: DecodedResource, scope: DecodedScope) => void;

/** Calls `readItem` for every item, in order. @throws UndecodableBody when the bytes are not an Export…ServiceRequest. */
export function readItems(body: Uint8Array, readItem: ReadItem): void {
  const reader = new ProtobufReader(body);
  const end = body.byteLength;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) readOfResource(reader, reader.lengthEnd(end), readItem);
    else reader.skip(tag & 7, end);
  }
}

/** The resource may stand behind its items on the wire, so it is looked for first. */
function readOfResource(reader: ProtobufReader, end: number, readItem: ReadItem): void {
  const start = reader.pos;
  let resource: DecodedResource = { attributes: NO_ATTRIBUTES };
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) resource = readResource(reader, reader.lengthEnd(end));
    else reader.skip(tag & 7, end);
  }
  reader.pos = start;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 18) readOfScope(reader, reader.lengthEnd(end), resource, readItem);
    else reader.skip(tag & 7, end);
  }
}

function readOfScope(reader: ProtobufReader, end: number, resource: DecodedResource, readItem: ReadItem): void {
  const start = reader.pos;
  let scope: DecodedScope = { name: '', version: '' };
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 10) scope = readScope(reader, reader.lengthEnd(end));
    else reader.skip(tag & 7, end);
  }
  reader.pos = start;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 18) readItem(reader, reader.lengthEnd(end), resource, scope);
    else reader.skip(tag & 7, end);
  }
}
