import { describe, expect, it } from 'vitest';
import { findCriticalPath } from './criticalPath.ts';
import { largeTraceForTest, spanForTest } from './spanForTest.ts';
import { buildTraceTree } from './traceTree.ts';

const span = (span_id: string, parent_span_id: string | null, startMs: number, endMs: number) =>
  spanForTest({ span_id, parent_span_id, startMs, endMs });

function pathOf(spans: ReturnType<typeof span>[]) {
  const tree = buildTraceTree(spans);
  const path = findCriticalPath(tree);
  return {
    ids: [...path.spanIds].sort(),
    totalMs: path.totalNs / 1e6,
    segments: path.segments.map((s) => [tree.spans[s.node]?.name ?? 'gone', s.fromMs, s.toMs]),
  };
}

describe('findCriticalPath', () => {
  it('follows the child that finished last, then the last one before its start', () => {
    const path = pathOf([
      span('root', null, 0, 100),
      span('early', 'root', 0, 20),
      span('middle', 'root', 25, 60),
      span('beside', 'root', 26, 40),
      span('last', 'root', 60, 95),
    ]);
    expect(path.ids).toEqual(['early', 'last', 'middle', 'root']);
    expect(path.segments).toEqual([
      ['early', 0, 20],
      ['root', 20, 25],
      ['middle', 25, 60],
      ['last', 60, 95],
      ['root', 95, 100],
    ]);
    expect(path.totalMs).toBe(90);
  });

  it('leaves out what ran beside the path and ended while it was under way', () => {
    const path = pathOf([span('root', null, 0, 100), span('background', 'root', 0, 70), span('waited for', 'root', 50, 100)]);
    expect(path.ids).toEqual(['root', 'waited for']);
    expect(path.totalMs).toBe(50);
  });

  it('goes on inside each span of the path', () => {
    const path = pathOf([span('root', null, 0, 10), span('tool', 'root', 2, 9), span('http', 'tool', 3, 8)]);
    expect(path.segments).toEqual([
      ['root', 0, 2],
      ['tool', 2, 3],
      ['http', 3, 8],
      ['tool', 8, 9],
      ['root', 9, 10],
    ]);
    expect(path.totalMs).toBe(7);
  });

  it('takes an overlap of clock noise for one after the other', () => {
    expect(pathOf([span('root', null, 0, 100), span('first', 'root', 0, 50.4), span('second', 'root', 50, 100)]).ids).toEqual([
      'first',
      'root',
      'second',
    ]);
    expect(pathOf([span('root', null, 0, 100), span('first', 'root', 0, 55), span('second', 'root', 50, 100)]).ids).toEqual(['root', 'second']);
  });

  it('counts a lone root whole', () => {
    expect(pathOf([span('root', null, 0, 40)])).toEqual({ ids: ['root'], totalMs: 40, segments: [['root', 0, 40]] });
  });

  it('cuts a child at the end of its parent', () => {
    const path = pathOf([
      span('root', null, 0, 100),
      span('parent', 'root', 0, 50),
      span('detached', 'parent', 10, 80),
      span('next', 'root', 50, 100),
    ]);
    expect(path.segments).toEqual([
      ['parent', 0, 10],
      ['detached', 10, 50],
      ['next', 50, 100],
    ]);
  });

  it('follows what runs on after the root has ended', () => {
    const path = pathOf([span('root', null, 0, 50), span('stream', 'root', 10, 90)]);
    expect(path.segments).toEqual([
      ['root', 0, 10],
      ['stream', 10, 50],
      ['stream', 50, 90],
    ]);
    expect(path.totalMs).toBe(80);
  });

  it('joins several roots and leaves the time between them out', () => {
    const path = pathOf([span('first', null, 0, 40), span('second', null, 60, 100)]);
    expect(path.ids).toEqual(['first', 'second']);
    expect(path.totalMs).toBe(80);
  });

  it('passes through a parent that never came', () => {
    const path = pathOf([span('a', 'gone', 0, 40), span('b', 'gone', 40, 100)]);
    expect(path.ids).toEqual(['a', 'b']);
    expect(path.totalMs).toBe(100);
  });

  it('answers for traces without length, and for none at all', () => {
    expect(pathOf([span('root', null, 0, 0)]).totalMs).toBe(0);
    expect(pathOf([]).segments).toEqual([]);
  });

  it('covers a large trace without gaps or overlaps', () => {
    const tree = buildTraceTree(largeTraceForTest(100_000));
    const { segments } = findCriticalPath(tree);
    let reached = 0;
    for (const segment of segments) {
      expect(segment.fromMs).toBeCloseTo(reached, 6);
      reached = segment.toMs;
    }
    expect(reached).toBeCloseTo(tree.durationMs, 6);
  });

  it('scans 100 000 siblings once', () => {
    const siblings = Array.from({ length: 100_000 }, (_, i) => span(`s${i}`, 'root', i, i + 1));
    expect(pathOf([span('root', null, 0, 100_000), ...siblings]).totalMs).toBe(100_000);
  });
});
