/**
 * Takes a batch of events: finds out which are wrong and which are known already, hands all to the receive worker with
 * that knowledge, and answers when they are on disk. A batch is read twice: what is known can only be told here, from the
 * keys, and what is to be stored is made in the worker.
 */
import type { EventReceipt, HeartbeatStatus } from '@sightglass/contract/event';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { type EventSummary, summariseEvents } from './eventReadings.ts';
import { EVENT_INLINE_BYTES_MAX } from './limits.ts';
import type { Receiver } from './receiver.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Claim, EventKeys } from '../events/eventKeys.ts';

export interface IngestEventsDependencies {
  receiver: Pick<Receiver, 'receive'>;
  keys: EventKeys;
  /** Unix milliseconds. */
  nowMs(): number;
}

export interface EventRequest {
  workspaceId: WorkspaceId;
  /** The way in, as accounting names it. */
  source: string;
  /** JSON, inflated. It is given away. */
  body: Uint8Array;
}

export async function ingestEvents(deps: IngestEventsDependencies, request: EventRequest): Promise<Result<EventReceipt>> {
  const receivedAtMs = deps.nowMs();
  const summary = await summarise(deps, request, receivedAtMs);
  if (!summary.ok) return summary;
  const events = summary.value;
  const claim = await deps.keys.claim(
    request.workspaceId,
    events.flatMap(({ keys }) => keys),
  );
  if (claim === undefined) return fail('unavailable', 'It cannot be told now which of these events are known; try again.');
  const { duplicates, fresh } = sortOut(events, claim);
  let acknowledged: readonly string[] = [];
  try {
    if (events.length > 0) {
      const outcome = await deps.receiver.receive({ ...jsonOf(request, receivedAtMs), signal: 'events', duplicates });
      if (!outcome.ok && fresh.count > 0) return fail('unavailable', `The events could not be taken: ${outcome.message}.`);
      acknowledged = fresh.keys;
    }
  } finally {
    claim.release(acknowledged);
  }
  const errors = events.flatMap(({ problem }, index) => (problem === null ? [] : [{ index, ...problem }]));
  return ok({ accepted: fresh.count, rejected: errors.length, duplicates: duplicates.length, errors });
}

/** A large batch is read in the receive worker, so that it does not hold up everybody else. */
async function summarise({ receiver }: IngestEventsDependencies, request: EventRequest, receivedAtMs: number): Promise<Result<EventSummary[]>> {
  const { body } = request;
  if (body.byteLength <= EVENT_INLINE_BYTES_MAX) return summariseEvents(body, receivedAtMs);
  // Its own copy: a body is given away to the worker, and this one is needed again.
  const outcome = await receiver.receive({ ...jsonOf(request, receivedAtMs), signal: 'event-summary', body: new Uint8Array(body) });
  if (outcome.ok && outcome.summary !== undefined) return outcome.summary;
  return fail('unavailable', `The events could not be read: ${outcome.ok ? 'the receive worker told nothing' : outcome.message}.`);
}

const jsonOf = (request: EventRequest, receivedAtMs: number) => ({
  ...request,
  receivedAtMs,
  contentType: 'json' as const,
  encoding: 'identity' as const,
});

/** In the order of the batch, so that of two alike the first is the event. */
function sortOut(events: readonly EventSummary[], { known }: Claim) {
  const seen = new Set(known);
  const duplicates: number[] = [];
  const fresh = { count: 0, keys: [] as string[] };
  for (const [i, { keys, problem }] of events.entries()) {
    if (problem !== null) continue;
    if (keys.some((key) => seen.has(key))) {
      duplicates.push(i);
      continue;
    }
    fresh.count += 1;
    for (const key of keys) {
      seen.add(key);
      fresh.keys.push(key);
    }
  }
  return { duplicates, fresh };
}

/** A heartbeat in the event log. */
export function heartbeatEvent(agentId: string, status: HeartbeatStatus | null, metadata: Readonly<Record<string, unknown>> | null): Uint8Array {
  const payload = { ...(status === null ? {} : { status }), ...(metadata === null ? {} : { metadata }) };
  return Buffer.from(JSON.stringify({ event_type: 'heartbeat', agent_id: agentId, ...(Object.keys(payload).length === 0 ? {} : { payload }) }));
}
