import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSharedRoom } from './sharedRoom.ts';

/** Takes pieces until there is no more, and answers how many. */
const fill = (room: ReturnType<typeof createSharedRoom>, holder: string, bytes = 1) => {
  let pieces = 0;
  while (room.take(holder, bytes)) pieces += 1;
  return pieces;
};

it('one holder alone has half, and who comes later still finds room', () => {
  const room = createSharedRoom(1_000);
  expect(fill(room, 'noisy')).toBe(500);
  expect(fill(room, 'second')).toBe(250);
  expect(fill(room, 'third')).toBe(125);
  expect(room.take('noisy', 1)).toBe(false);
});

it('one piece may take all that is free', () => {
  const room = createSharedRoom(100);
  expect(room.take('a', 101)).toBe(false);
  expect(room.take('a', 100)).toBe(true);
  expect(room.take('b', 1)).toBe(false);
  room.give('a', 100);
  expect(room.take('b', 100)).toBe(true);
});

it('is never overdrawn, and all of it is free again when everything was given back', () => {
  const steps = fc.array(fc.record({ holder: fc.constantFrom('a', 'b', 'c'), bytes: fc.integer({ min: 1, max: 400 }), give: fc.boolean() }));
  fc.assert(
    fc.property(steps, (taken) => {
      const room = createSharedRoom(1_000);
      const held: [holder: string, bytes: number][] = [];
      for (const { holder, bytes, give } of taken) {
        const [first] = held;
        if (give && first !== undefined) {
          room.give(...first);
          held.shift();
        } else if (room.take(holder, bytes)) held.push([holder, bytes]);
        expect(held.reduce((sum, [, size]) => sum + size, 0)).toBeLessThanOrEqual(1_000);
      }
      for (const one of held) room.give(...one);
      expect(room.take('d', 1_000)).toBe(true);
    }),
  );
});
