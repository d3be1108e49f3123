import { TIME_NS_MAX, TIME_NS_MIN } from './limits.ts';

/** What a decoder makes of a request: the items that can be taken, and why the others cannot. */
export interface Decoded<Item> {
  items: Item[];
  /** Items refused one by one; `items.length + rejected` is what the request carried. */
  rejected: number;
  /** Reason → how many, in words for the sender. */
  reasons: Map<string, number>;
}

/** The body as a whole cannot be decoded: 400, never retry. */
export class UndecodableBody extends Error {
  override readonly name = 'UndecodableBody';
}

export const REASONS = {
  traceId: 'trace_id must be 16 bytes (32 hex digits), not all zero',
  spanId: 'span_id must be 8 bytes (16 hex digits), not all zero',
  parentSpanId: 'parent_span_id must be 8 bytes (16 hex digits)',
  time: 'the time is missing or out of range',
  attributes: 'it has more attributes, or its lists more values, than there was room for in the request: send smaller batches',
  shape: 'it is not an object',
} as const;

export function createDecoded<Item>(): Decoded<Item> {
  return { items: [], rejected: 0, reasons: new Map() };
}

export function reject(decoded: Decoded<unknown>, reason: string, count = 1): void {
  decoded.rejected += count;
  decoded.reasons.set(reason, (decoded.reasons.get(reason) ?? 0) + count);
}

export function isTime(ns: bigint): boolean {
  return ns >= TIME_NS_MIN && ns <= TIME_NS_MAX;
}

/** The sender's explanation of a partial success, e.g. `2 spans: trace_id must be …`. `noun` is the singular. */
export function explainRejections(decoded: Decoded<unknown>, noun: string): string {
  return [...decoded.reasons].map(([reason, count]) => `${count} ${noun}${count === 1 ? '' : 's'}: ${reason}`).join('; ');
}
