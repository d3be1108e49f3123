import { childrenOf, spanOf, type TraceTree } from './traceTree.ts';

/** A stretch of the critical path spent in one node itself, in milliseconds since the trace's start. */
export interface CriticalSegment {
  node: number;
  fromMs: number;
  toMs: number;
}

export interface CriticalPath {
  /** By time, without overlap. Gaps are times in which no span of the trace ran. */
  segments: readonly CriticalSegment[];
  /** Every node that holds a segment or lies above one on the way. */
  nodes: ReadonlySet<number>;
  spanIds: ReadonlySet<string>;
  /** Time on the path below the outermost spans, in nanoseconds; their own time too where nothing is below them. */
  totalNs: number;
}

/** Siblings whose clocks overlap by less than this still count as one after the other. */
export const OVERLAP_TOLERATED_MS = 1;
/** … and by no more than this part of the earlier one, so that short spans are not taken for sequential. */
const OVERLAP_TOLERATED_SHARE = 0.1;

/** A candidate for the path: `node`, as far as it lies between `fromMs` and `toMs`. */
interface Stretch {
  node: number;
  fromMs: number;
  toMs: number;
}

/**
 * The chain of spans that determines how long the trace took.
 *
 * Rule (Zhang et al., "CRISP: Critical Path Analysis of Large-Scale Microservice Architectures", USENIX ATC 2022): begin at the
 * end of the root and walk back. The child that finished last is on the path; the gap between its end and the point reached is
 * the parent's own time; from its start go on with the child that finished last **before** that start, and so on; do the same
 * within each child. A child that outlives its parent is cut at the parent's end.
 *
 * Added here: several roots are children of the trace as a whole; what runs on after all its ancestors have ended is a child of
 * the trace for that remainder; overlaps of at most a millisecond (and a tenth of the earlier span) are clock noise.
 */
export function findCriticalPath(tree: TraceTree): CriticalPath {
  const segments: CriticalSegment[] = [];
  const nodes = new Set<number>();
  const outermost = new Set<number>();
  const pending: Stretch[] = chainOf(outerStretches(tree), 0, tree.durationMs).links;
  for (const stretch of pending) outermost.add(stretch.node);
  while (pending.length > 0) {
    const stretch = pending.pop() as Stretch;
    nodes.add(stretch.node);
    const children = childrenOf(tree, stretch.node).map((child) => stretchOf(tree, child, stretch));
    const { links, gaps } = chainOf(children, stretch.fromMs, stretch.toMs);
    for (const gap of gaps) segments.push({ node: stretch.node, fromMs: gap.fromMs, toMs: gap.toMs });
    for (const link of links) pending.push(link);
    if (links.length > 0) outermost.delete(stretch.node);
    else if (gaps.length === 0) segments.push({ node: stretch.node, fromMs: stretch.fromMs, toMs: stretch.toMs });
  }
  segments.sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
  const spanIds = new Set<string>();
  for (const node of nodes) {
    const span = spanOf(tree, node);
    if (span !== null) spanIds.add(span.span_id);
  }
  let totalMs = 0;
  for (const segment of segments) {
    const isOuter = (tree.parent[segment.node] as number) === -1 && !outermost.has(segment.node);
    if (!isOuter) totalMs += segment.toMs - segment.fromMs;
  }
  return { segments, nodes, spanIds, totalNs: Math.round(totalMs * 1e6) };
}

function stretchOf(tree: TraceTree, node: number, within: Stretch): Stretch {
  return { node, fromMs: Math.max(tree.startMs[node] as number, within.fromMs), toMs: Math.min(tree.endMs[node] as number, within.toMs) };
}

/** The roots, and of every span that outlives all its ancestors the part in which it does. */
function outerStretches(tree: TraceTree): Stretch[] {
  const stretches: Stretch[] = [];
  const latestAbove = new Float64Array(tree.nodeCount);
  for (const node of tree.order) {
    const up = tree.parent[node] as number;
    const end = tree.endMs[node] as number;
    if (up === -1) {
      latestAbove[node] = end;
      stretches.push({ node, fromMs: tree.startMs[node] as number, toMs: end });
      continue;
    }
    const covered = latestAbove[up] as number;
    latestAbove[node] = Math.max(covered, end);
    if (end > covered) stretches.push({ node, fromMs: Math.max(tree.startMs[node] as number, covered), toMs: end });
  }
  return stretches;
}

/** Walks back from `toMs` over siblings: those on the path, and the times between them. */
function chainOf(siblings: Stretch[], fromMs: number, toMs: number): { links: Stretch[]; gaps: { fromMs: number; toMs: number }[] } {
  const byEnd = siblings.filter((s) => s.toMs > s.fromMs).sort((a, b) => b.toMs - a.toMs || a.fromMs - b.fromMs);
  const links: Stretch[] = [];
  const gaps: { fromMs: number; toMs: number }[] = [];
  let reached = toMs;
  for (const sibling of byEnd) {
    if (reached <= fromMs) break;
    const overlap = sibling.toMs - reached;
    const tolerated = Math.min(OVERLAP_TOLERATED_MS, (sibling.toMs - sibling.fromMs) * OVERLAP_TOLERATED_SHARE);
    if (overlap > tolerated || sibling.fromMs >= reached) continue;
    const end = Math.min(sibling.toMs, reached);
    if (end < reached) gaps.push({ fromMs: end, toMs: reached });
    links.push({ node: sibling.node, fromMs: sibling.fromMs, toMs: end });
    reached = sibling.fromMs;
  }
  if (reached > fromMs) gaps.push({ fromMs, toMs: reached });
  return { links, gaps };
}
