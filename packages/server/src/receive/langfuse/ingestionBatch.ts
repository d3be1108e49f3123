/** The body of `POST /api/public/ingestion` → its items, one by one. */
import { asObject, ownProperty } from '../../normalise/attributes.ts';
import { UndecodableBody } from '../decoded.ts';
import { BodyTooLarge } from '../inflate.ts';
import { parseJsonBody } from '../jsonBody.ts';
import { INGESTION_ITEMS_MAX } from '../limits.ts';
import { createRequestClock } from '../requestClock.ts';
import { type ItemReading, readItem, type Sdk } from './ingestionItem.ts';

export class TooManyItems extends BodyTooLarge {
  constructor(count: number) {
    super();
    this.message = `a batch may hold at most ${INGESTION_ITEMS_MAX} items; this one has ${count}`;
  }
}

const SDK_CHARS_MAX = 100;

/**
 * The readings come in the order of the batch.
 * @throws UndecodableBody, TooManyValues, TooManyItems
 */
export function readIngestionBatch(body: Uint8Array, receivedAtMs: number): ItemReading[] {
  const request = asObject(parseJsonBody(body));
  const batch = request === undefined ? undefined : ownProperty(request, 'batch');
  if (request === undefined || !Array.isArray(batch)) throw new UndecodableBody('the body must be { "batch": [ … ] }');
  if (batch.length > INGESTION_ITEMS_MAX) throw new TooManyItems(batch.length);
  const sdk = sdkOf(ownProperty(request, 'metadata'));
  const clock = createRequestClock(receivedAtMs);
  return batch.map((item, place) => readItem(item, place, sdk, clock));
}

function sdkOf(metadata: unknown): Sdk {
  const fields = asObject(metadata) ?? {};
  const text = (field: string) => {
    const value = ownProperty(fields, field);
    return typeof value === 'string' ? value.slice(0, SDK_CHARS_MAX) : '';
  };
  return { sdkName: text('sdk_name'), sdkVersion: text('sdk_version') };
}
