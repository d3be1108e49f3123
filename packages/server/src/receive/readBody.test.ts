import { expect, it } from 'vitest';
import { BodyTooLarge } from './inflate.ts';
import { createBodyRoom, NoRoomForBody, readBody } from './readBody.ts';

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
  const room = createBodyRoom(100);
  const exact = openRequest();
  exact.send(4);
  exact.send(6);
  exact.end();
  expect(await readBody(exact.request, room, 10)).toEqual(new Uint8Array(10).fill(7));
  const over = openRequest();
  over.send(4);
  over.send(7);
  await expect(readBody(over.request, room, 10)).rejects.toThrow(BodyTooLarge);
});

it('bodies that are read at once hold no more than there is room for; what is read or broken off makes room again', async () => {
  const room = createBodyRoom(10);
  const slow = openRequest();
  const reading = readBody(slow.request, room);
  slow.send(10);
  // One turn of the loop, in which the piece is taken.
  await new Promise((resolve) => setImmediate(resolve));
  const refused = openRequest();
  refused.send(1);
  await expect(readBody(refused.request, room)).rejects.toThrow(NoRoomForBody);
  slow.end();
  expect(await reading).toHaveLength(10);
  const later = openRequest();
  later.send(10);
  later.end();
  expect(await readBody(later.request, room)).toHaveLength(10);
});
