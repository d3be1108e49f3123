import { describe, expect, it } from 'vitest';
import { failedNodes, stepInRing } from './errorOrder.ts';
import { spanForTest } from './spanForTest.ts';
import { buildTraceTree } from './traceTree.ts';

const names = (tree: ReturnType<typeof buildTraceTree>, nodes: readonly number[]) => nodes.map((node) => tree.spans[node]?.name);

describe('failedNodes', () => {
  it('lists the deepest origin first and wrappers that repeat a failure apart', () => {
    const tree = buildTraceTree([
      spanForTest({ span_id: 'run', status: 'error', startMs: 0 }),
      spanForTest({ span_id: 'shallow', parent_span_id: 'run', status: 'timeout', error_origin: true, startMs: 1 }),
      spanForTest({ span_id: 'tool', parent_span_id: 'run', status: 'error', startMs: 2 }),
      spanForTest({ span_id: 'http', parent_span_id: 'tool', status: 'error', error_origin: true, startMs: 3 }),
      spanForTest({ span_id: 'fine', parent_span_id: 'run', startMs: 4 }),
    ]);
    const failed = failedNodes(tree);
    expect(names(tree, failed.origins)).toEqual(['http', 'shallow']);
    expect(names(tree, failed.repeats)).toEqual(['run', 'tool']);
  });

  it('finds the origins itself where none is marked', () => {
    const tree = buildTraceTree([
      spanForTest({ span_id: 'run', status: 'error' }),
      spanForTest({ span_id: 'tool', parent_span_id: 'run', status: 'error' }),
      spanForTest({ span_id: 'beside', parent_span_id: 'run', status: 'cancelled' }),
    ]);
    expect(names(tree, failedNodes(tree).origins)).toEqual(['tool']);
    expect(names(tree, failedNodes(tree).repeats)).toEqual(['run']);
  });

  it('is empty when nothing failed', () => {
    expect(failedNodes(buildTraceTree([spanForTest({ span_id: 'a' })]))).toEqual({ origins: [], repeats: [] });
  });
});

describe('stepInRing', () => {
  it.each([
    [[], null, 1, null],
    [[4, 7, 9], null, 1, 4],
    [[4, 7, 9], null, -1, 9],
    [[4, 7, 9], 9, 1, 4],
    [[4, 7, 9], 4, -1, 9],
    [[4, 7, 9], 5, 1, 4],
  ] as const)('%j from %j by %d is %j', (ring, current, step, expected) => {
    expect(stepInRing(ring, current, step)).toBe(expected);
  });
});
