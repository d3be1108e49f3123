/**
 * A dialect is one file in `dialects/`: how to recognise a span of a family of clients, and how to read
 * it. `normaliseSpan` asks the dialects in the order of semconv.md section 2, takes the **first** that
 * matches as the span's dialect, and fills what it left undefined from the further matching ones: a field
 * is read from one family, never added up over several.
 */
import type { SpanKind, TraceType } from '@sightglass/contract/spanKinds';
import type { DecodedSpan } from './decodedSpan.ts';
import type { Payload, RetrievedDocumentText, SpanContext, Usage } from './canonicalSpan.ts';

/** What a dialect could read. A key that is absent means "this dialect does not say". */
export interface DialectReading {
  kind?: SpanKind | undefined;
  /** Set when the dialect knows better than OTLP's status, e.g. LangSmith's failed runs with status OK. */
  failed?: boolean | undefined;
  status?: 'timeout' | 'cancelled' | 'blocked' | undefined;
  errorType?: string | undefined;
  errorMessage?: string | undefined;

  provider?: string | undefined;
  requestModel?: string | undefined;
  responseModel?: string | undefined;
  responseId?: string | undefined;
  usage?: Usage | undefined;
  reportedCostPicoUsd?: bigint | undefined;
  serviceTier?: string | undefined;
  ttftMs?: number | undefined;
  finishReason?: string | undefined;
  temperature?: number | undefined;
  maxTokens?: number | undefined;
  toolName?: string | undefined;
  toolCallId?: string | undefined;

  input?: Payload | undefined;
  output?: Payload | undefined;
  toolDefinitions?: string[] | undefined;
  documents?: RetrievedDocumentText[] | undefined;

  context?: Partial<SpanContext> | undefined;
  environment?: string | undefined;
  release?: string | undefined;
  traceType?: TraceType | undefined;
  tags?: string[] | undefined;

  /** Attribute keys whose text went into a payload: they are not stored a second time as attributes. */
  payloadKeys?: readonly string[] | undefined;
  /** Indexed families (`llm.input_messages.`) whose keys all went into a payload. */
  payloadPrefixes?: readonly string[] | undefined;
}

export interface Dialect {
  /** Stable, lower-case, stored with the span. */
  name: string;
  /** Dialects further down whose keys this one reads itself: they are not asked again. */
  covers?: readonly string[];
  matches(span: DecodedSpan): boolean;
  read(span: DecodedSpan): DialectReading;
}
