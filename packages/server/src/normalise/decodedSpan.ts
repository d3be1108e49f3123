/**
 * A span as the wire carried it: the output of every decoder and the input of `normaliseSpan`.
 * OTLP/HTTP in protobuf and in JSON, gRPC and the proprietary batches all end here.
 */

/**
 * An attribute's value. Integers beyond 2^53 are `bigint`; bytes are kept as such; a value that was
 * empty, or NaN, or infinite, is not in the map at all ("not sent").
 */
export type AttributeValue = string | number | bigint | boolean | Uint8Array | AttributeValue[] | { [key: string]: AttributeValue };

/** Attributes in the order sent; the last of a repeated key wins. A Map, because keys are hostile (`__proto__`). */
export type Attributes = ReadonlyMap<string, AttributeValue>;

export interface DecodedEvent {
  name: string;
  timeNs: bigint;
  attributes: Attributes;
}

export interface DecodedLink {
  traceId: string;
  spanId: string;
  attributes: Attributes;
}

/** One object per resource of a request, shared by its spans: compare by identity, never mutate. */
export interface DecodedResource {
  attributes: Attributes;
}

export interface DecodedScope {
  name: string;
  version: string;
}

/** OTLP span kind: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
export type OtelSpanKind = 0 | 1 | 2 | 3 | 4 | 5;

export interface DecodedSpan {
  resource: DecodedResource;
  scope: DecodedScope;
  /** 32 lower-case hex digits, checked. */
  traceId: string;
  /** 16 lower-case hex digits, checked. */
  spanId: string;
  /** 16 lower-case hex digits, or null for a root. */
  parentSpanId: string | null;
  name: string;
  otelKind: OtelSpanKind;
  startNs: bigint;
  /** Never before `startNs`: a decoder puts a span that ends before it starts to zero length. */
  endNs: bigint;
  attributes: Attributes;
  events: DecodedEvent[];
  links: DecodedLink[];
  /** 0 unset, 1 ok, 2 error. */
  statusCode: 0 | 1 | 2;
  statusMessage: string;
}
