import { z } from '@hono/zod-openapi';
import { COST_SOURCES, SPAN_KINDS, SPAN_STATUSES, TRACE_TYPES } from './spanKinds.ts';

/** A count that does not apply, or was not sent, is null, never 0. */
const count = z.number().int().nonnegative().nullable();
const text = z.string().nullable();
/** Dollars as an exact decimal string. */
export const UsdSchema = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .openapi({ example: '0.0106825' });
/** Nanoseconds as a decimal string, because they do not fit a double. */
export const NanosecondsSchema = z.string().regex(/^\d+$/).openapi({ example: '1850000000' });
/** RFC 3339 UTC with up to nanoseconds. */
export const TimestampSchema = z.string().openapi({ example: '2026-11-20T09:00:00.123456789Z' });

/** One trace as lists show it. */
export const TraceSummarySchema = z
  .object({
    trace_id: z.string(),
    root_name: z.string(),
    start_time: TimestampSchema,
    /** While the trace runs: until the answer. */
    duration_ns: NanosecondsSchema,
    status: z.enum(SPAN_STATUSES),
    /** Spans in progress are no part of this or any other count. */
    span_count: z.number().int(),
    /** Failures counted once, at the deepest failed span. */
    error_count: z.number().int(),
    llm_calls: z.number().int(),
    input_tokens: count,
    output_tokens: count,
    /** Null when the trace has no priced call. */
    cost_usd: UsdSchema.nullable(),
    agent_id: text,
    run_id: text,
    session_id: text,
    user_id: text,
    department: text,
    models: z.array(z.string()),
    trace_type: z.enum(TRACE_TYPES).nullable(),
    method: text,
    status_code: z.number().int().nullable(),
    service_name: text,
    environment: text,
    /** Calls of the trace that have tokens or a model but no price. */
    unpriced_calls: z.number().int(),
    /** Calls of the trace whose tokens or cost are an estimate: then so are its sums. */
    approximate_calls: z.number().int(),
    /** First characters of the input and output of the trace's outermost span that has them. */
    input_preview: text,
    output_preview: text,
  })
  .openapi('TraceSummary');
export type TraceSummary = z.infer<typeof TraceSummarySchema>;

export const SpanEventSchema = z.object({ name: z.string(), time: TimestampSchema, attributes: z.record(z.string(), z.unknown()) });
export const SpanLinkSchema = z.object({ trace_id: z.string(), span_id: z.string(), attributes: z.record(z.string(), z.unknown()) });

/** A piece of a message, whatever dialect it came in. */
export const MessagePartSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('reasoning'), text: z.string() }),
  z.object({ type: z.literal('tool_call'), id: text, name: z.string(), arguments: z.unknown() }),
  z.object({ type: z.literal('tool_result'), id: text, name: text, result: z.unknown() }),
  /** `url` is never fetched by the UI; inline data is named by media type and size only. */
  z.object({ type: z.literal('media'), media_type: text, url: text, size_bytes: z.number().int().nullable() }),
  z.object({ type: z.literal('other'), value: z.unknown() }),
]);
export type MessagePart = z.infer<typeof MessagePartSchema>;

export const MessageSchema = z.object({ role: z.string(), name: text, parts: z.array(MessagePartSchema), finish_reason: text }).openapi('Message');
export type Message = z.infer<typeof MessageSchema>;

/** One retrieved or reranked document. */
export const DocumentSchema = z.object({ id: text, score: z.number().nullable(), content: text, metadata: z.unknown() }).openapi('Document');
export type RetrievedDocument = z.infer<typeof DocumentSchema>;

/** One line of the sum that makes a call's cost: `quantity` units at `usd_per_million` dollars per million. */
export const CostLineSchema = z.object({
  class: z.enum([
    'input',
    'cache_read',
    'cache_write',
    'cache_write_1h',
    'output',
    'reasoning',
    'audio_input',
    'audio_output',
    'image_input',
    'request',
  ]),
  quantity: z.number().int(),
  usd_per_million: UsdSchema,
  cost_usd: UsdSchema,
});
export const CostBreakdownSchema = z
  .object({
    lines: z.array(CostLineSchema),
    total_usd: UsdSchema,
    price_id: z.string(),
    price_model: z.string(),
    price_from: TimestampSchema.nullable(),
    tier: text,
  })
  .openapi('CostBreakdown');
export type CostBreakdown = z.infer<typeof CostBreakdownSchema>;

/** One span of a trace as the trace endpoint answers it. */
export const SpanSchema = z
  .object({
    span_id: z.string(),
    parent_span_id: text,
    name: z.string(),
    kind: z.enum(SPAN_KINDS),
    status: z.enum(SPAN_STATUSES),
    status_message: text,
    start_time: TimestampSchema,
    /** While the span runs: until the answer. */
    duration_ns: NanosecondsSchema,
    service_name: text,
    agent_id: text,
    run_id: text,
    session_id: text,
    user_id: text,
    department: text,
    provider: text,
    request_model: text,
    response_model: text,
    input_tokens: count,
    output_tokens: count,
    cache_read_tokens: count,
    cache_write_tokens: count,
    reasoning_tokens: count,
    cost_usd: UsdSchema.nullable(),
    cost_source: z.enum(COST_SOURCES).nullable(),
    ttft_ms: z.number().nullable(),
    finish_reason: text,
    tool_name: text,
    /** Text as sent; JSON text when it is structured. Null in summaries (`detail=summary`). */
    input: text,
    output: text,
    attributes: z.record(z.string(), z.unknown()),
    events: z.array(SpanEventSchema),
    links: z.array(SpanLinkSchema),
    /** True at the deepest failed span of a chain of failures: the one that is counted. */
    error_origin: z.boolean(),
    error_type: text,
    /** Which dialect the span spoke, and which rule made its token numbers. */
    dialect: z.string(),
    token_rule: text,
    /** True when the sender's own numbers are guesses, or the rule had to be guessed. */
    usage_estimated: z.boolean(),
    /** True when an inner span reports the same call; then this span's usage is not counted. */
    superseded: z.boolean(),
    environment: text,
    scope_name: text,
  })
  .openapi('Span');
export type Span = z.infer<typeof SpanSchema>;

/** What the span panel needs beyond the list: parsed messages, documents, and the sum behind the cost. */
export const SpanDetailSchema = SpanSchema.extend({
  input_messages: z.array(MessageSchema),
  output_messages: z.array(MessageSchema),
  documents: z.array(DocumentSchema),
  tool_definitions: z.array(z.object({ name: z.string(), description: text, parameters: z.unknown() })),
  resource: z.record(z.string(), z.string()),
  cost_breakdown: CostBreakdownSchema.nullable(),
  usage_reported: z.record(z.string(), z.number()),
}).openapi('SpanDetail');
export type SpanDetail = z.infer<typeof SpanDetailSchema>;
