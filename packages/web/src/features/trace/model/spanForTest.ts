import type { Span } from '@sightglass/contract/trace';

/** The trace of a test begins here. */
export const TEST_EPOCH_MS = Date.UTC(2026, 10, 20, 9, 0, 0);

/** Times of a test span in milliseconds since the test's epoch, beside the fields that matter to it. */
type SpanOfTest = Partial<Span> & { span_id: string; startMs?: number; endMs?: number };

/** A complete span for tests: of what a test does not name nothing was sent. */
export function spanForTest({ startMs = 0, endMs = 0, ...fields }: SpanOfTest): Span {
  return {
    parent_span_id: null,
    name: fields.span_id,
    kind: 'other',
    status: 'success',
    status_message: null,
    start_time: timeForTest(startMs),
    duration_ns: String(Math.round((endMs - startMs) * 1e6)),
    service_name: null,
    agent_id: null,
    run_id: null,
    session_id: null,
    user_id: null,
    department: null,
    provider: null,
    request_model: null,
    response_model: null,
    input_tokens: null,
    output_tokens: null,
    cache_read_tokens: null,
    cache_write_tokens: null,
    reasoning_tokens: null,
    cost_usd: null,
    cost_source: null,
    ttft_ms: null,
    finish_reason: null,
    tool_name: null,
    input: null,
    output: null,
    attributes: {},
    events: [],
    links: [],
    error_origin: false,
    error_type: null,
    dialect: 'otel-genai',
    token_rule: null,
    usage_estimated: false,
    superseded: false,
    environment: null,
    scope_name: null,
    ...fields,
  };
}

/** RFC 3339 with nanoseconds for a time in milliseconds since the test's epoch. */
export function timeForTest(ms: number): string {
  const whole = Math.floor(ms / 1000) * 1000;
  const ns = Math.round((ms - whole) * 1e6);
  return `${new Date(TEST_EPOCH_MS + whole).toISOString().slice(0, 19)}.${String(ns).padStart(9, '0')}Z`;
}

/** A tree of `count` spans: a root, and every other span below one of the spans before it (chosen by a fixed formula). */
export function largeTraceForTest(count: number): Span[] {
  const spans: Span[] = [];
  for (let i = 0; i < count; i++) {
    const parent = i === 0 ? null : `s${Math.floor((i - 1) / 3)}`;
    spans.push(
      spanForTest({
        span_id: `s${i}`,
        parent_span_id: parent,
        startMs: i * 0.5,
        endMs: i * 0.5 + 40,
        kind: i % 7 === 0 ? 'llm' : 'tool',
        cost_usd: i % 7 === 0 ? '0.0001' : null,
      }),
    );
  }
  return spans;
}
