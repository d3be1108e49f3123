import type { SpanDetail } from '@sightglass/contract/trace';
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { spanQuery } from '../../../api/traces.ts';
import { mergeTurns, type SaidMessage } from '../model/conversation.ts';
import { pairToolCalls, type ThreadMessage, type ToolBlock } from '../model/messageThread.ts';
import { matchToolRuns, type ToolRun } from '../model/toolRuns.ts';
import type { TraceModel } from '../model/traceModel.ts';
import { useTrace } from '../traceContext.ts';
import { useStableList } from '../useStableList.ts';

/** One llm call of the conversation, with what it added to it. */
export interface ConversationTurn {
  node: number;
  detail: SpanDetail | null;
  error: unknown;
  retry: () => void;
  messages: ThreadMessage<SaidMessage>[];
  repeatedCount: number;
  /** Tools that ran after this call and before the next without being asked for in a message. */
  unasked: readonly ToolRun[];
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
  const merged = useMemo(() => merge(model, nodes, details, toolRuns), [model, nodes, details, toolRuns]);
  return {
    turns: merged.turns.map((turn, i) => ({ ...turn, error: queries[i]?.error ?? null, retry: () => void queries[i]?.refetch() })),
    runOf: (block) => merged.runs.get(block),
    pending: ready < nodes.length,
  };
}

function merge({ tree }: TraceModel, nodes: readonly number[], details: readonly (SpanDetail | null)[], toolRuns: readonly ToolRun[]) {
  const merged = mergeTurns(
    details.map((detail, i) => ({ spanId: String(nodes[i]), input: detail?.input_messages ?? [], output: detail?.output_messages ?? [] })),
  );
  const thread = pairToolCalls(merged.flatMap((turn) => turn.said));
  const byTurn = new Map<string, ThreadMessage<SaidMessage>[]>();
  for (const message of thread) {
    const list = byTurn.get(message.source.spanId);
    if (list === undefined) byTurn.set(message.source.spanId, [message]);
    else list.push(message);
  }
  const askedAt = (source: SaidMessage) => {
    const node = Number(source.spanId);
    // A call that is first seen in a history was asked for by some call before.
    const asker = source.direction === 'output' ? node : nodes[nodes.indexOf(node) - 1];
    return asker === undefined ? Number.NEGATIVE_INFINITY : (tree.startMs[asker] ?? 0);
  };
  const calls = thread.flatMap((message) =>
    message.blocks.filter((block) => block.type === 'tool').map((block) => ({ block, name: block.name, askedAtMs: askedAt(message.source) })),
  );
  const matched = matchToolRuns(calls, toolRuns);
  const runs = new Map<ToolBlock, ToolRun>();
  calls.forEach(({ block }, i) => {
    const run = matched.runs[i];
    if (run) runs.set(block, run);
  });
  const turns = merged.map((turn, i) => {
    const node = nodes[i] ?? -1;
    const from = i === 0 ? Number.NEGATIVE_INFINITY : (tree.startMs[node] ?? 0);
    const nextNode = nodes[i + 1];
    const to = nextNode === undefined ? Number.POSITIVE_INFINITY : (tree.startMs[nextNode] ?? 0);
    return {
      node,
      detail: details[i] ?? null,
      messages: byTurn.get(turn.spanId) ?? [],
      repeatedCount: turn.repeatedCount,
      unasked: matched.unasked.filter((run) => run.startMs >= from && run.startMs < to),
    };
  });
  return { turns, runs };
}
