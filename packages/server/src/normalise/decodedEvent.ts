import type { EventStatus, EventType } from '@sightglass/contract/event';

/** An event of the Events API, checked field by field. **null means the sender did not say it**, and 0 is a zero that was sent. */
export interface DecodedAgentEvent {
  eventType: EventType;
  status: EventStatus;
  agentId: string;
  /** When it happened; the moment of receipt when the sender did not say. */
  timestampNs: bigint;
  /** Lower case. */
  eventId: string | null;
  dedupeKey: string | null;
  runId: string | null;
  /** Hex, lower case, never all zero; so are the span ids. */
  traceId: string | null;
  spanId: string | null;
  parentSpanId: string | null;
  sessionId: string | null;
  userId: string | null;
  userEmail: string | null;
  department: string | null;
  environment: string | null;
  latencyMs: number | null;
  ttftMs: number | null;
  provider: string | null;
  model: string | null;
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number | null;
  cacheWriteTokens: number | null;
  reasoningTokens: number | null;
  totalTokens: number | null;
  /** Pico-dollars. */
  costPicoUsd: bigint | null;
  toolName: string | null;
  message: string | null;
  errorMessage: string | null;
  endpoint: string | null;
  method: string | null;
  statusCode: number | null;
  flowId: string | null;
  queryCategory: string | null;
  tags: Readonly<Record<string, string | number | boolean>> | null;
  payload: Readonly<Record<string, unknown>> | null;
}

/** What an event is known by. All ids are hex. */
export interface EventIdentity {
  /** 32 digits: the row of the event. The same for the same `dedupe_key`, else for the same `event_id`. */
  key: string;
  /** As sent, else made of the key. */
  eventId: string;
  /** 32 digits each: an event that comes with any of them again is a duplicate. */
  knownBy: string[];
}
