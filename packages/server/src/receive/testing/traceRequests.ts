import type { FrameContent, Processed } from '../pipeline.ts';
import { requestFrame } from '../requestFrame.ts';
import { createTracePipeline } from '../tracePipeline.ts';

type Value = string | number | boolean;
type Json = Record<string, unknown>;

/** A span as a test writes it: everything but ids has a default. */
export interface MadeSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name?: string;
  kind?: number;
  /** Milliseconds after `startMs` of the request. */
  atMs?: number;
  durationMs?: number;
  failed?: boolean;
  attributes?: Record<string, Value>;
}

export const START_MS = Date.UTC(2026, 10, 20, 9, 0, 0);

function keyValues(values: Record<string, Value>): Json[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : typeof value === 'boolean'
          ? { boolValue: value }
          : Number.isInteger(value)
            ? { intValue: String(value) }
            : { doubleValue: value },
  }));
}

/** An OTLP/JSON trace request of one resource. */
export function traceRequest(spans: readonly MadeSpan[], resource: Record<string, Value> = { 'service.name': 'shop' }): Json {
  return {
    resourceSpans: [
      {
        resource: { attributes: keyValues(resource) },
        scopeSpans: [
          {
            scope: { name: 'test' },
            spans: spans.map((span) => {
              const startMs = START_MS + (span.atMs ?? 0);
              return {
                traceId: span.traceId,
                spanId: span.spanId,
                parentSpanId: span.parentSpanId ?? '',
                name: span.name ?? span.spanId,
                kind: span.kind ?? 1,
                startTimeUnixNano: `${startMs}000000`,
                endTimeUnixNano: `${startMs + (span.durationMs ?? 10)}000000`,
                attributes: keyValues(span.attributes ?? {}),
                status: span.failed === true ? { code: 2, message: 'it failed' } : {},
              };
            }),
          },
        ],
      },
    ],
  };
}

/** A pipeline that prices nothing and answers whole frames, without worker and journal. */
export function createTestPipeline(
  price: Parameters<typeof createTracePipeline>[0] = () => ({ costPicoUsd: null, costSource: null, priceId: null }),
) {
  const process = createTracePipeline(price);
  return (workspaceId: string, request: Json): Processed & { decoded: FrameContent | undefined; frame: Buffer | undefined } => {
    const body = Buffer.from(JSON.stringify(request));
    const sent = {
      signal: 'traces',
      workspaceId,
      receivedAtMs: START_MS,
      source: 'test',
      body,
      contentType: 'json',
      encoding: 'identity',
    } as const;
    const processed = process(sent);
    processed.committed();
    return { ...processed, decoded: processed.content, frame: requestFrame(sent, processed) };
  };
}
