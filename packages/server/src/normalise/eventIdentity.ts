/**
 * Ids that follow from what an event says, so that they are the same on every instance, after every restart
 * and in whatever order events come. The trace and span of a run can be computed by anyone who knows its id:
 * the first bytes of SHA-256 over `run:<run_id>` and `run-span:<run_id>`.
 */
import { hash as digest } from 'node:crypto';
import type { DecodedAgentEvent, EventIdentity } from './decodedEvent.ts';

const KEY_DIGITS = 32;
const SPAN_ID_DIGITS = 16;

const hexOf = (text: string, digits: number) => digest('sha256', text, 'hex').slice(0, digits);

/** The hashes of the `dedupe_key` and `event_id` that were sent; none when neither was. */
export function sentKeys({ dedupeKey, eventId }: Pick<DecodedAgentEvent, 'dedupeKey' | 'eventId'>): string[] {
  const keys: string[] = [];
  if (dedupeKey !== null) keys.push(hexOf(`dedupe:${dedupeKey}`, KEY_DIGITS));
  if (eventId !== null) keys.push(keyOfEventId(eventId));
  return keys;
}

const keyOfEventId = (eventId: string) => hexOf(`event:${eventId}`, KEY_DIGITS);

/** `freshKey` (32 hex digits) is the identity of an event that came without one. */
export function identifyEvent(event: DecodedAgentEvent, freshKey: () => string): EventIdentity {
  const sent = sentKeys(event);
  const key = sent[0] ?? freshKey();
  const eventId = event.eventId ?? uuidOf(key);
  return { key, eventId, knownBy: event.eventId === null ? [...sent, keyOfEventId(eventId)] : sent };
}

/** A version 8 UUID (RFC 9562: made by the program's own rule) of 32 hex digits. */
function uuidOf(key: string): string {
  const variant = ((Number.parseInt(key.charAt(16), 16) & 3) | 8).toString(16);
  return `${key.slice(0, 8)}-${key.slice(8, 12)}-8${key.slice(13, 16)}-${variant}${key.slice(17, 20)}-${key.slice(20, 32)}`;
}

export const traceIdOfRun = (runId: string) => hexOf(`run:${runId}`, KEY_DIGITS);
export const spanIdOfRun = (runId: string) => hexOf(`run-span:${runId}`, SPAN_ID_DIGITS);
export const traceIdOfEvent = (key: string) => hexOf(`event-trace:${key}`, KEY_DIGITS);
export const spanIdOfEvent = (key: string) => hexOf(`event-span:${key}`, SPAN_ID_DIGITS);
