import { parseUsd } from '@sightglass/contract/money';
import { type SpanKind, USAGE_KINDS } from '@sightglass/contract/spanKinds';
import type { Span } from '@sightglass/contract/trace';
import { spanOf, type TraceTree } from './traceTree.ts';

/**
 * Sums over each node and all below it. Usage and cost count where they count in every total: on llm and embedding spans that
 * no inner span supersedes. Null and NaN mean that nothing below says anything, which is not 0.
 */
export interface SubtreeTotals {
  /** Failures, each once, at the span where it began. */
  errors: Int32Array;
  llmCalls: Int32Array;
  /** Calls whose tokens or cost are an estimate: then so are the sums. */
  estimatedCalls: Int32Array;
  costPicoUsd: readonly (bigint | null)[];
  /** NaN = unknown. */
  inputTokens: Float64Array;
  outputTokens: Float64Array;
}

const usageKinds: ReadonlySet<SpanKind> = new Set(USAGE_KINDS);

/** Whether the span's own tokens and cost are part of the trace's. */
export function countsUsage(span: Span): boolean {
  return usageKinds.has(span.kind) && !span.superseded;
}

export const isEstimated = (span: Span): boolean => span.usage_estimated || span.cost_source === 'estimated';

export function sumSubtrees(tree: TraceTree): SubtreeTotals {
  const { nodeCount, order, parent } = tree;
  const errors = new Int32Array(nodeCount);
  const llmCalls = new Int32Array(nodeCount);
  const estimatedCalls = new Int32Array(nodeCount);
  const costPicoUsd = new Array<bigint | null>(nodeCount).fill(null);
  const inputTokens = new Float64Array(nodeCount).fill(Number.NaN);
  const outputTokens = new Float64Array(nodeCount).fill(Number.NaN);
  for (let p = nodeCount - 1; p >= 0; p--) {
    const node = order[p] as number;
    const span = spanOf(tree, node);
    if (span !== null) {
      if (span.error_origin) add(errors, node, 1);
      if (countsUsage(span)) {
        if (span.kind === 'llm') add(llmCalls, node, 1);
        if (isEstimated(span)) add(estimatedCalls, node, 1);
        costPicoUsd[node] = addKnown(costPicoUsd[node] ?? null, span.cost_usd === null ? null : (parseUsd(span.cost_usd) ?? null));
        if (span.input_tokens !== null) addToNumber(inputTokens, node, span.input_tokens);
        if (span.output_tokens !== null) addToNumber(outputTokens, node, span.output_tokens);
      }
    }
    const up = parent[node] as number;
    if (up === -1) continue;
    add(errors, up, errors[node] as number);
    add(llmCalls, up, llmCalls[node] as number);
    add(estimatedCalls, up, estimatedCalls[node] as number);
    costPicoUsd[up] = addKnown(costPicoUsd[up] ?? null, costPicoUsd[node] ?? null);
    addToNumber(inputTokens, up, inputTokens[node] as number);
    addToNumber(outputTokens, up, outputTokens[node] as number);
  }
  return { errors, llmCalls, estimatedCalls, costPicoUsd, inputTokens, outputTokens };
}

function add(counts: Int32Array, node: number, by: number): void {
  counts[node] = (counts[node] as number) + by;
}

function addKnown(sum: bigint | null, part: bigint | null): bigint | null {
  return part === null ? sum : (sum ?? 0n) + part;
}

function addToNumber(sums: Float64Array, node: number, part: number): void {
  if (Number.isNaN(part)) return;
  const sum = sums[node] as number;
  sums[node] = Number.isNaN(sum) ? part : sum + part;
}
