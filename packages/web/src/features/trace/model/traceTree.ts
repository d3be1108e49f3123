import type { Span } from '@sightglass/contract/trace';
import { relativeTimes, type SpanTimes } from './timestamps.ts';

/** What is wrong with a node's place in the tree. */
export const NODE_SOUND = 0;
/** Its parent never arrived; it hangs under a stand-in. */
export const NODE_ORPHAN = 1;
/** It was its own ancestor; the link to its parent is cut here. */
export const NODE_CYCLE = 2;
/** It stands for a parent that never arrived, and is no span. */
export const NODE_STAND_IN = 3;

/**
 * A trace as a forest, in flat arrays so that 100 000 spans stay cheap. A **node** is a number: below `spans.length` it is
 * the span of that index, from there on a stand-in for the missing parent `missingParentIds[node - spans.length]`.
 */
export interface TraceTree {
  spans: readonly Span[];
  missingParentIds: readonly string[];
  nodeCount: number;
  /** -1 for a root. */
  parent: Int32Array;
  /** 0 for a root. */
  depth: Int32Array;
  /** Nodes with every parent before its children and siblings by start. */
  order: Int32Array;
  /** Node → its place in `order`. */
  position: Int32Array;
  /** Node → the place in `order` just after its last descendant. */
  subtreeEnd: Int32Array;
  childCount: Int32Array;
  /** Node → one of NODE_SOUND, NODE_ORPHAN, NODE_CYCLE, NODE_STAND_IN. */
  condition: Uint8Array;
  /** Milliseconds since the trace's start; a stand-in spans its children. */
  startMs: Float64Array;
  endMs: Float64Array;
  durationMs: number;
  times: SpanTimes;
  nodeOfSpan: ReadonlyMap<string, number>;
  roots: readonly number[];
  orphanCount: number;
  cycleCount: number;
}

/** Builds the forest in O(n log n); every span has exactly one place, however broken the links are. */
export function buildTraceTree(spans: readonly Span[]): TraceTree {
  const times = relativeTimes(spans);
  const nodeOfSpan = new Map<string, number>();
  for (let i = 0; i < spans.length; i++) {
    const id = (spans[i] as Span).span_id;
    if (!nodeOfSpan.has(id)) nodeOfSpan.set(id, i);
  }
  const links = linkParents(spans, nodeOfSpan);
  const nodeCount = spans.length + links.missingParentIds.length;
  const { parent, condition } = links;
  const cycleCount = cutCycles(parent, condition, times.startMs);
  const { startMs, endMs } = extents(nodeCount, spans.length, parent, times);
  const { childStart, children, roots } = groupChildren(nodeCount, parent, startMs);
  const walk = walkPreorder(nodeCount, roots, childStart, children);
  const childCount = new Int32Array(nodeCount);
  for (let i = 0; i < nodeCount; i++) childCount[i] = (childStart[i + 1] as number) - (childStart[i] as number);
  return {
    spans,
    missingParentIds: links.missingParentIds,
    nodeCount,
    parent,
    ...walk,
    childCount,
    condition,
    startMs,
    endMs,
    durationMs: times.durationMs,
    times,
    nodeOfSpan,
    roots,
    orphanCount: links.orphanCount,
    cycleCount,
  };
}

function linkParents(spans: readonly Span[], nodeOfSpan: ReadonlyMap<string, number>) {
  const standInOf = new Map<string, number>();
  const missingParentIds: string[] = [];
  const links: number[] = [];
  const conditions: number[] = [];
  let orphanCount = 0;
  for (const span of spans) {
    const parentId = span.parent_span_id;
    const known = parentId === null || parentId === '' ? -1 : nodeOfSpan.get(parentId);
    if (known !== undefined) {
      links.push(known);
      conditions.push(NODE_SOUND);
      continue;
    }
    const id = parentId as string;
    let standIn = standInOf.get(id);
    if (standIn === undefined) {
      standIn = spans.length + missingParentIds.length;
      standInOf.set(id, standIn);
      missingParentIds.push(id);
    }
    orphanCount++;
    links.push(standIn);
    conditions.push(NODE_ORPHAN);
  }
  const nodeCount = spans.length + missingParentIds.length;
  const parent = new Int32Array(nodeCount).fill(-1);
  parent.set(links);
  const condition = new Uint8Array(nodeCount).fill(NODE_STAND_IN);
  condition.set(conditions);
  return { parent, condition, missingParentIds, orphanCount };
}

/** Cuts each ring at its earliest span, which becomes a root. Answers the number of rings. */
function cutCycles(parent: Int32Array, condition: Uint8Array, startMs: Float64Array): number {
  const FRESH = 0;
  const ON_WALK = 1;
  const DONE = 2;
  const state = new Uint8Array(parent.length);
  let cycles = 0;
  for (let seed = 0; seed < parent.length; seed++) {
    let node = seed;
    while (node !== -1 && state[node] === FRESH) {
      state[node] = ON_WALK;
      node = parent[node] as number;
    }
    const closed = node !== -1 && state[node] === ON_WALK;
    // Marked before the ring is cut: afterwards the walk would end at the cut.
    for (let at = seed; at !== -1 && state[at] === ON_WALK; at = parent[at] as number) state[at] = DONE;
    if (!closed) continue;
    const cut = earliestOfRing(node, parent, startMs);
    parent[cut] = -1;
    condition[cut] = NODE_CYCLE;
    cycles++;
  }
  return cycles;
}

