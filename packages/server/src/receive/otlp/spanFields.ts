import type { OtelSpanKind } from '../../normalise/decodedSpan.ts';
import { TIME_NS_MAX } from '../limits.ts';

/** A span that ends before it starts, or has no end, has zero length. */
export function endOrStart(startNs: bigint, endNs: bigint): bigint {
  return endNs < startNs || endNs > TIME_NS_MAX ? startNs : endNs;
}

export function otelSpanKind(value: number): OtelSpanKind {
  return value >= 1 && value <= 5 ? (value as OtelSpanKind) : 0;
}

export function statusCode(value: number): 0 | 1 | 2 {
  return value === 1 || value === 2 ? value : 0;
}
