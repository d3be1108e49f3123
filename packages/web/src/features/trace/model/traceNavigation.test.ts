import { describe, expect, it } from 'vitest';
import { spanForTest } from './spanForTest.ts';
import { type NavigationAction, navigate, rowIndexOf, startNavigation } from './traceNavigation.ts';
import { buildTraceTree } from './traceTree.ts';

const span = (span_id: string, parent_span_id: string | null, startMs: number) =>
  spanForTest({ span_id, parent_span_id, startMs, endMs: startMs + 10 });
// 0 a, 1 ·b, 2 ··c, 3 ··d, 4 ·e, 5 (stand-in), 6 ·f — nodes: a0 b1 c2 d3 e4 f5 stand-in6
const tree = buildTraceTree([span('a', null, 0), span('b', 'a', 1), span('c', 'b', 2), span('d', 'b', 3), span('e', 'a', 4), span('f', 'gone', 90)]);
const after = (...actions: NavigationAction[]) => actions.reduce((state, action) => navigate(tree, state, action), startNavigation(tree, null));
const go = (node: number, open = false): NavigationAction => ({ type: 'go', node, open });

describe('navigate', () => {
  it('begins at the first node with everything unfolded and nothing open', () => {
    expect(after()).toMatchObject({ cursor: 0, open: null, window: { fromMs: 0, toMs: 100 } });
    expect(startNavigation(tree, 3)).toMatchObject({ cursor: 3, open: 3 });
    expect(startNavigation(buildTraceTree([]), null)).toMatchObject({ cursor: -1, open: null });
  });

  it('moves over the rows and stops at the ends', () => {
    expect(after({ type: 'move', by: 2 }).cursor).toBe(2);
    expect(after({ type: 'move', by: -3 }).cursor).toBe(0);
    expect(after({ type: 'move', by: 99 }).cursor).toBe(5);
    expect(after({ type: 'last' }, { type: 'first' }).cursor).toBe(0);
  });

  it('an open detail follows the cursor, and skips stand-ins', () => {
    const opened = after({ type: 'open' }, { type: 'move', by: 4 });
    expect(opened).toMatchObject({ cursor: 4, open: 4 });
    expect(navigate(tree, opened, { type: 'move', by: 1 })).toMatchObject({ cursor: 6, open: 4 });
    expect(after({ type: 'move', by: 5 }, { type: 'open' }).open).toBeNull();
    expect(after({ type: 'open' }, { type: 'close' }).open).toBeNull();
  });

  it('folds, then goes to the parent; unfolds, then goes to the first child', () => {
    const folded = after(go(1), { type: 'fold' });
    expect([...folded.rows]).toEqual([0, 1, 4, 6, 5]);
    expect(navigate(tree, folded, { type: 'fold' }).cursor).toBe(0);
    const open = navigate(tree, folded, { type: 'unfold' });
    expect(open.rows).toHaveLength(7);
    expect(navigate(tree, open, { type: 'unfold' }).cursor).toBe(2);
    expect(after(go(3), { type: 'fold' }).cursor).toBe(1);
    expect(after(go(3), { type: 'unfold' }).cursor).toBe(3);
  });

  it('takes the cursor out of what is folded', () => {
    expect(after(go(3), { type: 'toggle', node: 1 }).cursor).toBe(1);
    expect(after(go(3), { type: 'toggle', node: 0 }).cursor).toBe(0);
    expect(after(go(3), { type: 'fold-all' }).cursor).toBe(1);
  });

  it('goes to a hidden node by unfolding only what hides it', () => {
    const state = after({ type: 'fold-all' }, { type: 'toggle', node: 0 }, go(3, true));
    expect(state).toMatchObject({ cursor: 3, open: 3 });
    expect([...state.rows]).toContain(3);
    expect(state.reveal).toMatchObject({ node: 3, centred: true });
  });

  it('goes nowhere for a node that does not exist', () => {
    const state = after();
    expect(navigate(tree, state, go(99))).toBe(state);
    expect(navigate(tree, state, go(-1))).toBe(state);
  });

  it('moves the time window to a span outside of it', () => {
    const zoomed = after({ type: 'zoom', window: { fromMs: 0, toMs: 10 } }, go(5));
    expect(zoomed.window.toMs).toBeGreaterThanOrEqual(100);
    expect(zoomed.window.fromMs).toBeLessThanOrEqual(90);
  });

  it('keeps the window within the trace', () => {
    expect(after({ type: 'zoom', window: { fromMs: -5, toMs: 900 } }).window).toEqual({ fromMs: 0, toMs: 100 });
  });
});

describe('rowIndexOf', () => {
  it('finds the row of a node, or of what hides it', () => {
    const { rows } = after({ type: 'toggle', node: 1 });
    expect(rowIndexOf(tree, rows, 4)).toBe(2);
    expect(rowIndexOf(tree, rows, 3)).toBe(1);
    expect(rowIndexOf(tree, new Int32Array(), 0)).toBe(-1);
  });
});
