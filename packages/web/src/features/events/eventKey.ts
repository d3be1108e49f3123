import type { AgentEvent } from '@sightglass/contract/event';

/** Tells events apart: senders may give one `event_id` to events of several `dedupe_key`s. */
export function eventKey({ event_id, dedupe_key }: Pick<AgentEvent, 'event_id' | 'dedupe_key'>): string {
  return dedupe_key === null ? event_id : `${event_id} ${dedupe_key}`;
}
