/** OTLP log requests in JSON, with hex ids. */
import type { DecodedLog } from '../../normalise/decodedLog.ts';
import type { DecodedResource, DecodedScope } from '../../normalise/decodedSpan.ts';
import { type Decoded, REASONS, reject, UndecodableBody } from '../decoded.ts';
import { readJsonItems } from './jsonEnvelope.ts';
import { countAt, enumAt, isObject, type JsonObject, nameAt, nanosecondsAt, readAnyValue, readAttributes, textAt } from './jsonFields.ts';
import { correlation, createDecodedLogs, nextPosition, type SentLog, severityOrUnset, takeLog } from './logFields.ts';
import type { RequestRoom } from './requestRoom.ts';

const NAMES = { resources: ['resourceLogs', 'resource_logs'], scopes: ['scopeLogs', 'scope_logs'], items: ['logRecords', 'log_records'] } as const;

/** `SEVERITY_NUMBER_UNSPECIFIED`, `SEVERITY_NUMBER_TRACE`, `…_TRACE2` to `SEVERITY_NUMBER_FATAL4`. */
const SEVERITY_NAMES = [
  'SEVERITY_NUMBER_UNSPECIFIED',
  ...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((level) => ['', '2', '3', '4'].map((step) => `SEVERITY_NUMBER_${level}${step}`)),
];

/** @throws UndecodableBody when the bytes are not JSON of an ExportLogsServiceRequest. */
export function decodeLogsJson(body: Uint8Array, receivedAtMs: number): Decoded<DecodedLog> {
  const logs = createDecodedLogs(receivedAtMs);
  readJsonItems(body, NAMES, (record, resource, scope, room) => {
    const position = nextPosition(logs);
    if (position === undefined) return;
    if (!isObject(record)) return reject(logs, REASONS.shape);
    try {
      takeLog(logs, room, readRecord(record, resource, scope, position, room));
    } catch (error) {
      // A list that is none spoils its own record only.
      if (!(error instanceof UndecodableBody)) throw error;
      room.giveBack();
      reject(logs, error.message);
    }
  });
  return logs;
}

function readRecord(record: JsonObject, resource: DecodedResource, scope: DecodedScope, position: number, room: RequestRoom): SentLog {
  room.beginItem();
  return {
    resource,
    scope,
    timeNs: nanosecondsAt(record, 'timeUnixNano', 'time_unix_nano'),
    observedNs: nanosecondsAt(record, 'observedTimeUnixNano', 'observed_time_unix_nano'),
    severityNumber: severityOrUnset(enumAt(record, record.severityNumber === undefined ? 'severity_number' : 'severityNumber', SEVERITY_NAMES)),
    severityText: nameAt(record, 'severityText', 'severity_text'),
    body: readAnyValue(record.body, 0, room),
    attributes: readAttributes(record, room),
    eventName: nameAt(record, 'eventName', 'event_name'),
    ...correlation(textAt(record, 'traceId', 'trace_id'), textAt(record, 'spanId', 'span_id')),
    position,
    droppedAttributes: countAt(record, 'droppedAttributesCount', 'dropped_attributes_count'),
  };
}
