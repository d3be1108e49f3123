/** The body of a request to the Events API → its events, one by one. */
import { EVENTS_PER_REQUEST_MAX } from '@sightglass/contract/event';
import { UndecodableBody } from './decoded.ts';
import { type EventReading, readEvent } from './eventFields.ts';

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

const UTF8 = new TextDecoder('utf-8', { fatal: false });

/**
 * One event, or `{ "events": [ … ] }`. The readings come in the order of the batch; they need the time of
 * receipt (Unix nanoseconds), which stands in for times that were not sent.
 * @throws UndecodableBody, NoEventBatch, TooManyEvents
 */
export function readEventBatch(body: Uint8Array): (receivedAtNs: bigint) => EventReading[] {
  const events = listOf(parse(body));
  if (events.length > EVENTS_PER_REQUEST_MAX) throw new TooManyEvents(events.length);
  return (receivedAtNs) => events.map((event) => readEvent(event, receivedAtNs));
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(UTF8.decode(body)) as unknown;
  } catch {
    throw new UndecodableBody('the body is not JSON');
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new NoEventBatch('the body must be an event or { "events": [ … ] }');
  if (!Object.hasOwn(value, 'events')) return [value];
  const { events } = value as { events: unknown };
  if (!Array.isArray(events) || events.length === 0) throw new NoEventBatch('events must be a list of at least one event');
  return events;
}
