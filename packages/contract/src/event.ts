/** The agent event log: what a program may send about an agent, and how a stored event is read back. */
import { z } from '@hono/zod-openapi';
import { COST_SOURCES } from './spanKinds.ts';
import { TimestampSchema, UsdSchema } from './trace.ts';

export const EVENT_TYPES = [
  'run_started',
  'run_finished',
  'llm_call',
  'tool_call',
  'retrieval',
  'embedding',
  'guardrail',
  'action',
  'approval',
  'heartbeat',
  'state_change',
  'error',
  'log',
  'custom',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Types that also become a span: those that cost money, take time, or are the run itself. */
export const SPAN_EVENT_TYPES = [
  'run_started',
  'run_finished',
  'llm_call',
  'tool_call',
  'retrieval',
  'embedding',
  'guardrail',
] as const satisfies readonly EventType[];

export const EVENT_STATUSES = ['success', 'error', 'timeout', 'cancelled', 'blocked', 'pending'] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

/** More events than this in one request are refused whole, with 413. */
export const EVENTS_PER_REQUEST_MAX = 1000;
/** Characters of an id, a name or a key. Messages and payloads are bounded by the request's body. */
export const EVENT_NAME_CHARS_MAX = 1000;
export const EVENT_TAGS_MAX = 100;
/** A million dollars: no call costs that much. */
export const EVENT_COST_USD_MAX = '1000000';
/** About three years. */
export const EVENT_DURATION_MS_MAX = 100_000_000_000;

/** Why an event of a batch was refused. The codes stay; the words that come with them may change. */
export const EVENT_ERROR_CODES = {
  'not-an-object': 'The event is no JSON object.',
  'missing-field': 'event_type or agent_id is not there.',
  'unknown-event-type': 'event_type is not on the published list.',
  'unknown-status': 'status is not on the published list.',
  'wrong-type': 'A field has another JSON type than it should.',
  'out-of-range': 'A number is negative, not whole, or too large.',
  'invalid-timestamp': 'timestamp is not RFC 3339, or outside of 1970-01-02 to 2148-12-31.',
  'invalid-id': 'event_id is no UUID, or a trace or span id is not 32 or 16 hex digits other than zeros.',
  'too-long': 'A name is longer than 1000 characters, there are more than 100 tags, or payload is nested deeper than 32 levels.',
} as const;
export type EventErrorCode = keyof typeof EVENT_ERROR_CODES;

const name = z.string().max(EVENT_NAME_CHARS_MAX);
const tokens = z.number().int().nonnegative();
const milliseconds = z.number().nonnegative().max(EVENT_DURATION_MS_MAX);
const traceId = z.string().regex(/^(?!0{32})[0-9a-fA-F]{32}$/);
const spanId = z.string().regex(/^(?!0{16})[0-9a-fA-F]{16}$/);

/**
 * An event as it is sent. Only `event_type` and `agent_id` are needed; null and '' mean "not sent", fields
 * that are not known are ignored. The server checks each event by itself, so one wrong event refuses no other.
 */
export const NewEventSchema = z
  .object({
    event_type: z.enum(EVENT_TYPES),
    status: z.enum(EVENT_STATUSES).default('success'),
    agent_id: name.min(1),
    timestamp: TimestampSchema.optional().openapi({
      description: 'When it happened: the end of a call, of which latency_ms is the length. Default: now',
    }),
    event_id: z.uuid().optional(),
    dedupe_key: name.optional().openapi({ description: 'A repeat in the same workspace is counted as duplicate and changes nothing' }),
    run_id: name.optional(),
    trace_id: traceId.optional(),
    span_id: spanId.optional(),
    parent_span_id: spanId.optional(),
    session_id: name.optional(),
    user_id: name.optional(),
    user_email: name.optional(),
    department: name.optional(),
    environment: name.optional(),
    latency_ms: milliseconds.optional(),
    ttft_ms: milliseconds.optional(),
    provider: name.optional(),
    model: name.optional(),
    input_tokens: tokens.optional().openapi({ description: 'Cache reads and writes included' }),
    output_tokens: tokens.optional().openapi({ description: 'Reasoning included' }),
    cache_read_tokens: tokens.optional(),
    cache_write_tokens: tokens.optional(),
    reasoning_tokens: tokens.optional(),
    total_tokens: tokens.optional(),
    cost_usd: z.union([UsdSchema, z.number().nonnegative()]).optional().openapi({ description: 'Absent: priced from the price book' }),
    tool_name: name.optional(),
    message: z.string().optional(),
    error_message: z.string().optional(),
    endpoint: name.optional(),
    method: name.optional(),
    status_code: z.number().int().min(100).max(599).optional(),
    flow_id: name.optional(),
    query_category: name.optional(),
    tags: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    payload: z.record(z.string(), z.unknown()).optional(),
  })
  .openapi('NewEvent');

export const EventBatchSchema = z
  .union([NewEventSchema, z.object({ events: z.array(NewEventSchema).min(1).max(EVENTS_PER_REQUEST_MAX) })])
  .openapi('EventBatch');

export const EventReceiptSchema = z
  .object({
    accepted: z.number().int(),
    rejected: z.number().int(),
    duplicates: z.number().int(),
    /** One for each refused event, in the order of the batch. */
    errors: z.array(
      z.object({
        index: z.number().int(),
        code: z.enum(Object.keys(EVENT_ERROR_CODES) as [EventErrorCode, ...EventErrorCode[]]),
        message: z.string(),
      }),
    ),
  })
  .openapi('EventReceipt');
export type EventReceipt = z.infer<typeof EventReceiptSchema>;

const text = z.string().nullable();
const count = z.number().int().nonnegative().nullable();
const number = z.number().nullable();

/** A stored event: what was sent, and what became of it. Null = not sent. */
export const AgentEventSchema = z
  .object({
    event_id: z.string().openapi({ description: 'As sent, else made by the server' }),
    event_type: z.enum(EVENT_TYPES),
    status: z.enum(EVENT_STATUSES),
    agent_id: z.string(),
    timestamp: TimestampSchema,
    received_at: TimestampSchema,
    dedupe_key: text,
    run_id: text,
    /** As sent; of an event that became a span, that span's. */
    trace_id: text,
    span_id: text,
    parent_span_id: text,
    session_id: text,
    user_id: text,
    user_email: text,
    department: text,
    environment: text,
    latency_ms: number,
    ttft_ms: number,
    provider: text,
    model: text,
    input_tokens: count,
    output_tokens: count,
    cache_read_tokens: count,
    cache_write_tokens: count,
    reasoning_tokens: count,
    total_tokens: count,
    /** What the call costs now, after every recompute; of events that are no model or embedding call, as sent. */
    cost_usd: UsdSchema.nullable(),
    cost_source: z.enum(COST_SOURCES).nullable(),
    tool_name: text,
    message: text,
    error_message: text,
    endpoint: text,
    method: text,
    status_code: z.number().int().nullable(),
    flow_id: text,
    query_category: text,
    tags: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullable(),
    payload: z.record(z.string(), z.unknown()).nullable(),
  })
  .openapi('AgentEvent');
export type AgentEvent = z.infer<typeof AgentEventSchema>;

export const HEARTBEAT_STATUSES = ['healthy', 'degraded', 'unhealthy'] as const;
export type HeartbeatStatus = (typeof HEARTBEAT_STATUSES)[number];

export const HeartbeatSchema = z
  .object({
    agent_id: name.min(1),
    status: z.enum(HEARTBEAT_STATUSES).nullish(),
    metadata: z.record(z.string(), z.unknown()).nullish(),
  })
  .openapi('Heartbeat');