function earliestOfRing(member: number, parent: Int32Array, startMs: Float64Array): number {
  let best = member;
  for (let node = parent[member] as number; node !== member; node = parent[node] as number) {
    const earlier = (startMs[node] as number) - (startMs[best] as number);
    if (earlier < 0 || (earlier === 0 && node < best)) best = node;
  }
  return best;
}

function extents(nodeCount: number, spanCount: number, parent: Int32Array, times: SpanTimes) {
  const startMs = new Float64Array(nodeCount).fill(Number.POSITIVE_INFINITY);
  const endMs = new Float64Array(nodeCount);
  startMs.set(times.startMs);
  endMs.set(times.endMs);
  for (let i = 0; i < spanCount; i++) {
    const standIn = parent[i] as number;
    if (standIn < spanCount) continue;
    startMs[standIn] = Math.min(startMs[standIn] as number, startMs[i] as number);
    endMs[standIn] = Math.max(endMs[standIn] as number, endMs[i] as number);
  }
  return { startMs, endMs };
}

/** Children of each node by start, in one array: those of `n` lie at `childStart[n]` … `childStart[n + 1]`. */
function groupChildren(nodeCount: number, parent: Int32Array, startMs: Float64Array) {
  const byStart = new Int32Array(nodeCount);
  let sorted = true;
  for (let i = 0; i < nodeCount; i++) {
    byStart[i] = i;
    if (i > 0 && (startMs[i] as number) < (startMs[i - 1] as number)) sorted = false;
  }
  if (!sorted) byStart.sort((a, b) => (startMs[a] as number) - (startMs[b] as number) || a - b);
  const childStart = new Int32Array(nodeCount + 1);
  for (let i = 0; i < nodeCount; i++) {
    const up = parent[i] as number;
    if (up !== -1) childStart[up + 1] = (childStart[up + 1] as number) + 1;
  }
  for (let i = 0; i < nodeCount; i++) childStart[i + 1] = (childStart[i + 1] as number) + (childStart[i] as number);
  const fill = childStart.slice();
  const children = new Int32Array(nodeCount);
  const roots: number[] = [];
  for (const node of byStart) {
    const up = parent[node] as number;
    if (up === -1) roots.push(node);
    else {
      children[fill[up] as number] = node;
      fill[up] = (fill[up] as number) + 1;
    }
  }
  return { childStart, children, roots };
}

function walkPreorder(nodeCount: number, roots: readonly number[], childStart: Int32Array, children: Int32Array) {
  const order = new Int32Array(nodeCount);
  const position = new Int32Array(nodeCount);
  const depth = new Int32Array(nodeCount);
  const subtreeEnd = new Int32Array(nodeCount);
  const stack = new Int32Array(nodeCount);
  let top = 0;
  let place = 0;
  for (let i = roots.length - 1; i >= 0; i--) stack[top++] = roots[i] as number;
  while (top > 0) {
    const node = stack[--top] as number;
    position[node] = place;
    order[place++] = node;
    for (let c = (childStart[node + 1] as number) - 1; c >= (childStart[node] as number); c--) {
      const child = children[c] as number;
      depth[child] = (depth[node] as number) + 1;
      stack[top++] = child;
    }
  }
  for (let p = nodeCount - 1; p >= 0; p--) {
    const node = order[p] as number;
    const first = childStart[node] as number;
    const last = childStart[node + 1] as number;
    subtreeEnd[node] = first === last ? p + 1 : (subtreeEnd[children[last - 1] as number] as number);
  }
  return { order, position, depth, subtreeEnd };
}

/** The span of a node, null for a stand-in. */
export function spanOf(tree: TraceTree, node: number): Span | null {
  return tree.spans[node] ?? null;
}

/** The direct children of a node, by start. */
export function childrenOf(tree: TraceTree, node: number): number[] {
  const children: number[] = [];
  const end = tree.subtreeEnd[node] as number;
  for (let p = (tree.position[node] as number) + 1; p < end; ) {
    const child = tree.order[p] as number;
    children.push(child);
    p = tree.subtreeEnd[child] as number;
  }
  return children;
}

/** From the root down to the node itself. */
export function pathToRoot(tree: TraceTree, node: number): number[] {
  const path: number[] = [];
  for (let at = node; at !== -1; at = tree.parent[at] as number) path.push(at);
  return path.reverse();
}

/** The nodes to show, in order, when the subtrees of `collapsed` nodes are hidden. */
export function visibleNodes(tree: TraceTree, collapsed: ReadonlySet<number>): Int32Array {
  if (collapsed.size === 0) return tree.order;
  const rows = new Int32Array(tree.nodeCount);
  let count = 0;
  for (let p = 0; p < tree.nodeCount; ) {
    const node = tree.order[p] as number;
    rows[count++] = node;
    p = collapsed.has(node) ? (tree.subtreeEnd[node] as number) : p + 1;
  }
  return rows.subarray(0, count);
}

/** `collapsed` without the ancestors of `node`, so that it can be seen; the same set when it can be seen already. */
export function revealing(tree: TraceTree, collapsed: ReadonlySet<number>, node: number): ReadonlySet<number> {
  const hiding = pathToRoot(tree, node).filter((ancestor) => ancestor !== node && collapsed.has(ancestor));
  if (hiding.length === 0) return collapsed;
  const next = new Set(collapsed);
  for (const ancestor of hiding) next.delete(ancestor);
  return next;
}
