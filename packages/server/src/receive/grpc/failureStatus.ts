/** A failure of the contract as a gRPC status, as the OTLP specification wants it: only what is worth repeating says so. */
import { Metadata, status, type StatusObject } from '@grpc/grpc-js';
import { type ErrorCode, ERRORS } from '@sightglass/contract/errors';
import protobuf from 'protobufjs/minimal.js';
import type { Failure } from '../../result.ts';

/** By HTTP status of the error. */
const CODES: Readonly<Record<number, status>> = {
  400: status.INVALID_ARGUMENT,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  413: status.RESOURCE_EXHAUSTED,
  415: status.UNIMPLEMENTED,
  429: status.RESOURCE_EXHAUSTED,
  503: status.UNAVAILABLE,
};

/** RESOURCE_EXHAUSTED is repeated by exporters only when RetryInfo stands with it, so a message that is too large has none. */
const REPEATABLE: ReadonlySet<ErrorCode> = new Set(['too-many-requests', 'unavailable']);

export function failureStatus({ code, detail, retryAfterSeconds = 1 }: Failure): StatusObject {
  const grpcCode = CODES[ERRORS[code].status] ?? status.INTERNAL;
  const metadata = new Metadata();
  if (REPEATABLE.has(code)) metadata.set('grpc-status-details-bin', statusWithRetryInfo(grpcCode, detail, retryAfterSeconds));
  return { code: grpcCode, details: detail, metadata };
}

/** A `google.rpc.Status` that holds one `google.rpc.RetryInfo`. */
function statusWithRetryInfo(code: number, message: string, seconds: number): Buffer {
  const delay = protobuf.Writer.create().uint32(8).int64(seconds).finish();
  const retryInfo = protobuf.Writer.create().uint32(10).bytes(delay).finish();
  const any = protobuf.Writer.create().uint32(10).string('type.googleapis.com/google.rpc.RetryInfo').uint32(18).bytes(retryInfo).finish();
  return Buffer.from(protobuf.Writer.create().uint32(8).int32(code).uint32(18).string(message).uint32(26).bytes(any).finish());
}
