/** What log records have in common in both encodings. */
import type { AttributeValue } from '../../normalise/decodedSpan.ts';
import type { DecodedLog } from '../../normalise/decodedLog.ts';
import { createDecoded, type Decoded, REASONS, reject } from '../decoded.ts';
import { LOG_RECORDS_MAX } from '../limits.ts';
import { CLOCK_REASONS, createRequestClock, type RequestClock } from '../requestClock.ts';
import { noteDropped, type RequestRoom } from './requestRoom.ts';

export const TOO_MANY_RECORDS = `a request may carry at most ${LOG_RECORDS_MAX} log records`;

export interface DecodedLogs extends Decoded<DecodedLog> {
  clock: RequestClock;
}

export const createDecodedLogs = (receivedAtMs: number): DecodedLogs => ({ ...createDecoded<DecodedLog>(), clock: createRequestClock(receivedAtMs) });

/** A record as sent: `attributes` is still to be added to. */
export type SentLog = Omit<DecodedLog, 'timeNs' | 'attributes'> & {
  attributes: Map<string, AttributeValue>;
  /** 0 when not sent. */
  timeNs: bigint;
  observedNs: bigint;
  /** By the sender's own limits. */
  droppedAttributes: number;
};

/** Adds the record, or counts why not. */
export function takeLog(logs: DecodedLogs, room: RequestRoom, { observedNs, droppedAttributes, ...log }: SentLog): void {
  const time = room.hasTooManyAttributes() ? REASONS.attributes : timeOf(log.timeNs, observedNs, logs.clock);
  if (typeof time === 'string') {
    room.giveBack();
    return reject(logs, time);
  }
  noteDropped(log.attributes, 'attributes', droppedAttributes, room.dropped);
  logs.items.push({ ...log, timeNs: time });
}

/**
 * When it happened, else when it was observed: a clock that was never set is corrected by a collector that knows the
 * time. Null when neither was sent (OTLP writes 0 for "not known"); why not, when none of what was sent can be.
 */
function timeOf(timeNs: bigint, observedNs: bigint, clock: RequestClock): bigint | null | string {
  const problem = clock.problemOf(timeNs);
  if (problem === undefined) return timeNs;
  if (problem === CLOCK_REASONS.months) return problem;
  const observedProblem = clock.problemOf(observedNs);
  if (observedProblem === undefined) return observedNs;
  if (timeNs !== 0n) return problem;
  return observedNs === 0n ? null : observedProblem;
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
