import type { DecodedResource, DecodedScope } from '../../normalise/decodedSpan.ts';
import { listAt, objectAt, objectsAt, parseObject, readResource, readScope } from './jsonFields.ts';
import { RequestRoom } from './requestRoom.ts';

/** Names of the lists around the items of a signal, as `[camelCase, snake_case]`. */
export interface EnvelopeNames {
  resources: readonly [string, string];
  scopes: readonly [string, string];
  items: readonly [string, string];
}

/** Calls `readItem` for every item, whatever it is, in order. @throws UndecodableBody when the bytes are not JSON of an Export…ServiceRequest. */
export function readJsonItems(
  body: Uint8Array,
  { resources, scopes, items }: EnvelopeNames,
  readItem: (item: unknown, resource: DecodedResource, scope: DecodedScope, room: RequestRoom) => void,
): void {
  const room = new RequestRoom();
  for (const ofResource of objectsAt(parseObject(body), ...resources)) {
    const resource: DecodedResource = readResource(objectAt(ofResource, 'resource'), room);
    for (const ofScope of objectsAt(ofResource, ...scopes)) {
      const scope = readScope(objectAt(ofScope, 'scope'));
      for (const item of listAt(ofScope, ...items)) readItem(item, resource, scope, room);
    }
  }
}
