import { expect, it } from 'vitest';
import { BodyTooLarge } from './inflate.ts';
import { NoRoomForBody, readBody } from './readBody.ts';
import { createSharedRoom } from './sharedRoom.ts';

/** A request whose body comes piece by piece, as the caller sends it. */
function openRequest() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (opened) => {
      controller = opened;
    },
  });
  const request = new Request('http://localhost/v1/traces', { method: 'POST', body, duplex: 'half' } as RequestInit);
  return { request, send: (bytes: number) => controller?.enqueue(new Uint8Array(bytes).fill(7)), end: () => controller?.close() };
}

it('a body is read whole, up to its limit and no further', async () => {
  const taken: number[] = [];
  const reading = { room: createSharedRoom(100), workspaceId: 'wsp_a', bytesMax: 10, onBytes: (bytes: number) => taken.push(bytes) };
  const exact = openRequest();
  exact.send(4);
  exact.send(6);
  exact.end();
  expect(await readBody(exact.request, reading)).toEqual(new Uint8Array(10).fill(7));
  const over = openRequest();
  over.send(4);
  over.send(7);
  await expect(readBody(over.request, reading)).rejects.toThrow(BodyTooLarge);
  expect(taken).toEqual([4, 6, 4, 7]);
});

it('a workspace’s bodies hold no more than its room, and leave some to others; what is read or broken off makes room again', async () => {
  const room = createSharedRoom(20);
  const mine = { room, workspaceId: 'wsp_a' };
  const slow = openRequest();
  const reading = readBody(slow.request, mine);
  slow.send(10);
  // One turn of the loop, in which the piece is taken.
  await new Promise((resolve) => setImmediate(resolve));
  const refused = openRequest();
  refused.send(1);
  await expect(readBody(refused.request, mine)).rejects.toThrow(NoRoomForBody);
  const other = openRequest();
  other.send(5);
  other.end();
  expect(await readBody(other.request, { room, workspaceId: 'wsp_b' })).toHaveLength(5);
  slow.end();
  expect(await reading).toHaveLength(10);
  const later = openRequest();
  later.send(10);
  later.end();
  expect(await readBody(later.request, mine)).toHaveLength(10);
});
