/**
 * Whether a span failed, how, and in which words (semconv.md, section 7). Instrumentations disagree on
 * OTLP's status: LangSmith marks failed runs OK, Mastra failed model calls, so an `exception` event, the
 * dialect's own level and the finish reason `error` count too.
 */
import type { DecodedEvent, DecodedSpan } from './decodedSpan.ts';
import type { DialectReading } from './dialect.ts';
import type { CanonicalSpan } from './canonicalSpan.ts';
import { booleanAt, firstString, stringAt } from './attributes.ts';

export type Failure = Pick<CanonicalSpan, 'status' | 'statusMessage' | 'errorType'>;

const SUCCESS: Failure = { status: 'success', statusMessage: null, errorType: null };

/** Stack traces come as messages; nobody reads more than this in a list, and the event keeps the whole. */
const MESSAGE_CHARS_MAX = 4_000;

/** The outcome of a span. `reading.failed` false is the dialect's word that an exception was no failure. */
export function readFailure(span: DecodedSpan, reading: DialectReading): Failure {
  const exception = lastException(span.events);
  const failed =
    reading.failed ??
    (span.statusCode === 2 ||
      exception !== undefined ||
      reading.finishReason === 'error' ||
      reading.status === 'timeout' ||
      reading.status === 'cancelled');
  if (!failed) return reading.status === 'blocked' || isBlocked(span) ? { ...SUCCESS, status: 'blocked' } : SUCCESS;

  const errorType =
    stringAt(span.attributes, 'error.type') ??
    reading.errorType ??
    (exception === undefined ? undefined : stringAt(exception.attributes, 'exception.type'));
  const message =
    reading.errorMessage ??
    (span.statusCode === 2 && span.statusMessage !== '' ? span.statusMessage : undefined) ??
    (exception === undefined ? undefined : stringAt(exception.attributes, 'exception.message')) ??
    firstString(span.attributes, ['error.message', 'exception.message']);
  return {
    status: reading.status ?? statusOf(errorType, message),
    statusMessage: message?.slice(0, MESSAGE_CHARS_MAX) ?? null,
    errorType: errorType ?? null,
  };
}

/** An exception that is recorded again further out comes later: the last one ended the span. */
function lastException(events: readonly DecodedEvent[]): DecodedEvent | undefined {
  for (let i = events.length - 1; i >= 0; i--) {
    const event = events[i];
    if (event?.name === 'exception') return event;
  }
  return undefined;
}

/** A guardrail that did its work is no failure, yet nothing passed. */
function isBlocked(span: DecodedSpan): boolean {
  if (booleanAt(span.attributes, 'guardrail.triggered') === true) return true;
  const action = stringAt(span.attributes, 'sightglass.guardrail.action_taken')?.toLowerCase();
  return action === 'block' || action === 'blocked';
}

const TIMEOUT_TYPE = /^(?:.*(?:timeout(?:error|exception|expired)?|timed_?out|deadline_?exceeded(?:error)?)|etimedout|esockettimedout)$/i;
const CANCELLED_TYPE = /^(?:.*(?:abort(?:ed)?error|cancell?ed(?:error|exception)?|cancell?ation(?:error|exception)?)|aborted|abort_err)$/i;
const TIMEOUT_MESSAGE = /\btimed out\b|\bdeadline exceeded\b|\baborted due to timeout\b/i;
const CANCELLED_MESSAGE = /\b(?:request|operation|run|call) was (?:aborted|cancell?ed)\b/i;
/** Type names that say nothing: the base class, or the code of a DOMException (`"23"` a timeout, `"20"` an abort). */
const VAGUE_TYPE = /^(?:Error|Exception|DOMException|\d+|_OTHER|UND_ERR.*)$/;

function statusOf(errorType: string | undefined, message: string | undefined): 'error' | 'timeout' | 'cancelled' {
  const type = errorType?.slice(0, 200);
  if (type !== undefined && TIMEOUT_TYPE.test(type)) return 'timeout';
  if (type !== undefined && CANCELLED_TYPE.test(type))
    return message !== undefined && TIMEOUT_MESSAGE.test(message.slice(0, 500)) ? 'timeout' : 'cancelled';
  if (message !== undefined && (type === undefined || VAGUE_TYPE.test(type))) {
    const head = message.slice(0, 500);
    if (TIMEOUT_MESSAGE.test(head)) return 'timeout';
    if (CANCELLED_MESSAGE.test(head)) return 'cancelled';
  }
  return 'error';
}
