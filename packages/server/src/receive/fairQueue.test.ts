import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFairQueue, type FairQueue } from './fairQueue.ts';

const drain = <Item>(queue: FairQueue<Item>, count = Number.POSITIVE_INFINITY): Item[] => {
  const taken: Item[] = [];
  while (taken.length < count) {
    const item = queue.next();
    if (item === undefined) return taken;
    taken.push(item);
  }
  return taken;
};

it('a newcomer is next but one, however much another has waiting', () => {
  const queue = createFairQueue<string>();
  for (let i = 0; i < 1_000; i++) queue.push('noisy', 100, 'noisy');
  drain(queue, 500);
  queue.push('quiet', 100, 'quiet');
  expect(drain(queue, 2)).toContain('quiet');
});

it('turns are by cost: one large request is as much as many small ones', () => {
  const queue = createFairQueue<string>();
  for (let i = 0; i < 10; i++) queue.push('large', 1_000, 'L');
  for (let i = 0; i < 100; i++) queue.push('small', 100, 's');
  const order = drain(queue, 44).join('');
  expect([...order].filter((letter) => letter === 's')).toHaveLength(40);
});

it('a holder of a few large requests does not come first by never having two at once', () => {
  const queue = createFairQueue<string>();
  for (let i = 0; i < 200; i++) queue.push('small', 100, 's');
  queue.push('large', 1_000, 'L');
  let [large, small] = [0, 0];
  while (small < 100) {
    if (queue.next() === 'L') {
      large += 1;
      queue.push('large', 1_000, 'L');
    } else small += 1;
  }
  expect(large).toBeLessThanOrEqual(11);
});

it('nobody saves up turns while away', () => {
  const queue = createFairQueue<string>();
  queue.push('late', 1, 'l');
  for (let i = 0; i < 100; i++) queue.push('busy', 100, 'b');
  drain(queue, 51);
  for (let i = 0; i < 100; i++) queue.push('late', 100, 'l');
  expect(drain(queue, 20).filter((letter) => letter === 'l')).toHaveLength(10);
});

describe('whatever comes', () => {
  const arrivals = fc.array(fc.record({ holder: fc.constantFrom('a', 'b', 'c', 'd'), cost: fc.integer({ min: 1, max: 1_000 }), takes: fc.nat(2) }), {
    maxLength: 200,
  });

  it('each request comes out once, in the order of its holder, and something is there while anything waits', () => {
    fc.assert(
      fc.property(arrivals, (sent) => {
        const queue = createFairQueue<[holder: string, place: number]>();
        const out: [string, number][] = [];
        let waiting = 0;
        for (const [place, { holder, cost, takes }] of sent.entries()) {
          queue.push(holder, cost, [holder, place]);
          waiting += 1;
          const taken = drain(queue, Math.min(takes, waiting));
          expect(taken).toHaveLength(Math.min(takes, waiting));
          waiting -= taken.length;
          out.push(...taken);
        }
        out.push(...drain(queue));
        expect(out.map(([, place]) => place).sort((a, b) => a - b)).toEqual(sent.map((_, place) => place));
        for (const holder of ['a', 'b', 'c', 'd']) {
          const places = out.filter(([of]) => of === holder).map(([, place]) => place);
          expect(places).toEqual([...places].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('two that always have something waiting are served alike, to one request of each', () => {
    const costs = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(costs, costs, fc.nat(120), (a, b, count) => {
        const queue = createFairQueue<['a' | 'b', number]>();
        for (const cost of a) queue.push('a', cost, ['a', cost]);
        for (const cost of b) queue.push('b', cost, ['b', cost]);
        const served = { a: 0, b: 0 };
        const left = { a: a.length, b: b.length };
        for (const [holder, cost] of drain(queue, count)) {
          if (left.a > 0 && left.b > 0) expect(Math.abs(served.a - served.b)).toBeLessThanOrEqual(1_000);
          served[holder] += cost;
          left[holder] -= 1;
        }
      }),
    );
  });
});
