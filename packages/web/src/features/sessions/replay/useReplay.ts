import type { Run } from '@sightglass/contract/run';
import type { Span, SpanDetail, TraceSummary } from '@sightglass/contract/trace';
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { spanQuery, traceQuery } from '../../../api/traces.ts';
import { mergeCalls, type TraceOfCalls } from '../../trace/conversation/mergeCalls.ts';
import type { ConversationTurn } from '../../trace/conversation/useConversation.ts';
import type { ToolBlock } from '../../trace/model/messageThread.ts';
import type { ToolRun } from '../../trace/model/toolRuns.ts';
import { toolRunsOf } from '../../trace/model/toolSpans.ts';
import { buildTraceModel, type TraceModel } from '../../trace/model/traceModel.ts';
import { useStableList } from '../../trace/useStableList.ts';
import { callsOfRun, runsNeeded } from './replayPlan.ts';

type LoadedTrace = { trace: TraceSummary; spans: Span[] };

/** One run of the session with what is known of it. */
export interface ReplayedRun {
  run: Run;
  /** Null while its trace is on its way, and when it could not be loaded. */
  model: TraceModel | null;
  toolRuns: readonly ToolRun[];
  error: unknown;
  retry: () => void;
  turns: ConversationTurn[];
  /** Calls of it that are not shown yet. */
  left: number;
}

const models = new WeakMap<LoadedTrace, { model: TraceModel; trace: TraceOfCalls }>();

/** Made once for each answer: runs of one trace share it. */
function modelOf(loaded: LoadedTrace): { model: TraceModel; trace: TraceOfCalls } {
  const known = models.get(loaded);
  if (known !== undefined) return known;
  const model = buildTraceModel(loaded);
  const made = { model, trace: { tree: model.tree, toolRuns: toolRunsOf(model.tree) } };
  models.set(loaded, made);
  return made;
}

/**
 * The first `calls` model calls of a session's runs as one conversation. What a call repeats can only be told when all calls before it are
 * known, so what is shown ends with the first one that is still on its way.
 */
export function useReplay(
  runs: readonly Run[],
  calls: number,
): { runs: ReplayedRun[]; runOf: (block: ToolBlock) => ToolRun | undefined; pending: boolean } {
  const wanted = runs.slice(0, runsNeeded(runs, calls));
  const traces = useQueries({
    queries: wanted.map((run) => ({ ...traceQuery(run.trace_id), structuralSharing: false, staleTime: run.status === 'running' ? 0 : Infinity })),
  });
  const firstPending = traces.findIndex((query) => query.isPending);
  const ready = firstPending === -1 ? wanted.length : firstPending;
  const loaded = useStableList(traces.slice(0, ready).map((query) => query.data ?? null));
  const plan = useMemo(() => planCalls(runs, loaded, calls), [runs, loaded, calls]);
  const details = useQueries({
    queries: plan.calls.map(({ traceId, spanId }) => ({ ...spanQuery(traceId, spanId), staleTime: Infinity, structuralSharing: false })),
  });
  const firstUnknown = details.findIndex((query) => query.isPending);
  const known = firstUnknown === -1 ? details.length : firstUnknown;
  const spans = useStableList<SpanDetail | null>(details.slice(0, known).map((query) => query.data ?? null));
  const merged = useMemo(
    () => mergeCalls(spans.flatMap((detail, i) => (plan.calls[i] === undefined ? [] : [{ ...plan.calls[i], detail }]))),
    [plan, spans],
  );
  const shown = loaded.flatMap((trace, i): ReplayedRun[] => {
    const run = wanted[i];
    if (run === undefined) return [];
    const turns = merged.turns.flatMap((turn, at) =>
      plan.calls[at]?.run === i ? [{ ...turn, error: details[at]?.error ?? null, retry: () => void details[at]?.refetch() }] : [],
    );
    const made = trace === null ? null : modelOf(trace);
    const left = (plan.counts[i] ?? 0) - turns.length;
    return [
      {
        run,
        model: made?.model ?? null,
        toolRuns: made?.trace.toolRuns ?? [],
        error: traces[i]?.error ?? null,
        retry: () => void traces[i]?.refetch(),
        turns,
        left,
      },
    ];
  });
  // What comes after a call that is not known yet is not shown before it.
  const end = shown.findIndex(({ left }) => left > 0);
  return {
    runs: end === -1 ? shown : shown.slice(0, end + 1),
    runOf: (block) => merged.runs.get(block),
    pending: ready < wanted.length || known < plan.calls.length,
  };
}

interface PlannedCall {
  run: number;
  traceId: string;
  spanId: string;
  node: number;
  trace: TraceOfCalls;
}

/** Which calls are to be read, and how many each run has. */
function planCalls(runs: readonly Run[], loaded: readonly (LoadedTrace | null)[], calls: number): { calls: PlannedCall[]; counts: number[] } {
  const planned: PlannedCall[] = [];
  const counts: number[] = [];
  loaded.forEach((trace, i) => {
    const run = runs[i];
    if (run === undefined || trace === null) return counts.push(0);
    const { model, trace: ofCalls } = modelOf(trace);
    const nodes = callsOfRun(model, run);
    for (const node of nodes) planned.push({ run: i, traceId: run.trace_id, spanId: model.tree.spans[node]?.span_id ?? '', node, trace: ofCalls });
    return counts.push(nodes.length);
  });
  return { calls: planned.slice(0, calls), counts };
}
