/** One event of the Events API, as JSON → checked fields, or why it is refused. Pure, and total over whatever arrives. */
import {
  EVENT_COST_USD_MAX,
  EVENT_DURATION_MS_MAX,
  EVENT_NAME_CHARS_MAX,
  EVENT_STATUSES,
  EVENT_TAGS_MAX,
  EVENT_TYPES,
  type EventErrorCode,
} from '@sightglass/contract/event';
import { formatUsd, parseUsd } from '@sightglass/contract/money';
import { parseTimestamp } from '@sightglass/contract/timestamp';
import type { DecodedAgentEvent } from '../normalise/decodedEvent.ts';
import { boundedText, wellFormed } from './boundedText.ts';
import { boundJson } from './boundedJson.ts';
import { NESTING_DEPTH_MAX, TEXT_CHARS_MAX } from './limits.ts';
import type { RequestClock } from './requestClock.ts';

export interface EventProblem {
  code: EventErrorCode;
  /** Names every wrong field. */
  message: string;
}
export type EventReading = { ok: true; event: DecodedAgentEvent } | { ok: false; problem: EventProblem };

type Json = Readonly<Record<string, unknown>>;

/** `receivedAtNs` stands in for a timestamp that was not sent; `clock` is that of the request. The value may be changed: its texts are cut. */
export function readEvent(value: unknown, receivedAtNs: bigint, clock: RequestClock): EventReading {
  if (!isObject(value)) return { ok: false, problem: { code: 'not-an-object', message: 'an event must be a JSON object' } };
  const fields = new FieldReader(value);
  const event: DecodedAgentEvent = {
    eventType: fields.oneOf('event_type', EVENT_TYPES, 'unknown-event-type') ?? fields.missing('event_type', 'custom'),
    status: fields.oneOf('status', EVENT_STATUSES, 'unknown-status') ?? 'success',
    agentId: fields.name('agent_id') ?? fields.missing('agent_id', ''),
    timestampNs: fields.time('timestamp', clock) ?? receivedAtNs,
    eventId: fields.id('event_id', UUID, 'a UUID'),
    dedupeKey: fields.name('dedupe_key'),
    runId: fields.name('run_id'),
    traceId: fields.id('trace_id', TRACE_ID, '32 hex digits, not all zero'),
    spanId: fields.id('span_id', SPAN_ID, '16 hex digits, not all zero'),
    parentSpanId: fields.id('parent_span_id', SPAN_ID, '16 hex digits, not all zero'),
    sessionId: fields.name('session_id'),
    userId: fields.name('user_id'),
    userEmail: fields.name('user_email'),
    department: fields.name('department'),
    environment: fields.name('environment'),
    latencyMs: fields.milliseconds('latency_ms'),
    ttftMs: fields.milliseconds('ttft_ms'),
    provider: fields.name('provider'),
    model: fields.name('model'),
    inputTokens: fields.count('input_tokens'),
    outputTokens: fields.count('output_tokens'),
    cacheReadTokens: fields.count('cache_read_tokens'),
    cacheWriteTokens: fields.count('cache_write_tokens'),
    reasoningTokens: fields.count('reasoning_tokens'),
    totalTokens: fields.count('total_tokens'),
    costPicoUsd: fields.usd('cost_usd'),
    toolName: fields.name('tool_name'),
    message: fields.longText('message'),
    errorMessage: fields.longText('error_message'),
    endpoint: fields.name('endpoint'),
    method: fields.name('method'),
    statusCode: fields.httpStatus('status_code'),
    flowId: fields.name('flow_id'),
    queryCategory: fields.name('query_category'),
    tags: fields.tags('tags'),
    payload: fields.payload('payload'),
  };
  return fields.verdict(event);
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/i;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/i;
const COST_PICO_USD_MAX = parseUsd(EVENT_COST_USD_MAX) ?? 0n;

/** Reads fields one by one and notes what is wrong, so that the sender is told of all of it at once. */
class FieldReader {
  private readonly problems: EventProblem[] = [];
  private readonly fields: Json;

  constructor(fields: Json) {
    this.fields = fields;
  }

  verdict(event: DecodedAgentEvent): EventReading {
    const [first] = this.problems;
    if (first === undefined) return { ok: true, event };
    return { ok: false, problem: { code: first.code, message: this.problems.map(({ message }) => message).join('; ') } };
  }

  private wrong(code: EventErrorCode, message: string): null {
    this.problems.push({ code, message });
    return null;
  }

  /** Notes that a needed field is not there, unless it was already refused for what it holds. */
  missing<Stand>(field: string, standIn: Stand): Stand {
    if (this.sent(field) === undefined) this.wrong('missing-field', `${field} is needed`);
    return standIn;
  }

  /** Undefined when not sent: absent, null, or an empty text. */
  private sent(field: string): unknown {
    const value = Object.hasOwn(this.fields, field) ? this.fields[field] : undefined;
    return value === null || value === '' ? undefined : value;
  }

  text(field: string): string | null {
    const value = this.sent(field);
    if (value === undefined) return null;
    return typeof value === 'string' ? wellFormed(value) : this.wrong('wrong-type', `${field} must be a text`);
  }

  longText(field: string): string | null {
    const text = this.text(field);
    return text === null ? null : boundedText(text, TEXT_CHARS_MAX);
  }

  name(field: string): string | null {
    const value = this.text(field);
    if (value === null || value.length <= EVENT_NAME_CHARS_MAX) return value;
    return this.wrong('too-long', `${field} has ${value.length} characters; at most ${EVENT_NAME_CHARS_MAX} are kept`);
  }

  oneOf<const Value extends string>(field: string, values: readonly Value[], code: EventErrorCode): Value | null {
    const text = this.text(field);
    if (text === null) return null;
    return values.find((value) => value === text) ?? this.wrong(code, `${field} must be one of ${values.join(', ')}`);
  }

  id(field: string, pattern: RegExp, meaning: string): string | null {
    const text = this.text(field);
    if (text === null) return null;
    return pattern.test(text) ? text.toLowerCase() : this.wrong('invalid-id', `${field} must be ${meaning}`);
  }

  time(field: string, clock: RequestClock): bigint | null {
    const text = this.text(field);
    if (text === null) return null;
    const timeNs = text.length > 64 ? undefined : parseTimestamp(text);
    if (timeNs === undefined) return this.wrong('invalid-timestamp', `${field} must be RFC 3339, for example 2026-11-20T09:00:00.123Z`);
    const problem = clock.problemOf(timeNs);
    return problem === undefined ? timeNs : this.wrong('invalid-timestamp', `${field}: ${problem}`);
  }

  private number(field: string): number | null {
    const value = this.sent(field);
    if (value === undefined) return null;
    return typeof value === 'number' ? value : this.wrong('wrong-type', `${field} must be a number`);
  }

  milliseconds(field: string): number | null {
    const value = this.number(field);
    if (value === null || (value >= 0 && value <= EVENT_DURATION_MS_MAX)) return value;
    return this.wrong('out-of-range', `${field} must be from 0 to ${EVENT_DURATION_MS_MAX}`);
  }

  count(field: string): number | null {
    const value = this.number(field);
    if (value === null || (value >= 0 && Number.isSafeInteger(value))) return value;
    return this.wrong('out-of-range', `${field} must be a whole number from 0 to 2^53`);
  }

  httpStatus(field: string): number | null {
    const value = this.number(field);
    if (value === null || (value >= 100 && value <= 599 && Number.isInteger(value))) return value;
    return this.wrong('out-of-range', `${field} must be an HTTP status from 100 to 599`);
  }

  usd(field: string): bigint | null {
    const value = this.sent(field);
    if (value === undefined) return null;
    if (typeof value !== 'string' && typeof value !== 'number') return this.wrong('wrong-type', `${field} must be a decimal text or a number`);
    const picoUsd = parseUsd(String(value));
    if (picoUsd === undefined) return this.wrong('wrong-type', `${field} must be a decimal of dollars, for example "0.0025"`);
    if (picoUsd >= 0n && picoUsd <= COST_PICO_USD_MAX) return picoUsd;
    return this.wrong('out-of-range', `${field} must be from 0 to ${formatUsd(COST_PICO_USD_MAX)}`);
  }

  tags(field: string): DecodedAgentEvent['tags'] {
    const value = this.object(field);
    if (value === null) return null;
    const entries = Object.entries(value);
    if (entries.length > EVENT_TAGS_MAX) return this.wrong('too-long', `${field} has ${entries.length} entries; at most ${EVENT_TAGS_MAX} are kept`);
    const tags: [string, string | number | boolean][] = [];
    for (const [key, tag] of entries) {
      if (typeof tag !== 'string' && typeof tag !== 'number' && typeof tag !== 'boolean')
        return this.wrong('wrong-type', `${field} may hold texts, numbers and booleans only`);
      if (key.length > EVENT_NAME_CHARS_MAX || (typeof tag === 'string' && tag.length > EVENT_NAME_CHARS_MAX))
        return this.wrong('too-long', `${field} has a key or value of more than ${EVENT_NAME_CHARS_MAX} characters`);
      tags.push([wellFormed(key), typeof tag === 'string' ? wellFormed(tag) : tag]);
    }
    return Object.fromEntries(tags);
  }

  payload(field: string): Json | null {
    const value = this.object(field);
    if (value === null || boundJson(value, NESTING_DEPTH_MAX)) return value;
    return this.wrong('too-long', `${field} is nested deeper than ${NESTING_DEPTH_MAX} levels`);
  }

  private object(field: string): Json | null {
    const value = this.sent(field);
    if (value === undefined) return null;
    return isObject(value) ? value : this.wrong('wrong-type', `${field} must be an object`);
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
