import { formatTimestamp } from '@sightglass/contract/timestamp';
import { toJsonText } from '../normalise/attributes.ts';
import type { DecodedEvent, DecodedLink, DecodedResource } from '../normalise/decodedSpan.ts';

/** A resource as JSON text of strings, '' when it is empty; made once a resource, however many rows share it. */
export function createResourceWriter(): (resource: DecodedResource) => string {
  const known = new WeakMap<DecodedResource, string>();
  return (resource) => {
    const cached = known.get(resource);
    if (cached !== undefined) return cached;
    const pairs = [...resource.attributes].map(([key, value]) => [key, typeof value === 'string' ? value : (toJsonText(value) ?? '')] as const);
    const text = pairs.length === 0 ? '' : JSON.stringify(Object.fromEntries(pairs));
    known.set(resource, text);
    return text;
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
