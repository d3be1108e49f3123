import { expect, it } from 'vitest';
import { createFaultPoints, type FaultPoint, readFault } from './faultPoints.ts';

it.each(['', 'journal.synced', 'journal.synced:0', 'journal.synced:x', 'nowhere:1', 'journal.synced:1+', 'journal.synced:1 '])(
  'refuses %o, which names no point and time',
  (text) => expect(() => readFault(text)).toThrow('SIGHTGLASS_FAULT'),
);

it('kills when its point is reached the nth time, and at no other', () => {
  const order: string[] = [];
  const reach = createFaultPoints(readFault('store.inserted:2'), () => order.push('killed'));
  for (const point of ['store.inserted', 'journal.synced', 'store.inserted', 'store.inserted'] as FaultPoint[]) {
    reach(point);
    order.push(point);
  }
  expect(order).toEqual(['store.inserted', 'journal.synced', 'killed', 'store.inserted', 'store.inserted']);
});

it('can kill a while after its point', async () => {
  const killed = new Promise((resolve) => createFaultPoints(readFault('store.inserting:1+1'), () => resolve('killed'))('store.inserting'));
  expect(await killed).toBe('killed');
});
