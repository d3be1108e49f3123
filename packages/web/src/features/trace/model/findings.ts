import type { SpanKind } from '@sightglass/contract/spanKinds';
import { parseUsd } from '@sightglass/contract/money';
import { countsUsage, isEstimated } from './subtreeTotals.ts';
import { nodeName, type TraceModel } from './traceModel.ts';
import { spanOf } from './traceTree.ts';

/** Time on the critical path that one node itself took. */
export interface TimeShare {
  node: number;
  name: string;
  kind: SpanKind | null;
  ms: number;
  /** Of the trace's duration, 0…1. */
  share: number;
}

/** The nodes that took most of the critical path, the longest first. */
export function longestOnPath({ tree, path }: TraceModel, countMax: number): TimeShare[] {
  const msOf = new Map<number, number>();
  for (const { node, fromMs, toMs } of path.segments) msOf.set(node, (msOf.get(node) ?? 0) + toMs - fromMs);
  return [...msOf]
    .filter(([, ms]) => ms > 0)
    .sort(([, a], [, b]) => b - a)
    .slice(0, countMax)
    .map(([node, ms]) => ({
      node,
      name: nodeName(tree, node),
      kind: spanOf(tree, node)?.kind ?? null,
      ms,
      share: tree.durationMs === 0 ? 0 : ms / tree.durationMs,
    }));
}

/** What one model cost in a trace. Null = no call of it has a price, or none said its tokens. */
export interface ModelCost {
  model: string;
  calls: number;
  costPicoUsd: bigint | null;
  unpricedCalls: number;
  /** Calls whose tokens or cost are an estimate. */
  estimatedCalls: number;
  inputTokens: number | null;
  outputTokens: number | null;
  /** The dearest call, to go to. */
  node: number;
}

/** Cost by model, the dearest first; models without a price last. */
export function costByModel({ tree }: TraceModel): ModelCost[] {
  const byModel = new Map<string, ModelCost>();
  const dearest = new Map<string, bigint>();
  tree.spans.forEach((span, node) => {
    if (!countsUsage(span)) return;
    const model = span.response_model ?? span.request_model ?? 'model not named';
    const cost = span.cost_usd === null ? null : (parseUsd(span.cost_usd) ?? null);
    const entry = byModel.get(model) ?? {
      model,
      calls: 0,
      costPicoUsd: null,
      unpricedCalls: 0,
      estimatedCalls: 0,
      inputTokens: null,
      outputTokens: null,
      node,
    };
    entry.calls++;
    if (isEstimated(span)) entry.estimatedCalls++;
    if (cost === null) entry.unpricedCalls++;
    else entry.costPicoUsd = (entry.costPicoUsd ?? 0n) + cost;
    if (span.input_tokens !== null) entry.inputTokens = (entry.inputTokens ?? 0) + span.input_tokens;
    if (span.output_tokens !== null) entry.outputTokens = (entry.outputTokens ?? 0) + span.output_tokens;
    if (cost !== null && cost > (dearest.get(model) ?? -1n)) {
      dearest.set(model, cost);
      entry.node = node;
    }
    byModel.set(model, entry);
  });
  return [...byModel.values()].sort((a, b) => {
    const left = a.costPicoUsd ?? -1n;
    const right = b.costPicoUsd ?? -1n;
    return left === right ? b.calls - a.calls : left < right ? 1 : -1;
  });
}
