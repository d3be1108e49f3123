import { z } from '@hono/zod-openapi';
import { SPAN_KINDS, SPAN_STATUSES } from './spanKinds.ts';
import { NanosecondsSchema, TimestampSchema, UsdSchema } from './trace.ts';

const count = z.number().int().nonnegative();
const countOrNull = count.nullable();
const text = z.string().nullable();
const milliseconds = z.number().nonnegative().nullable();

/** One execution of an agent, as lists show it: what is said of it, and what its spans add up to now. */
export const RunSchema = z
  .object({
    /** The sender's, else the trace id, `trace_id:span_id` for further outermost agents of one trace. */
    run_id: z.string(),
    agent_id: text,
    trace_id: z.string(),
    /** The span that stands for the run: the outermost agent span, or the first span of a trace without one. */
    span_id: z.string(),
    name: z.string(),
    flow_id: text,
    session_id: text,
    user_id: text,
    department: text,
    environment: text,
    status: z.enum(SPAN_STATUSES),
    started_at: TimestampSchema,
    /** Null while it runs; so is `duration_ms`. */
    finished_at: TimestampSchema.nullable(),
    duration_ms: milliseconds,
    llm_calls: count,
    tool_calls: count,
    /** Failures counted once, where they began. */
    errors: count,
    input_tokens: countOrNull,
    output_tokens: countOrNull,
    /** Null when nothing of it is priced. */
    cost_usd: UsdSchema.nullable(),
    unpriced_calls: count,
    approximate_calls: count,
    /** What it was given. In lists the first characters. */
    input_context: text,
    /** As sent with the run, else the names of its steps in their order: in lists the first hundred. */
    execution_nodes: z.array(z.unknown()),
    /** What came out. In lists the first characters. */
    output_summary: text,
  })
  .openapi('Run');
export type Run = z.infer<typeof RunSchema>;

/** A step right below the run's own span. */
export const RunStepSchema = z.object({
  span_id: z.string(),
  name: z.string(),
  kind: z.enum(SPAN_KINDS),
  status: z.enum(SPAN_STATUSES),
  /** What a failed step says of its failure. */
  message: text,
  started_at: TimestampSchema,
  duration_ns: NanosecondsSchema,
  /** How many spans stand right below it. */
  steps: count,
});
export type RunStep = z.infer<typeof RunStepSchema>;

/** A failure where it began. */
export const RunFailureSchema = z.object({
  span_id: z.string(),
  name: z.string(),
  kind: z.enum(SPAN_KINDS),
  status: z.enum(SPAN_STATUSES),
  error_type: text,
  message: text,
  started_at: TimestampSchema,
});
export type RunFailure = z.infer<typeof RunFailureSchema>;

export const RunModelSchema = z.object({
  model: z.string(),
  provider: text,
  calls: count,
  errors: count,
  input_tokens: countOrNull,
  output_tokens: countOrNull,
  cost_usd: UsdSchema.nullable(),
});
export const RunToolSchema = z.object({ tool_name: z.string(), calls: count, errors: count, duration_ms: z.number().nonnegative() });

export const RunDetailSchema = RunSchema.extend({
  /** Spans that say what it was given and what came out: its own, else its first and its last model call. */
  input_span_id: text,
  output_span_id: text,
  /** By start, at most 500. */
  steps: z.array(RunStepSchema),
  step_count: count,
  /** By start, at most 20; `errors` counts all. */
  failures: z.array(RunFailureSchema),
  models: z.array(RunModelSchema),
  tools: z.array(RunToolSchema),
  span_count: count,
  /** Events that name the run. */
  event_count: count,
  /** Logs of its trace that belong to it. */
  log_count: count,
}).openapi('RunDetail');
export type RunDetail = z.infer<typeof RunDetailSchema>;
