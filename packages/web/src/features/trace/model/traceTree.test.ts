import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largeTraceForTest, spanForTest } from './spanForTest.ts';
import {
  buildTraceTree,
  childrenOf,
  NODE_CYCLE,
  NODE_ORPHAN,
  NODE_SOUND,
  NODE_STAND_IN,
  pathToRoot,
  revealing,
  spanOf,
  type TraceTree,
  visibleNodes,
} from './traceTree.ts';

const span = (span_id: string, parent_span_id: string | null, startMs = 0, endMs = startMs + 1) =>
  spanForTest({ span_id, parent_span_id, startMs, endMs });
const name = (tree: TraceTree, node: number) => spanOf(tree, node)?.name ?? `(${tree.missingParentIds[node - tree.spans.length]})`;
const outline = (tree: TraceTree, nodes: Iterable<number> = tree.order) =>
  [...nodes].map((node) => `${'·'.repeat(tree.depth[node] ?? 0)}${name(tree, node)}`);

describe('buildTraceTree', () => {
  it('orders children by start and parents before children, whatever order they came in', () => {
    const tree = buildTraceTree([span('c', 'a', 5), span('d', 'b', 3), span('b', 'a', 2), span('a', null, 0, 10)]);
    expect(outline(tree)).toEqual(['a', '·b', '··d', '·c']);
    expect(tree.roots.map((root) => name(tree, root))).toEqual(['a']);
    expect(tree.durationMs).toBe(10);
  });

  it('keeps the order of arrival among siblings that start together', () => {
    const tree = buildTraceTree([span('a', null), span('x', 'a', 1), span('y', 'a', 1), span('z', 'a', 1)]);
    expect(outline(tree)).toEqual(['a', '·x', '·y', '·z']);
  });

  it('takes an empty parent id for none', () => {
    expect(buildTraceTree([span('a', '')]).roots).toEqual([0]);
  });

  it('shows several roots side by side', () => {
    expect(outline(buildTraceTree([span('a', null, 0), span('b', null, 5), span('c', 'a', 6)]))).toEqual(['a', '·c', 'b']);
  });

  it('puts orphans under a stand-in for their parent, one stand-in a missing parent', () => {
    const tree = buildTraceTree([span('a', null, 0), span('o1', 'gone', 2, 4), span('o2', 'gone', 3, 9), span('p', 'other', 1)]);
    expect(outline(tree)).toEqual(['a', '(other)', '·p', '(gone)', '·o1', '·o2']);
    expect(tree.orphanCount).toBe(3);
    const standIn = tree.parent[1] ?? -1;
    expect([tree.startMs[standIn], tree.endMs[standIn]]).toEqual([2, 9]);
    expect([...tree.condition]).toEqual([NODE_SOUND, NODE_ORPHAN, NODE_ORPHAN, NODE_ORPHAN, NODE_STAND_IN, NODE_STAND_IN]);
  });

  it('breaks a span that is its own parent, and longer rings at their earliest span', () => {
    const self = buildTraceTree([span('a', 'a')]);
    expect(outline(self)).toEqual(['a']);
    expect(self.condition[0]).toBe(NODE_CYCLE);

    const ring = buildTraceTree([span('x', 'z', 5), span('y', 'x', 2), span('z', 'y', 9), span('tail', 'z', 9)]);
    expect(outline(ring)).toEqual(['y', '·z', '··x', '··tail']);
    expect(ring.cycleCount).toBe(1);
  });

  it('keeps both of two spans with the same id', () => {
    const tree = buildTraceTree([span('a', null, 0), span('b', 'a', 1), span('b', 'a', 2), span('c', 'b', 3)]);
    expect(outline(tree)).toEqual(['a', '·b', '··c', '·b']);
  });

  it('is empty for an empty trace', () => {
    expect(buildTraceTree([])).toMatchObject({ nodeCount: 0, roots: [], orphanCount: 0 });
  });

  it('holds a chain of 30 000 spans without recursion', () => {
    const spans = Array.from({ length: 30_000 }, (_, i) => span(`s${i}`, i === 0 ? null : `s${i - 1}`, i, 30_000));
    const tree = buildTraceTree(spans);
    expect(tree.depth[29_999]).toBe(29_999);
    expect(pathToRoot(tree, 29_999)).toHaveLength(30_000);
    expect(tree.subtreeEnd[0]).toBe(30_000);
  });

  it('gives every span exactly one place, under whatever links', () => {
    const link = fc.option(fc.integer({ min: 0, max: 14 }), { nil: null });
    fc.assert(
      fc.property(fc.array(fc.tuple(link, fc.integer({ min: 0, max: 50 })), { maxLength: 12 }), (rows) => {
        const tree = buildTraceTree(rows.map(([parent, start], i) => span(`s${i}`, parent === null ? null : `s${parent}`, start)));
        expect([...tree.order].sort((a, b) => a - b)).toEqual(Array.from({ length: tree.nodeCount }, (_, i) => i));
        for (const node of tree.order) {
          const parent = tree.parent[node] ?? -1;
          if (parent === -1) continue;
          expect(tree.position[parent]).toBeLessThan(tree.position[node] ?? 0);
          expect(tree.subtreeEnd[node]).toBeLessThanOrEqual(tree.subtreeEnd[parent] ?? 0);
          expect(childrenOf(tree, parent)).toContain(node);
          expect(tree.depth[node]).toBe((tree.depth[parent] ?? 0) + 1);
        }
      }),
    );
  });

  it('grows no worse than n log n', () => {
    const spans = largeTraceForTest(100_000);
    const tree = buildTraceTree(spans);
    expect(tree.order).toHaveLength(100_000);
    expect(tree.roots).toEqual([0]);
  });
});

describe('rows', () => {
  const tree = buildTraceTree([span('a', null, 0), span('b', 'a', 1), span('c', 'b', 2), span('d', 'b', 3), span('e', 'a', 4)]);

  it('are all nodes when nothing is collapsed', () => {
    expect(outline(tree, visibleNodes(tree, new Set()))).toEqual(['a', '·b', '··c', '··d', '·e']);
  });

  it('leave out what is below a collapsed node, but not the node', () => {
    expect(outline(tree, visibleNodes(tree, new Set([1])))).toEqual(['a', '·b', '·e']);
    expect(outline(tree, visibleNodes(tree, new Set([0, 1])))).toEqual(['a']);
  });

  it('show a node again by opening what hides it, and nothing else', () => {
    expect([...revealing(tree, new Set([0, 1, 4]), 2)]).toEqual([4]);
    const open = new Set([4]);
    expect(revealing(tree, open, 2)).toBe(open);
    const self = new Set([1]);
    expect(revealing(tree, self, 1)).toBe(self);
  });

  it('know their way to the root', () => {
    expect(pathToRoot(tree, 3).map((node) => name(tree, node))).toEqual(['a', 'b', 'd']);
  });
});
