/** OTLP's own answers: an Export response, or a `google.rpc.Status`, in the request's encoding. */
import protobuf from 'protobufjs/minimal.js';
import type { OtlpSignal } from '../pipeline.ts';

export type OtlpEncoding = 'protobuf' | 'json';

/** gRPC status codes that HTTP answers of OTLP carry in their Status. */
const STATUS_CODES: Readonly<Record<number, number>> = { 400: 3, 401: 16, 403: 7, 404: 5, 405: 12, 413: 3, 415: 3, 429: 8, 500: 13, 503: 14 };

const CONTENT_TYPES = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;

export interface OtlpAnswer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array | string;
}

/** The encoding that a request's Content-Type names; undefined for one that is not OTLP's. */
export function encodingOf(contentType: string | undefined): OtlpEncoding | undefined {
  const [type] = (contentType ?? '').split(';');
  switch (type?.trim().toLowerCase()) {
    case 'application/x-protobuf':
    case 'application/protobuf':
      return 'protobuf';
    case 'application/json':
      return 'json';
    default:
      return undefined;
  }
}

/** The JSON name of the count of refused items; in protobuf it is field 1 for every signal. */
const REJECTED_FIELDS: Record<OtlpSignal, string> = { traces: 'rejectedSpans', logs: 'rejectedLogRecords', metrics: 'rejectedDataPoints' };

/** 200. `partial_success` is left unset when nothing was rejected, as the specification asks. */
export function exportAnswer(encoding: OtlpEncoding, signal: OtlpSignal, rejected: number, message: string): OtlpAnswer {
  const headers = { 'content-type': CONTENT_TYPES[encoding] };
  if (encoding === 'json') {
    const body = rejected === 0 ? {} : { partialSuccess: { [REJECTED_FIELDS[signal]]: String(rejected), errorMessage: message } };
    return { status: 200, headers, body: JSON.stringify(body) };
  }
  const writer = protobuf.Writer.create();
  if (rejected > 0) writer.uint32(10).fork().uint32(8).int64(rejected).uint32(18).string(message).ldelim();
  return { status: 200, headers, body: writer.finish() };
}

/** A refusal. 429 and 503 say when to try again; nothing else is to be retried. */
export function statusAnswer(encoding: OtlpEncoding, status: number, message: string, retryAfterSeconds = 1): OtlpAnswer {
  const code = STATUS_CODES[status] ?? 2;
  const headers: Record<string, string> = { 'content-type': CONTENT_TYPES[encoding] };
  if (status === 429 || status === 503) headers['retry-after'] = String(retryAfterSeconds);
  if (status === 405) headers.allow = 'POST';
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  if (encoding === 'json') return { status, headers, body: JSON.stringify({ code, message }) };
  return { status, headers, body: protobuf.Writer.create().uint32(8).int32(code).uint32(18).string(message).finish() };
}
