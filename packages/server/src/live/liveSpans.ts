/**
 * The spans that are in progress now. In memory only and bounded, per workspace and in total: what is over a bound goes oldest
 * first and is counted. A span leaves when it is stored, or an hour after the last news of its trace. Time is always an
 * argument, Unix milliseconds.
 */
import type { Frame } from '../journal/frame.ts';
import { type LiveSpan, liveKey, liveSpanBytes, readLiveKey } from './liveSpan.ts';
import { createRecentKeys } from './recentKeys.ts';

export interface LiveBounds {
  spans: number;
  bytes: number;
}

export interface LiveLimits {
  workspace: LiveBounds;
  total: LiveBounds;
}

const MEBIBYTE = 1024 * 1024;
/** A program has some tens of spans open at once; this is room for hundreds of programs. */
export const LIVE_LIMITS: LiveLimits = {
  workspace: { spans: 10_000, bytes: 16 * MEBIBYTE },
  total: { spans: 50_000, bytes: 64 * MEBIBYTE },
};
/** A program that ends without a word leaves its spans open; after this long nobody waits for them. */
export const NEWS_AWAITED_MS = 3_600_000;
/** Ids of ended spans that are remembered, of each of two generations, for copies that come late. */
const ENDED_REMEMBERED = 10_000;

/** Spans that have begun, as the receive worker tells of them. */
export interface LiveNews {
  workspaceId: string;
  /** When they were received. */
  atMs: number;
  spans: readonly LiveSpan[];
}

/** The spans in progress of one workspace, by trace. */
export interface LiveTraces {
  /** Empty for a trace that nothing is known to run of. */
  spansOf(traceId: string): readonly LiveSpan[];
  /** Traces with spans in progress, the one with the latest news last. */
  all(): ReadonlyMap<string, readonly LiveSpan[]>;
  /** Takes back spans that were found in the store. */
  ended(traceId: string, spanIds: Iterable<string>): void;
}

export const NO_LIVE_TRACES: LiveTraces = { spansOf: () => [], all: () => new Map(), ended: () => undefined };

export interface LiveSpans {
  note(news: LiveNews): void;
  /** To be called with frames once they are stored; those that end no span in progress cost nothing. */
  noteStored(frames: readonly Pick<Frame, 'workspaceId' | 'receivedAtMs' | 'notes'>[]): void;
  ofWorkspace(workspaceId: string, nowMs: number): LiveTraces;
  /** Forgets all spans of a workspace. */
  forget(workspaceId: string): void;
  /** `dropped`: spans that went for the sake of the bounds, ever. */
  counts(): LiveBounds & { dropped: number };
}

interface Entry {
  span: LiveSpan;
  bytes: number;
  trace: TraceEntry;
}

interface TraceEntry {
  traceId: string;
  workspace: WorkspaceEntry;
  newsAtMs: number;
  spans: Map<string, Entry>;
}

interface WorkspaceEntry {
  workspaceId: string;
  /** Latest news last. */
  traces: Map<string, TraceEntry>;
  /** Oldest first. */
  spans: Set<Entry>;
  bytes: number;
}

