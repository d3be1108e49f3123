import { formatTimestamp } from '@sightglass/contract/timestamp';
import { toJsonText } from '../normalise/attributes.ts';
import type { DecodedEvent, DecodedLink, DecodedResource } from '../normalise/decodedSpan.ts';

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
