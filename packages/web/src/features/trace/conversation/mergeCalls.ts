/** The llm calls of one trace, or of several that follow one another, as one conversation. Pure. */
import type { SpanDetail } from '@sightglass/contract/trace';
import { mergeTurns, type SaidMessage } from '../model/conversation.ts';
import { pairToolCalls, type ThreadMessage, type ToolBlock } from '../model/messageThread.ts';
import { matchToolRuns, type ToolRun } from '../model/toolRuns.ts';
import type { TraceTree } from '../model/traceTree.ts';

/** The trace that a call is in: its times and the tools that ran. The same object for all calls of it. */
export interface TraceOfCalls {
  tree: Pick<TraceTree, 'startMs'>;
  toolRuns: readonly ToolRun[];
}

export interface CallOfTrace {
  trace: TraceOfCalls;
  node: number;
  /** Null when it could not be loaded. */
  detail: SpanDetail | null;
}

/** A call with what it added to the conversation. */
export interface MergedCall {
  node: number;
  detail: SpanDetail | null;
  messages: ThreadMessage<SaidMessage>[];
  repeatedCount: number;
  /** Tools that ran after this call and before the next of its trace without being asked for in a message. */
  unasked: readonly ToolRun[];
}

type Asked = { block: ToolBlock; name: string; askedAtMs: number; trace: TraceOfCalls };

/** `calls` by time; history that a call sends again is shown once, also where a call of another trace said it first. */
export function mergeCalls(calls: readonly CallOfTrace[]): { turns: MergedCall[]; runs: ReadonlyMap<ToolBlock, ToolRun> } {
  const merged = mergeTurns(
    calls.map(({ detail }, i) => ({ spanId: String(i), input: detail?.input_messages ?? [], output: detail?.output_messages ?? [] })),
  );
  const thread = pairToolCalls(merged.flatMap((turn) => turn.said));
  const byCall = new Map<number, ThreadMessage<SaidMessage>[]>();
  for (const message of thread) {
    const call = Number(message.source.spanId);
    byCall.set(call, [...(byCall.get(call) ?? []), message]);
  }
  const asked = thread.flatMap((message) => toolsAskedFor(message, calls));
  const runs = new Map<ToolBlock, ToolRun>();
  const unaskedOf = new Map<TraceOfCalls, readonly ToolRun[]>();
  for (const trace of new Set(calls.map((call) => call.trace))) {
    const ofTrace = asked.filter((each) => each.trace === trace);
    const matched = matchToolRuns(ofTrace, trace.toolRuns);
    unaskedOf.set(trace, matched.unasked);
    ofTrace.forEach(({ block }, i) => {
      const run = matched.runs[i];
      if (run) runs.set(block, run);
    });
  }
  const turns = calls.map(({ trace, node, detail }, i) => {
    const from = calls[i - 1]?.trace === trace ? (trace.tree.startMs[node] ?? 0) : Number.NEGATIVE_INFINITY;
    const next = calls[i + 1];
    const to = next?.trace === trace ? (trace.tree.startMs[next.node] ?? 0) : Number.POSITIVE_INFINITY;
    return {
      node,
      detail,
      messages: byCall.get(i) ?? [],
      repeatedCount: merged[i]?.repeatedCount ?? 0,
      unasked: (unaskedOf.get(trace) ?? []).filter((run) => run.startMs >= from && run.startMs < to),
    };
  });
  return { turns, runs };
}

function toolsAskedFor({ source, blocks }: ThreadMessage<SaidMessage>, calls: readonly CallOfTrace[]): Asked[] {
  const index = Number(source.spanId);
  const call = calls[index];
  if (call === undefined) return [];
  // A call that is first seen in a history was asked for by some call before.
  const asker = source.direction === 'output' ? call : calls[index - 1];
  const askedAtMs = asker?.trace === call.trace ? (call.trace.tree.startMs[asker.node] ?? 0) : Number.NEGATIVE_INFINITY;
  return blocks.flatMap((block) => (block.type === 'tool' ? [{ block, name: block.name, askedAtMs, trace: call.trace }] : []));
}
