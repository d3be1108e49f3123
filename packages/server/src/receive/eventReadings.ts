/**
 * What has to be known of a batch of events before it is decided which of them are new: by what each would be known
 * again, or why it is refused. Plain data, so that it can be read in the receive worker and told to the program.
 */
import { sentKeys } from '../normalise/eventIdentity.ts';
import { type Failure, fail, ok, type Result } from '../result.ts';
import { UndecodableBody } from './decoded.ts';
import { NoEventBatch, readEventBatch, TooManyEvents } from './eventBatch.ts';
import type { EventProblem } from './eventFields.ts';
import { BodyTooLarge } from './inflate.ts';
import type { Pipeline } from './pipeline.ts';

export interface EventSummary {
  /** Hashes of the `dedupe_key` and `event_id` that were sent; of a refused event none. */
  keys: string[];
  /** Null when the event can be taken. */
  problem: EventProblem | null;
}

const NS_PER_MS = 1_000_000n;

/** In the order of the batch. `body` is inflated JSON. */
export function summariseEvents(body: Uint8Array, receivedAtMs: number): Result<EventSummary[]> {
  try {
    const readings = readEventBatch(body)(BigInt(receivedAtMs) * NS_PER_MS);
    return ok(readings.map((reading) => (reading.ok ? { keys: sentKeys(reading.event), problem: null } : { keys: [], problem: reading.problem })));
  } catch (error) {
    const failure = refusalOf(error);
    if (failure === undefined) throw error;
    return { ok: false, error: failure };
  }
}

function refusalOf(error: unknown): Failure | undefined {
  if (error instanceof UndecodableBody) return fail('undecodable-body', `${error.message}.`).error;
  if (error instanceof TooManyEvents || error instanceof BodyTooLarge) return fail('body-too-large', `${error.message}.`).error;
  if (error instanceof NoEventBatch) return fail('invalid-request', `${error.message}.`, [{ pointer: '', message: error.message }]).error;
  return undefined;
}

/** Nothing is stored: it only reads, beside the program's own thread. */
export function createEventSummaryPipeline(): Pipeline {
  return ({ body, receivedAtMs }) => ({
    content: undefined,
    committed: () => undefined,
    accepted: 0,
    rejected: 0,
    rejectedWhy: '',
    faults: [],
    summary: summariseEvents(body, receivedAtMs),
  });
}
