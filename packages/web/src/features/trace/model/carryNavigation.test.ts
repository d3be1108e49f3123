import { expect, it } from 'vitest';
import { carryNavigation } from './carryNavigation.ts';
import { spanForTest } from './spanForTest.ts';
import { type NavigationAction, navigate, startNavigation } from './traceNavigation.ts';
import { buildTraceTree, spanOf } from './traceTree.ts';

const span = (span_id: string, parent_span_id: string | null, startMs: number) =>
  spanForTest({ span_id, parent_span_id, startMs, endMs: startMs + 10 });
const a = span('a', null, 0);
const b = span('b', 'a', 1);
const c = span('c', 'b', 2);
const orphan = span('orphan', 'late parent', 90);
const before = buildTraceTree([a, b, c, orphan]);
/** Read again: an earlier span and the missing parent have arrived, so every node has another number. */
const after = buildTraceTree([span('earlier', null, -100), span('late parent', null, 85), a, b, c, orphan]);
const at = (id: string) => before.nodeOfSpan.get(id) ?? -1;
const carried = (tree: typeof after, ...actions: NavigationAction[]) =>
  carryNavigation(
    before,
    actions.reduce((state, action) => navigate(before, state, action), startNavigation(before, null)),
    tree,
  );
const nameAt = (tree: typeof after, node: number | null) => (node === null ? null : spanOf(tree, node)?.span_id);

it('cursor and detail stay at their span', () => {
  const state = carried(after, { type: 'go', node: at('c'), open: true });
  expect([nameAt(after, state.cursor), nameAt(after, state.open)]).toEqual(['c', 'c']);
  expect([...state.rows]).toEqual([...after.order]);
});

it('what is folded stays folded', () => {
  const state = carried(after, { type: 'toggle', node: at('b') });
  expect([...state.collapsed].map((node) => nameAt(after, node))).toEqual(['b']);
  expect([...state.rows].map((node) => nameAt(after, node))).toEqual(['earlier', 'a', 'b', 'late parent', 'orphan']);
});

it('a folded stand-in becomes the parent that has arrived', () => {
  const standIn = before.spans.length;
  const state = carried(after, { type: 'go', node: standIn, open: false }, { type: 'fold' });
  expect([...state.collapsed].map((node) => nameAt(after, node))).toEqual(['late parent']);
  expect(nameAt(after, state.cursor)).toBe('late parent');
});

it('all of the time axis stays all of it; a part stays the same part by the clock', () => {
  expect(carried(after).window).toEqual({ fromMs: 0, toMs: 200 });
  expect(carried(after, { type: 'zoom', window: { fromMs: 20, toMs: 40 } }).window).toEqual({ fromMs: 120, toMs: 140 });
});

it('what is gone is left', () => {
  const rest = buildTraceTree([a, b]);
  const state = carried(rest, { type: 'go', node: at('c'), open: true });
  expect([nameAt(rest, state.cursor), state.open]).toEqual(['a', null]);
  expect(carried(buildTraceTree([]), { type: 'go', node: at('c'), open: true })).toMatchObject({ cursor: -1, open: null });
});

it('nothing moves by itself: no row is asked to be brought into view', () => {
  const state = carried(after, { type: 'go', node: at('c'), open: true });
  expect(state.reveal.turn).toBe(navigate(before, startNavigation(before, null), { type: 'go', node: at('c'), open: true }).reveal.turn);
});
