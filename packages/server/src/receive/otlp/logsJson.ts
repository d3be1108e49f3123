/** OTLP log requests in JSON, with hex ids. */
import type { DecodedLog } from '../../normalise/decodedLog.ts';
import type { DecodedResource, DecodedScope } from '../../normalise/decodedSpan.ts';
import { createDecoded, type Decoded, REASONS, reject, UndecodableBody } from '../decoded.ts';
import { readJsonItems } from './jsonEnvelope.ts';
import { enumAt, isObject, type JsonObject, nanosecondsAt, readAnyValue, readAttributes, textAt } from './jsonFields.ts';
import { correlation, nextPosition, severityOrUnset, timeOrObserved } from './logFields.ts';

const NAMES = { resources: ['resourceLogs', 'resource_logs'], scopes: ['scopeLogs', 'scope_logs'], items: ['logRecords', 'log_records'] } as const;

/** `SEVERITY_NUMBER_UNSPECIFIED`, `SEVERITY_NUMBER_TRACE`, `…_TRACE2` to `SEVERITY_NUMBER_FATAL4`. */
const SEVERITY_NAMES = [
  'SEVERITY_NUMBER_UNSPECIFIED',
  ...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((level) => ['', '2', '3', '4'].map((step) => `SEVERITY_NUMBER_${level}${step}`)),
];

/** @throws UndecodableBody when the bytes are not JSON of an ExportLogsServiceRequest. */
export function decodeLogsJson(body: Uint8Array): Decoded<DecodedLog> {
  const logs = createDecoded<DecodedLog>();
  readJsonItems(body, NAMES, (record, resource, scope) => {
    const position = nextPosition(logs);
    if (position === undefined) return;
    if (!isObject(record)) return reject(logs, REASONS.shape);
    try {
      logs.items.push(readRecord(record, resource, scope, position));
    } catch (error) {
      // A list that is none spoils its own record only.
      if (!(error instanceof UndecodableBody)) throw error;
      reject(logs, error.message);
    }
  });
  return logs;
}

function readRecord(record: JsonObject, resource: DecodedResource, scope: DecodedScope, position: number): DecodedLog {
  return {
    resource,
    scope,
    timeNs: timeOrObserved(
      nanosecondsAt(record, 'timeUnixNano', 'time_unix_nano'),
      nanosecondsAt(record, 'observedTimeUnixNano', 'observed_time_unix_nano'),
    ),
    severityNumber: severityOrUnset(enumAt(record, record.severityNumber === undefined ? 'severity_number' : 'severityNumber', SEVERITY_NAMES)),
    severityText: textAt(record, 'severityText', 'severity_text'),
    body: readAnyValue(record.body, 0),
    attributes: readAttributes(record),
    eventName: textAt(record, 'eventName', 'event_name'),
    ...correlation(textAt(record, 'traceId', 'trace_id'), textAt(record, 'spanId', 'span_id')),
    position,
  };
}
