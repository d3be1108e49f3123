/** The kinds a span can have, in the order in which the UI lists them (mission.md, "Terms"). */
export const SPAN_KINDS = [
  'agent',
  'llm',
  'embedding',
  'tool',
  'retriever',
  'reranker',
  'guardrail',
  'chain',
  'http',
  'db',
  'cache',
  'other',
] as const;
export type SpanKind = (typeof SPAN_KINDS)[number];

/** Kinds that count as a **call**: the denominator of `error_rate`. */
export const CALL_KINDS = ['llm', 'embedding', 'tool', 'retriever', 'reranker'] as const satisfies readonly SpanKind[];

/** Kinds whose usage and cost are counted. What other kinds carry repeats one of these. */
export const USAGE_KINDS = ['llm', 'embedding'] as const satisfies readonly SpanKind[];

/** Span and trace status. `running` exists only for spans still in progress. */
export const SPAN_STATUSES = ['success', 'error', 'timeout', 'cancelled', 'blocked', 'running'] as const;
export type SpanStatus = (typeof SPAN_STATUSES)[number];

/** What counts as a failure in rates and totals. A cancelled call was not wanted any more, a blocked one was refused on purpose. */
export const FAILED_STATUSES = ['error', 'timeout'] as const satisfies readonly SpanStatus[];
export const isFailed = (status: SpanStatus): boolean => status === 'error' || status === 'timeout';

export const TRACE_TYPES = ['agent_run', 'http_request', 'websocket_message', 'background_job'] as const;
export type TraceType = (typeof TRACE_TYPES)[number];

/** Where a cost comes from; null when the call is unpriced. */
export const COST_SOURCES = ['reported', 'price_book', 'override', 'estimated'] as const;
export type CostSource = (typeof COST_SOURCES)[number];
