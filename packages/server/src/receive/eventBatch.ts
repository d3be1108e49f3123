/** The body of a request to the Events API → its events, one by one. */
import { EVENTS_PER_REQUEST_MAX } from '@sightglass/contract/event';
import { type EventReading, readEvent } from './eventFields.ts';
import { parseJsonBody } from './jsonBody.ts';
import { createRequestClock } from './requestClock.ts';

/** JSON, but neither an event nor a batch. */
export class NoEventBatch extends Error {
  override readonly name = 'NoEventBatch';
}

export class TooManyEvents extends Error {
  override readonly name = 'TooManyEvents';
  constructor(count: number) {
    super(`a request may carry at most ${EVENTS_PER_REQUEST_MAX} events; this one has ${count}`);
  }
}

const NS_PER_MS = 1_000_000n;

/**
 * One event, or `{ "events": [ … ] }`. The readings come in the order of the batch; they need the time of
 * receipt (Unix nanoseconds), which stands in for times that were not sent.
 * @throws UndecodableBody, TooManyValues, NoEventBatch, TooManyEvents
 */
export function readEventBatch(body: Uint8Array): (receivedAtNs: bigint) => EventReading[] {
  const events = listOf(parseJsonBody(body));
  if (events.length > EVENTS_PER_REQUEST_MAX) throw new TooManyEvents(events.length);
  return (receivedAtNs) => {
    const clock = createRequestClock(Number(receivedAtNs / NS_PER_MS));
    return events.map((event) => readEvent(event, receivedAtNs, clock));
  };
}

function listOf(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new NoEventBatch('the body must be an event or { "events": [ … ] }');
  if (!Object.hasOwn(value, 'events')) return [value];
  const { events } = value as { events: unknown };
  if (!Array.isArray(events) || events.length === 0) throw new NoEventBatch('events must be a list of at least one event');
  return events;
}
