/** A span in progress: as much of it as its beginning tells. It lives in memory only and is never stored or counted. */
import type { SpanKind, TraceType } from '@sightglass/contract/spanKinds';
import type { CanonicalSpan, Payload, SpanContext } from '../normalise/canonicalSpan.ts';
import type { OtelSpanKind } from '../normalise/decodedSpan.ts';
import { previewOf } from '../normalise/payload.ts';

export interface LiveSpan {
  traceId: string;
  /** The id under which it will be stored once it has ended. */
  spanId: string;
  parentSpanId: string | null;
  name: string;
  kind: SpanKind;
  otelKind: OtelSpanKind;
  startNs: bigint;
  serviceName: string | null;
  scopeName: string | null;
  dialect: string;
  environment: string | null;
  own: SpanContext;
  traceType: TraceType | null;
  provider: string | null;
  requestModel: string | null;
  toolName: string | null;
  /** Null when there is none, and when it is longer than `INPUT_LENGTH_MAX`: then there is its preview. */
  input: Payload | null;
  inputPreview: string | null;
}

/** Characters of an input that are kept in memory. */
export const INPUT_LENGTH_MAX = 4_096;

export function liveSpanOf(span: CanonicalSpan): LiveSpan {
  const { traceId, spanId, parentSpanId, name, kind, otelKind, startNs, serviceName, scopeName, dialect, environment } = span;
  const { own, traceType, provider, requestModel, toolName, input } = span;
  const length = input?.parts.reduce((sum, part) => sum + part.length, 0) ?? 0;
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind,
    otelKind,
    startNs,
    serviceName,
    scopeName,
    dialect,
    environment,
    own,
    traceType,
    provider,
    requestModel,
    toolName,
    input: length > INPUT_LENGTH_MAX ? null : input,
    inputPreview: input === null ? null : previewOf(input, 'input') || null,
  };
}

/** Objects, ids and keys of a span in memory. */
const SPAN_OVERHEAD_BYTES = 1_024;

/** What a span takes in memory, about: two bytes a character at the most. */
export function liveSpanBytes(span: LiveSpan): number {
  const texts = [span.name, span.serviceName, span.scopeName, span.environment, span.provider, span.requestModel, span.toolName, span.inputPreview];
  let length = 0;
  for (const text of texts) length += text?.length ?? 0;
  for (const value of Object.values(span.own)) if (typeof value === 'string') length += value.length;
  for (const part of span.input?.parts ?? []) length += part.length;
  return SPAN_OVERHEAD_BYTES + 2 * length;
}

/** Trace id and span id in one, as frames note the spans that have ended. */
export const liveKey = (traceId: string, spanId: string): string => traceId + spanId;
export const readLiveKey = (key: string) => ({ traceId: key.slice(0, 32), spanId: key.slice(32) });
