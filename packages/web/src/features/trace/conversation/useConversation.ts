import type { SpanDetail } from '@sightglass/contract/trace';
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { spanQuery } from '../../../api/traces.ts';
import type { ToolBlock } from '../model/messageThread.ts';
import type { ToolRun } from '../model/toolRuns.ts';
import type { TraceModel } from '../model/traceModel.ts';
import { useTrace } from '../traceContext.ts';
import { useStableList } from '../useStableList.ts';
import { type CallOfTrace, mergeCalls, type MergedCall } from './mergeCalls.ts';

/** One llm call of the conversation, with what it added to it. */
export interface ConversationTurn extends MergedCall {
  error: unknown;
  retry: () => void;
}

/** The llm calls of a trace by start; those inside which another span reports the same call are left out. */
export function callNodes({ tree }: TraceModel): number[] {
  const nodes: number[] = [];
  tree.spans.forEach((span, node) => {
    if (span.kind === 'llm' && !span.superseded) nodes.push(node);
  });
  return nodes.sort((a, b) => (tree.startMs[a] ?? 0) - (tree.startMs[b] ?? 0) || a - b);
}

/**
 * The first calls of `nodes`, loaded in order and merged. What a call repeats can only be told when all calls before it are
 * known, so turns appear up to the first one that is still under way.
 */
export function useConversation(nodes: readonly number[]): {
  turns: ConversationTurn[];
  runOf: (block: ToolBlock) => ToolRun | undefined;
  pending: boolean;
} {
  const { traceId, model, toolRuns } = useTrace();
  const queries = useQueries({
    queries: nodes.map((node) => ({
      ...spanQuery(traceId, model.tree.spans[node]?.span_id ?? ''),
      staleTime: Number.POSITIVE_INFINITY,
      structuralSharing: false,
    })),
  });
  const firstPending = queries.findIndex((query) => query.isPending);
  const ready = firstPending === -1 ? queries.length : firstPending;
  const details = useStableList(queries.slice(0, ready).map((query) => query.data ?? null));
  const merged = useMemo(() => mergeCalls(callsOf(model, toolRuns, nodes, details)), [model, nodes, details, toolRuns]);
  return {
    turns: merged.turns.map((turn, i) => ({ ...turn, error: queries[i]?.error ?? null, retry: () => void queries[i]?.refetch() })),
    runOf: (block) => merged.runs.get(block),
    pending: ready < nodes.length,
  };
}

const callsOf = (
  { tree }: TraceModel,
  toolRuns: readonly ToolRun[],
  nodes: readonly number[],
  details: readonly (SpanDetail | null)[],
): CallOfTrace[] => details.map((detail, i) => ({ trace: { tree, toolRuns }, node: nodes[i] ?? -1, detail }));
