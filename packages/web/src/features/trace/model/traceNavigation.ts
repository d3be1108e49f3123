import { clampWindow, fullWindow, type TimeWindow, windowShowing } from './timeScale.ts';
import { childrenOf, revealing, type TraceTree, visibleNodes } from './traceTree.ts';

/** Where a person is in a trace: one state for every view of it. */
export interface TraceNavigation {
  /** The node the keyboard is at; -1 in an empty trace. */
  cursor: number;
  /** The node whose detail is open, null when none is. Never a stand-in. */
  open: number | null;
  collapsed: ReadonlySet<number>;
  /** The nodes that are not hidden by `collapsed`, in order. */
  rows: Int32Array;
  window: TimeWindow;
  /** Asks the waterfall to bring a node into view; `turn` grows with each request. */
  reveal: { node: number; centred: boolean; turn: number };
}

export type NavigationAction =
  | { type: 'move'; by: number }
  | { type: 'first' }
  | { type: 'last' }
  /** To any node, however hidden; jumps centre it. */
  | { type: 'go'; node: number; open: boolean }
  | { type: 'toggle'; node: number }
  /** Left: fold, or go to the parent. */
  | { type: 'fold' }
  /** Right: unfold, or go to the first child. */
  | { type: 'unfold' }
  | { type: 'fold-all' }
  | { type: 'unfold-all' }
  | { type: 'open' }
  | { type: 'close' }
  | { type: 'zoom'; window: TimeWindow };

/** The state a trace opens with: everything unfolded, at the named node or the first one. */
export function startNavigation(tree: TraceTree, node: number | null): TraceNavigation {
  const cursor = node ?? tree.order[0] ?? -1;
  return {
    cursor,
    open: node,
    collapsed: new Set(),
    rows: tree.order,
    window: fullWindow(tree.durationMs),
    reveal: { node: cursor, centred: true, turn: 0 },
  };
}

export function navigate(tree: TraceTree, state: TraceNavigation, action: NavigationAction): TraceNavigation {
  switch (action.type) {
    case 'move':
      return moveTo(tree, state, rowAt(state, rowIndexOf(tree, state.rows, state.cursor) + action.by));
    case 'first':
      return moveTo(tree, state, rowAt(state, 0));
    case 'last':
      return moveTo(tree, state, rowAt(state, state.rows.length - 1));
    case 'go':
      return go(tree, state, action.node, action.open);
    case 'toggle':
      return withCollapsed(tree, state, toggled(state.collapsed, action.node));
    case 'fold':
      return fold(tree, state);
    case 'unfold':
      return unfold(tree, state);
    case 'fold-all':
      return withCollapsed(tree, state, foldableBelowRoots(tree));
    case 'unfold-all':
      return withCollapsed(tree, state, new Set());
    case 'open':
      return isSpan(tree, state.cursor) ? { ...state, open: state.cursor } : state;
    case 'close':
      return state.open === null ? state : { ...state, open: null };
    case 'zoom':
      return { ...state, window: clampWindow(action.window, tree.durationMs) };
  }
}

/** The row of a node; of a hidden node the row of the folded ancestor that hides it. -1 when there are no rows. */
export function rowIndexOf(tree: TraceTree, rows: Int32Array, node: number): number {
  const place = tree.position[node] ?? 0;
  let low = 0;
  let high = rows.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((tree.position[rows[middle] as number] as number) <= place) low = middle + 1;
    else high = middle - 1;
  }
  return high;
}

function rowAt(state: TraceNavigation, index: number): number {
  return state.rows[Math.max(0, Math.min(index, state.rows.length - 1))] ?? -1;
}

function isSpan(tree: TraceTree, node: number): boolean {
  return node >= 0 && node < tree.spans.length;
}

/** An open detail follows the cursor. */
function moveTo(tree: TraceTree, state: TraceNavigation, node: number): TraceNavigation {
  if (node === -1 || node === state.cursor) return state;
  return {
    ...state,
    cursor: node,
    open: state.open === null || !isSpan(tree, node) ? state.open : node,
    reveal: { node, centred: false, turn: state.reveal.turn + 1 },
  };
}

function go(tree: TraceTree, state: TraceNavigation, node: number, open: boolean): TraceNavigation {
  if (node < 0 || node >= tree.nodeCount) return state;
  const collapsed = revealing(tree, state.collapsed, node);
  return {
    cursor: node,
    open: (open || state.open !== null) && isSpan(tree, node) ? node : state.open,
    collapsed,
    rows: collapsed === state.collapsed ? state.rows : visibleNodes(tree, collapsed),
    window: windowShowing(state.window, tree.startMs[node] ?? 0, tree.endMs[node] ?? 0, tree.durationMs),
    reveal: { node, centred: true, turn: state.reveal.turn + 1 },
  };
}

/** The cursor must stay on a row that can be seen. */
function withCollapsed(tree: TraceTree, state: TraceNavigation, collapsed: ReadonlySet<number>): TraceNavigation {
  const rows = visibleNodes(tree, collapsed);
  const cursor = rows[rowIndexOf(tree, rows, state.cursor)] ?? -1;
  const moved = cursor !== state.cursor;
  return { ...state, collapsed, rows, cursor, reveal: moved ? { node: cursor, centred: false, turn: state.reveal.turn + 1 } : state.reveal };
}

function toggled(collapsed: ReadonlySet<number>, node: number): ReadonlySet<number> {
  const next = new Set(collapsed);
  if (!next.delete(node)) next.add(node);
  return next;
}

function fold(tree: TraceTree, state: TraceNavigation): TraceNavigation {
  const { cursor, collapsed } = state;
  if (cursor === -1) return state;
  if ((tree.childCount[cursor] ?? 0) > 0 && !collapsed.has(cursor)) return withCollapsed(tree, state, toggled(collapsed, cursor));
  return moveTo(tree, state, tree.parent[cursor] ?? -1);
}

function unfold(tree: TraceTree, state: TraceNavigation): TraceNavigation {
  const { cursor, collapsed } = state;
  if (cursor === -1) return state;
  if (collapsed.has(cursor)) return withCollapsed(tree, state, toggled(collapsed, cursor));
  return moveTo(tree, state, childrenOf(tree, cursor)[0] ?? -1);
}

/** Every node with children below the first level, so that the outline of the trace is left. */
function foldableBelowRoots(tree: TraceTree): ReadonlySet<number> {
  const foldable = new Set<number>();
  for (let node = 0; node < tree.nodeCount; node++) {
    if ((tree.childCount[node] as number) > 0 && (tree.depth[node] as number) > 0) foldable.add(node);
  }
  return foldable;
}