export function createLiveSpans(limits: LiveLimits = LIVE_LIMITS): LiveSpans {
  const workspaces = new Map<string, WorkspaceEntry>();
  /** Of all workspaces, oldest first. */
  const spans = new Set<Entry>();
  /** Of all workspaces, latest news last. */
  const traces = new Set<TraceEntry>();
  const ended = createRecentKeys(ENDED_REMEMBERED);
  let bytes = 0;
  let dropped = 0;

  function remove(entry: Entry): void {
    const { trace } = entry;
    const { workspace } = trace;
    trace.spans.delete(entry.span.spanId);
    workspace.spans.delete(entry);
    workspace.bytes -= entry.bytes;
    spans.delete(entry);
    bytes -= entry.bytes;
    if (trace.spans.size > 0) return;
    traces.delete(trace);
    workspace.traces.delete(trace.traceId);
    if (workspace.traces.size === 0) workspaces.delete(workspace.workspaceId);
  }

  function dropOldest(of: ReadonlySet<Entry>): void {
    for (const oldest of of) {
      remove(oldest);
      dropped += 1;
      return;
    }
  }

  function expire(nowMs: number): void {
    for (const trace of traces) {
      if (nowMs - trace.newsAtMs < NEWS_AWAITED_MS) return;
      for (const entry of trace.spans.values()) remove(entry);
    }
  }

  /** The trace has been heard of: it goes to the end of the queue. */
  function hear(trace: TraceEntry, atMs: number): void {
    trace.newsAtMs = Math.max(trace.newsAtMs, atMs);
    traces.delete(trace);
    traces.add(trace);
    trace.workspace.traces.delete(trace.traceId);
    trace.workspace.traces.set(trace.traceId, trace);
  }

  function begin(workspaceId: string, span: LiveSpan, atMs: number): void {
    if (ended.has(`${workspaceId} ${liveKey(span.traceId, span.spanId)}`)) return;
    let workspace = workspaces.get(workspaceId);
    if (workspace === undefined) {
      workspace = { workspaceId, traces: new Map(), spans: new Set(), bytes: 0 };
      workspaces.set(workspaceId, workspace);
    }
    let trace = workspace.traces.get(span.traceId);
    if (trace === undefined) trace = { traceId: span.traceId, workspace, newsAtMs: atMs, spans: new Map() };
    const known = trace.spans.get(span.spanId);
    // A copy that was sent again takes the place of the first and keeps its age.
    if (known === undefined) {
      const entry = { span, bytes: 0, trace };
      trace.spans.set(span.spanId, entry);
      workspace.spans.add(entry);
      spans.add(entry);
    }
    const entry = known ?? (trace.spans.get(span.spanId) as Entry);
    const grown = liveSpanBytes(span) - entry.bytes;
    entry.span = span;
    entry.bytes += grown;
    workspace.bytes += grown;
    bytes += grown;
    hear(trace, atMs);
    while (workspace.spans.size > limits.workspace.spans || workspace.bytes > limits.workspace.bytes) dropOldest(workspace.spans);
    while (spans.size > limits.total.spans || bytes > limits.total.bytes) dropOldest(spans);
  }

  function end(workspaceId: string, traceId: string, spanId: string, atMs: number): void {
    ended.add(`${workspaceId} ${liveKey(traceId, spanId)}`);
    const trace = workspaces.get(workspaceId)?.traces.get(traceId);
    if (trace === undefined) return;
    hear(trace, atMs);
    const entry = trace.spans.get(spanId);
    if (entry !== undefined) remove(entry);
  }

  const listOf = (trace: TraceEntry) => [...trace.spans.values()].map(({ span }) => span);

  return {
    note: ({ workspaceId, atMs, spans: begun }) => {
      expire(atMs);
      for (const span of begun) begin(workspaceId, span, atMs);
    },
    noteStored: (frames) => {
      for (const { workspaceId, receivedAtMs, notes } of frames) {
        for (const key of notes?.endedSpans ?? []) {
          const { traceId, spanId } = readLiveKey(key);
          end(workspaceId, traceId, spanId, receivedAtMs);
        }
      }
    },
    ofWorkspace: (workspaceId, nowMs) => {
      expire(nowMs);
      const workspace = () => workspaces.get(workspaceId);
      return {
        spansOf: (traceId) => {
          const trace = workspace()?.traces.get(traceId);
          return trace === undefined ? [] : listOf(trace);
        },
        all: () => new Map([...(workspace()?.traces ?? [])].map(([traceId, trace]) => [traceId, listOf(trace)])),
        ended: (traceId, spanIds) => {
          for (const spanId of spanIds) end(workspaceId, traceId, spanId, nowMs);
        },
      };
    },
    forget: (workspaceId) => {
      for (const entry of workspaces.get(workspaceId)?.spans ?? []) remove(entry);
    },
    counts: () => ({ spans: spans.size, bytes, dropped }),
  };
}
