/**
 * Takes a batch of events: checks each, finds out which are known already, hands the others to the receive
 * worker and answers when they are on disk. Read and checked here as well as in the worker: what is known can
 * only be told from the keys, and batches are small.
 */
import type { EventReceipt, HeartbeatStatus } from '@sightglass/contract/event';
import type { FieldError } from '@sightglass/contract/errors';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { sentKeys } from '../normalise/eventIdentity.ts';
import { UndecodableBody } from '../receive/decoded.ts';
import { NoEventBatch, readEventBatch, TooManyEvents } from '../receive/eventBatch.ts';
import type { EventReading } from '../receive/eventFields.ts';
import type { Receiver } from '../receive/receiver.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Claim, EventKeys } from './eventKeys.ts';

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

const NS_PER_MS = 1_000_000n;

export async function ingestEvents(deps: IngestEventsDependencies, request: EventRequest): Promise<Result<EventReceipt>> {
  const receivedAtMs = deps.nowMs();
  const batch = readBatch(request.body, BigInt(receivedAtMs) * NS_PER_MS);
  if (!batch.ok) return batch;
  const readings = batch.value;
  const keysOf = readings.map((reading) => (reading.ok ? sentKeys(reading.event) : []));
  const claim = await deps.keys.claim(request.workspaceId, keysOf.flat());
  if (claim === undefined) return fail('unavailable', 'It cannot be told now which of these events are known; try again.');
  const { duplicates, fresh } = sortOut(readings, keysOf, claim);
  let acknowledged: readonly string[] = [];
  try {
    if (readings.length > 0) {
      const outcome = await deps.receiver.receive({
        signal: 'events',
        ...request,
        receivedAtMs,
        contentType: 'json',
        encoding: 'identity',
        duplicates,
      });
      if (!outcome.ok && fresh.count > 0) return fail('unavailable', `The events could not be taken: ${outcome.message}.`);
      acknowledged = fresh.keys;
    }
  } finally {
    claim.release(acknowledged);
  }
  const errors = readings.flatMap((reading, index) => (reading.ok ? [] : [{ index, ...reading.problem }]));
  return ok({ accepted: fresh.count, rejected: errors.length, duplicates: duplicates.length, errors });
}

/** In the order of the batch, so that of two alike the first is the event. */
function sortOut(readings: readonly EventReading[], keysOf: readonly string[][], { known }: Claim) {
  const seen = new Set(known);
  const duplicates: number[] = [];
  const fresh = { count: 0, keys: [] as string[] };
  for (const [i, reading] of readings.entries()) {
    if (!reading.ok) continue;
    const keys = keysOf[i] ?? [];
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

function readBatch(body: Uint8Array, receivedAtNs: bigint): Result<EventReading[]> {
  try {
    return ok(readEventBatch(body)(receivedAtNs));
  } catch (error) {
    if (error instanceof UndecodableBody) return fail('undecodable-body', `${error.message}.`);
    if (error instanceof TooManyEvents) return fail('body-too-large', `${error.message}.`);
    if (error instanceof NoEventBatch)
      return fail('invalid-request', `${error.message}.`, [{ pointer: '', message: error.message } satisfies FieldError]);
    throw error;
  }
}

/** A heartbeat in the event log. */
export function heartbeatEvent(agentId: string, status: HeartbeatStatus | null, metadata: Readonly<Record<string, unknown>> | null): Uint8Array {
  const payload = { ...(status === null ? {} : { status }), ...(metadata === null ? {} : { metadata }) };
  return Buffer.from(JSON.stringify({ event_type: 'heartbeat', agent_id: agentId, ...(Object.keys(payload).length === 0 ? {} : { payload }) }));
}
