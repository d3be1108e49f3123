/**
 * OTLP log requests in protobuf, read in one pass over the bytes.
 * Field numbers are those of opentelemetry-proto 1.x (`logs/v1/logs.proto`).
 */
import type { DecodedLog } from '../../normalise/decodedLog.ts';
import type { AttributeValue, DecodedResource, DecodedScope } from '../../normalise/decodedSpan.ts';
import type { Decoded } from '../decoded.ts';
import { correlation, createDecodedLogs, nextPosition, type SentLog, severityOrUnset, takeLog } from './logFields.ts';
import { readAnyValue, readKeyValue, readName } from './protobufAttributes.ts';
import { readItems } from './protobufEnvelope.ts';
import type { ProtobufReader } from './protobufReader.ts';

/** @throws UndecodableBody when the bytes are not an ExportLogsServiceRequest. */
export function decodeLogsProtobuf(body: Uint8Array, receivedAtMs: number): Decoded<DecodedLog> {
  const logs = createDecodedLogs(receivedAtMs);
  readItems(body, (reader, end, resource, scope) => {
    const position = nextPosition(logs);
    if (position === undefined) reader.pos = end;
    else takeLog(logs, reader.room, readRecord(reader, end, resource, scope, position));
  });
  return logs;
}

function readRecord(reader: ProtobufReader, end: number, resource: DecodedResource, scope: DecodedScope, position: number): SentLog {
  reader.room.beginItem();
  let timeNs = 0n;
  let observedNs = 0n;
  let severityNumber = 0;
  let severityText = '';
  let body: AttributeValue | undefined;
  let eventName = '';
  let traceId = '';
  let spanId = '';
  let droppedAttributes = 0;
  const attributes = new Map<string, AttributeValue>();
  while (reader.pos < end) {
    const tag = reader.tag(end);
    switch (tag) {
      case 9:
        timeNs = reader.fixed64(end);
        break;
      case 16:
        severityNumber = reader.varint(end);
        break;
      case 26:
        severityText = readName(reader, end);
        break;
      case 42:
        body = readAnyValue(reader, reader.lengthEnd(end), 0);
        break;
      case 50:
        readKeyValue(reader, reader.lengthEnd(end), attributes, 0);
        break;
      case 56:
        droppedAttributes = reader.varint(end);
        break;
      case 74:
        traceId = reader.hex(end);
        break;
      case 82:
        spanId = reader.hex(end);
        break;
      case 89:
        observedNs = reader.fixed64(end);
        break;
      case 98:
        eventName = readName(reader, end);
        break;
      default:
        reader.skip(tag & 7, end);
    }
  }
  return {
    resource,
    scope,
    timeNs,
    observedNs,
    severityNumber: severityOrUnset(severityNumber),
    severityText,
    body,
    attributes,
    eventName,
    ...correlation(traceId, spanId),
    position,
    droppedAttributes,
  };
}
