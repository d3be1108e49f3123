/**
 * OTLP log requests in protobuf, read in one pass over the bytes.
 * Field numbers are those of opentelemetry-proto 1.x (`logs/v1/logs.proto`).
 */
import type { DecodedLog } from '../../normalise/decodedLog.ts';
import type { AttributeValue, DecodedResource, DecodedScope } from '../../normalise/decodedSpan.ts';
import { createDecoded, type Decoded } from '../decoded.ts';
import { correlation, nextPosition, severityOrUnset, timeOrObserved } from './logFields.ts';
import { readAnyValue, readInterned, readKeyValue } from './protobufAttributes.ts';
import { readItems } from './protobufEnvelope.ts';
import type { ProtobufReader } from './protobufReader.ts';

/** @throws UndecodableBody when the bytes are not an ExportLogsServiceRequest. */
export function decodeLogsProtobuf(body: Uint8Array): Decoded<DecodedLog> {
  const logs = createDecoded<DecodedLog>();
  readItems(body, (reader, end, resource, scope) => {
    const position = nextPosition(logs);
    if (position === undefined) reader.pos = end;
    else logs.items.push(readRecord(reader, end, resource, scope, position));
  });
  return logs;
}

function readRecord(reader: ProtobufReader, end: number, resource: DecodedResource, scope: DecodedScope, position: number): DecodedLog {
  let timeNs = 0n;
  let observedNs = 0n;
  let severityNumber = 0;
  let severityText = '';
  let body: AttributeValue | undefined;
  let eventName = '';
  let traceId = '';
  let spanId = '';
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
        severityText = readInterned(reader, end);
        break;
      case 42:
        body = readAnyValue(reader, reader.lengthEnd(end), 0);
        break;
      case 50:
        readKeyValue(reader, reader.lengthEnd(end), attributes, 0);
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
        eventName = readInterned(reader, end);
        break;
      default:
        reader.skip(tag & 7, end);
    }
  }
  return {
    resource,
    scope,
    timeNs: timeOrObserved(timeNs, observedNs),
    severityNumber: severityOrUnset(severityNumber),
    severityText,
    body,
    attributes,
    eventName,
    ...correlation(traceId, spanId),
    position,
  };
}
