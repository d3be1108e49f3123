import { formatTimestamp } from '@sightglass/contract/timestamp';
import { toJsonText } from '../normalise/attributes.ts';
import type { Attributes, DecodedEvent, DecodedLink, DecodedResource } from '../normalise/decodedSpan.ts';

/** Attributes sorted into the four typed maps of a row. */
export interface TypedAttributes {
  strings: [string, string][];
  numbers: [string, number][];
  booleans: [string, boolean][];
  /** JSON text of lists, nested values, bytes (base64), and of integers beyond 2^53 as strings. */
  json: [string, string][];
}

export function typedAttributes(attributes: Attributes): TypedAttributes {
  const typed: TypedAttributes = { strings: [], numbers: [], booleans: [], json: [] };
  for (const [key, value] of attributes) {
    if (typeof value === 'string') typed.strings.push([key, value]);
    else if (typeof value === 'number') typed.numbers.push([key, value]);
    else if (typeof value === 'boolean') typed.booleans.push([key, value]);
    else if (typeof value === 'bigint') typed.json.push([key, `"${value}"`]);
    else typed.json.push([key, toJsonText(value) ?? 'null']);
  }
  return typed;
}

/** A resource as text pairs; made once a resource, however many spans share it. */
export function createResourceReader(): (resource: DecodedResource) => [string, string][] {
  const known = new WeakMap<DecodedResource, [string, string][]>();
  return (resource) => {
    const cached = known.get(resource);
    if (cached !== undefined) return cached;
    const pairs: [string, string][] = [];
    for (const [key, value] of resource.attributes) pairs.push([key, typeof value === 'string' ? value : (toJsonText(value) ?? '')]);
    known.set(resource, pairs);
    return pairs;
  };
}

export function eventsText(events: readonly DecodedEvent[]): string {
  if (events.length === 0) return '';
  return (
    toJsonText(
      events.map((event) => ({ name: event.name, time: formatTimestamp(event.timeNs), attributes: Object.fromEntries(event.attributes) })),
    ) ?? ''
  );
}

export function linksText(links: readonly DecodedLink[]): string {
  if (links.length === 0) return '';
  return toJsonText(links.map((link) => ({ trace_id: link.traceId, span_id: link.spanId, attributes: Object.fromEntries(link.attributes) }))) ?? '';
}
