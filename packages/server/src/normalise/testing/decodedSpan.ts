import type { AttributeValue, DecodedEvent, DecodedSpan } from '../decodedSpan.ts';

export interface SpanFields extends Partial<Omit<DecodedSpan, 'attributes' | 'events' | 'scope'>> {
  scope?: string;
  attributes?: { [key: string]: AttributeValue };
  events?: { name: string; attributes?: { [key: string]: AttributeValue } }[];
}

/** 2026-11-20T09:00:00Z */
export const START_NS = 1_795_165_200_000_000_000n;

/** A decoded span of one second with the given fields, and harmless ones for the rest. */
export function decodedSpan({ scope, attributes, events, ...fields }: SpanFields): DecodedSpan {
  return {
    resource: { attributes: new Map() },
    scope: { name: scope ?? '', version: '' },
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    parentSpanId: null,
    name: 'span',
    otelKind: 1,
    startNs: START_NS,
    endNs: START_NS + 1_000_000_000n,
    attributes: new Map(Object.entries(attributes ?? {})),
    events: (events ?? []).map(
      (event): DecodedEvent => ({ name: event.name, timeNs: START_NS, attributes: new Map(Object.entries(event.attributes ?? {})) }),
    ),
    links: [],
    statusCode: 0,
    statusMessage: '',
    ...fields,
  };
}
