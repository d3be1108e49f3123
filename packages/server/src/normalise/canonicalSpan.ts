/**
 * The canonical span: what every dialect becomes. Field meanings are those of the outside contract;
 * **null means the client did not send it**, and 0 is only ever a zero that was sent.
 */
import type { SpanKind, SpanStatus, TraceType } from '@sightglass/contract/spanKinds';
import type { Attributes, DecodedEvent, DecodedLink, DecodedResource, OtelSpanKind } from './decodedSpan.ts';

/**
 * A text that may be large. `parts` are stored once per workspace by content hash; for `messages` each
 * part is the JSON text of one message exactly as the client wrote it, so that a history that is sent
 * again every turn costs its new messages only. `json` and `text` have one part.
 */
export interface Payload {
  format: 'messages' | 'json' | 'text';
  parts: string[];
}

/**
 * Token counts of one call. Canonical: `input` is the whole prompt, cache reads and writes included;
 * `output` includes reasoning; the others are parts of these two.
 */
export interface Usage {
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number | null;
  cacheWriteTokens: number | null;
  /** The part of `cacheWriteTokens` that is kept for an hour (Anthropic), where a client tells. */
  cacheWrite1hTokens: number | null;
  reasoningTokens: number | null;
  audioInputTokens: number | null;
  audioOutputTokens: number | null;
  imageInputTokens: number | null;
  /** The sender's own total, as sent. A total without a split is never halved. */
  totalTokens: number | null;
  /** The numbers as they were reported, by a short name: `input`, `output`, `cache_read` … */
  reported: Readonly<Record<string, number>>;
  /**
   * The rule that made canonical numbers of the reported ones (semconv.md, section 5):
   * `includes` = taken as sent; `input+cache` = cache parts were added to the input;
   * `output+reasoning` = reasoning was added to the output; both joined with a comma.
   * Prefixed by the dialect: `ai-sdk:input+cache`.
   */
  rule: string;
  /** True when the numbers are the client's own guess, or the rule had to be guessed from the numbers. */
  estimated: boolean;
}

/** What a span says about where it belongs. Set on a span, these hold for its descendants. */
export interface SpanContext {
  agentId: string | null;
  /** The sender's own run id. */
  runId: string | null;
  flowId: string | null;
  sessionId: string | null;
  userId: string | null;
  userEmail: string | null;
  department: string | null;
  queryCategory: string | null;
  /** Of an http server span: route or folded path, method, status. */
  endpoint: string | null;
  method: string | null;
  statusCode: number | null;
}

export interface RetrievedDocumentText {
  id: string | null;
  score: number | null;
  content: string | null;
  /** JSON text. */
  metadata: string | null;
}

export interface CanonicalSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  name: string;
  kind: SpanKind;
  /** `running` only where an event says so, or a trace of Langfuse's older clients: of a span that OpenTelemetry traced nothing is stored before its end. */
  status: SpanStatus;
  /** What went wrong, in the sender's words; null unless failed. */
  statusMessage: string | null;
  errorType: string | null;
  startNs: bigint;
  durationNs: bigint;
  otelKind: OtelSpanKind;
  resource: DecodedResource;
  serviceName: string | null;
  scopeName: string | null;
  scopeVersion: string | null;
  /** Name of the dialect that was read first, e.g. `openinference`. */
  dialect: string;
  /** What this span itself says; `resolveTrace` adds what it inherits. */
  own: SpanContext;
  environment: string | null;
  release: string | null;
  traceType: TraceType | null;
  tags: string[];

  provider: string | null;
  requestModel: string | null;
  responseModel: string | null;
  responseId: string | null;
  /** Null on every kind but llm and embedding: what wrappers repeat is never counted. */
  usage: Usage | null;
  /** A cost that the sender reports, in pico-dollars (1e-12 USD). */
  reportedCostPicoUsd: bigint | null;
  /** Provider's service tier (`flex`, `priority`, `batch` …) where the span tells. */
  serviceTier: string | null;
  ttftMs: number | null;
  finishReason: string | null;
  temperature: number | null;
  maxTokens: number | null;
  toolName: string | null;
  toolCallId: string | null;

  input: Payload | null;
  output: Payload | null;
  /** JSON texts of the tools on offer. */
  toolDefinitions: string[];
  documents: RetrievedDocumentText[];

  /** As sent, without the keys whose text went into a payload above. */
  attributes: Attributes;
  events: DecodedEvent[];
  links: DecodedLink[];
}
