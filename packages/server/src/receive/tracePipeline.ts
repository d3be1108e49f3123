/**
 * The way of a trace request from bytes to a journal frame: inflate → decode → normalise, resolve, price →
 * encode. Pure but for what it remembers of payloads already stored; runs in the receive worker.
 */
import { enrichSpans } from '../enrich/enrichSpans.ts';
import { encodeFrame } from '../journal/frame.ts';
import type { CanonicalSpan } from '../normalise/canonicalSpan.ts';
import { encodePayloads, encodeSpans } from '../telemetry/encodeSpans.ts';
import { createPayloadSplitter } from '../telemetry/payloadParts.ts';
import type { SpanCost } from '../telemetry/storedSpan.ts';
import { payloadsTable } from '../telemetry/tables/payloads.ts';
import { spansTable } from '../telemetry/tables/spans.ts';
import { type DecodedTraces, explainRejections, reject } from './decodedTraces.ts';
import { inflateBody } from './inflate.ts';
import { decodeTracesJson } from './otlpJson.ts';
import { decodeTracesProtobuf } from './otlpProtobuf.ts';

/** A request as it came in, authenticated. */
export interface TraceRequest {
  workspaceId: string;
  /** Unix milliseconds. */
  receivedAtMs: number;
  source: string;
  body: Uint8Array;
  contentType: 'protobuf' | 'json';
  encoding: 'identity' | 'gzip';
}

export interface ProcessedTraces {
  /** What to append; undefined when nothing of the request is to be stored. */
  frame: Buffer | undefined;
  /** Call when the frame is on disk. */
  committed(): void;
  accepted: number;
  rejected: number;
  /** For the sender; '' when nothing was rejected. */
  rejectedWhy: string;
  /** Spans that broke the normaliser, for the log: never their content. */
  broken: unknown[];
}

/** @returns a function that throws UndecodableBody or BodyTooLarge when the request as a whole cannot be taken. */
export function createTracePipeline(price: (span: CanonicalSpan) => SpanCost): (request: TraceRequest) => ProcessedTraces {
  const splitPayloads = createPayloadSplitter();
  return (request) => {
    const decoded = decode(request);
    const { spans, traces, broken } = enrichSpans(decoded.spans, price);
    for (const _ of broken) reject(decoded, 'the span could not be read; this is a fault of Sightglass, please report it');
    const accepted = decoded.spans.length - broken.length;
    const answer = { accepted, rejected: decoded.rejected, rejectedWhy: explainRejections(decoded), broken: broken.map(({ error }) => error) };
    if (spans.length === 0) return { ...answer, frame: undefined, committed: () => undefined };
    const payloads = splitPayloads(
      request.workspaceId,
      spans.map(({ span }) => span),
    );
    const tables = [
      { name: spansTable.name, rows: spans.length, native: encodeSpans(request.workspaceId, request.receivedAtMs, spans, payloads.perSpan) },
    ];
    if (payloads.rows.length > 0) {
      tables.push({ name: payloadsTable.name, rows: payloads.rows.length, native: encodePayloads(request.workspaceId, payloads.rows) });
    }
    const { workspaceId, receivedAtMs, source } = request;
    return { ...answer, frame: encodeFrame({ workspaceId, receivedAtMs, source, rows: spans.length, traces, tables }), committed: payloads.commit };
  };
}

function decode({ body, contentType, encoding }: TraceRequest): DecodedTraces {
  const inflated = inflateBody(body, encoding);
  return contentType === 'json' ? decodeTracesJson(inflated) : decodeTracesProtobuf(inflated);
}
