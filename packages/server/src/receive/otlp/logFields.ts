/** What log records have in common in both encodings. */
import type { DecodedLog } from '../../normalise/decodedLog.ts';
import { type Decoded, isTime, reject } from '../decoded.ts';
import { LOG_RECORDS_MAX } from '../limits.ts';

export const TOO_MANY_RECORDS = `a request may carry at most ${LOG_RECORDS_MAX} log records`;

/** A time that cannot be is as good as none (OTLP writes 0 for "not known"). */
export function timeOrObserved(timeNs: bigint, observedNs: bigint): bigint | null {
  if (isTime(timeNs)) return timeNs;
  return isTime(observedNs) ? observedNs : null;
}

export function severityOrUnset(value: number): number {
  return Number.isInteger(value) && value >= 1 && value <= 24 ? value : 0;
}

/**
 * "The receivers SHOULD assume that the log record is not associated with a trace" when an id is missing or
 * not valid (`logs/v1/logs.proto`). A span id means nothing without its trace.
 */
export function correlation(traceId: string, spanId: string): Pick<DecodedLog, 'traceId' | 'spanId'> {
  if (!/^(?!0{32})[0-9a-f]{32}$/i.test(traceId)) return { traceId: null, spanId: null };
  return { traceId: traceId.toLowerCase(), spanId: /^(?!0{16})[0-9a-f]{16}$/i.test(spanId) ? spanId.toLowerCase() : null };
}

/** The place of the next record; undefined, and the record refused, when there are too many. */
export function nextPosition(logs: Decoded<DecodedLog>): number | undefined {
  const position = logs.items.length + logs.rejected;
  if (position < LOG_RECORDS_MAX) return position;
  reject(logs, TOO_MANY_RECORDS);
  return undefined;
}
