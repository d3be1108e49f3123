import type { SpanStatus } from '@sightglass/contract/spanKinds';
import { childrenOf, spanOf, type TraceTree } from './traceTree.ts';

/** Statuses that mean that the span did not do what it was asked to. */
const FAILED: ReadonlySet<SpanStatus> = new Set(['error', 'timeout']);

export function isFailed(status: SpanStatus): boolean {
  return FAILED.has(status);
}

export interface FailedNodes {
  /** Where failures began: deepest first, then earliest. Each failure is here once. */
  origins: readonly number[];
  /** Failed spans above an origin that only repeat it, by start. */
  repeats: readonly number[];
}

/**
 * Failed spans, the likeliest cause first. The server marks where a failure began; where it has not (a trace in progress), a
 * failed span without a failed child is taken for the beginning.
 */
export function failedNodes(tree: TraceTree): FailedNodes {
  const failed: number[] = [];
  for (const node of tree.order) {
    const span = spanOf(tree, node);
    if (span !== null && (isFailed(span.status) || span.error_origin)) failed.push(node);
  }
  const marked = failed.filter((node) => spanOf(tree, node)?.error_origin === true);
  const origins =
    marked.length > 0 ? marked : failed.filter((node) => !childrenOf(tree, node).some((child) => isFailed(spanOf(tree, child)?.status ?? 'success')));
  const isOrigin = new Set(origins);
  const { depth, startMs } = tree;
  return {
    origins: [...origins].sort((a, b) => (depth[b] as number) - (depth[a] as number) || (startMs[a] as number) - (startMs[b] as number)),
    repeats: failed.filter((node) => !isOrigin.has(node)).sort((a, b) => (startMs[a] as number) - (startMs[b] as number)),
  };
}

/** The entry after (`step` 1) or before (-1) `current` in a ring; the first or last when `current` is not in it; null when it is empty. */
export function stepInRing(ring: readonly number[], current: number | null, step: 1 | -1): number | null {
  if (ring.length === 0) return null;
  const at = current === null ? -1 : ring.indexOf(current);
  const next = at === -1 ? (step === 1 ? 0 : ring.length - 1) : (at + step + ring.length) % ring.length;
  return ring[next] ?? null;
}
