/**
 * What only the whole trace can tell: what a span inherits, which span stands for a run, which failure is
 * counted, and which llm span only wraps another one of the same call. Pure, and the same function for a
 * request as it arrives and for a trace that came in many requests (`settle/`), so that the order of
 * arrival never changes an answer. Rules: outside contract, "Definitions"; semconv.md, sections 6 and 7.
 */
import type { SpanKind, TraceType } from '@sightglass/contract/spanKinds';
import type { SpanContext } from '../normalise/canonicalSpan.ts';
import type { OtelSpanKind } from '../normalise/decodedSpan.ts';
import { CONTEXT_OWN_BITS } from '../telemetry/tables/spans.ts';

/** As much of a span as the resolution needs. */
export interface TraceSpan {
  spanId: string;
  parentSpanId: string | null;
  kind: SpanKind;
  failed: boolean;
  otelKind: OtelSpanKind;
  startNs: bigint;
  serviceName: string | null;
  responseId: string | null;
  /** Whether the span itself reports token counts. */
  hasUsage: boolean;
  /** Whether its token counts are counted here (`estimate/`), because it reports none. */
  isEstimated: boolean;
  /** What the span itself says. */
  own: SpanContext;
  ownTraceType: TraceType | null;
}

/** What the trace says about a span. */
export interface SpanResolution {
  context: SpanContext;
  /** Bits of `CONTEXT_OWN_BITS`: which fields of `context` the span itself said. */
  contextOwn: number;
  isRun: boolean;
  errorOrigin: boolean;
  superseded: boolean;
  /** On the trace's first root only; null elsewhere. */
  traceType: TraceType | null;
  /** How many spans this one stands for, 0 when sampling leaves it out; 1 unless the trace is sampled (`sampling/traceWeight.ts`). */
  weight: number;
}

export interface TraceResolution {
  /** In the order of the spans given. */
  spans: SpanResolution[];
  /** False while a parent that some span names has not come, or there is no root: more may follow. */
  complete: boolean;
}

const RUN_KINDS: ReadonlySet<SpanKind> = new Set(['llm', 'embedding', 'tool', 'retriever']);
/** Fields that hold for the whole trace when its spans agree on one value, even where no ancestor said it. */
const TRACE_WIDE = ['sessionId', 'userId', 'userEmail', 'department', 'flowId', 'queryCategory'] as const;
/** How far up a wrapper of the same call is looked for: bounds the work on hostile, endless chains. */
const WRAPPER_LEVELS_MAX = 64;
const INHERITED = ['agentId', 'runId', 'flowId', 'sessionId', 'userId', 'userEmail', 'department', 'queryCategory'] as const;

export function resolveTrace(traceId: string, spans: readonly TraceSpan[]): TraceResolution {
  const tree = buildTree(spans);
  const contexts = inheritContexts(spans, tree);
  const root = firstRoot(spans, tree);
  const { runIds, runSpans } = findRuns(traceId, spans, tree, contexts, root);
  const failedBelow = findFailedBelow(spans, tree);
  const superseded = findSuperseded(spans, tree);
  const traceType = typeOfTrace(spans, root, runSpans.size > 0);
  return {
    complete: tree.complete,
    spans: spans.map((span, i) => {
      const context = at(contexts, i);
      context.agentId ??= serviceAgent(span.serviceName);
      context.runId = span.own.runId ?? runIds.get(i) ?? context.runId;
      return {
        context,
        contextOwn: ownBits(span),
        isRun: runSpans.has(i),
        errorOrigin: span.failed && failedBelow[i] === 0,
        superseded: superseded.has(i),
        traceType: i === root ? traceType : null,
        weight: 1,
      };
    }),
  };
}

interface Tree {
  /** Index of the parent, or -1: a root, an orphan, or the point where a cycle was cut. */
  parents: number[];
  /** Parents before children. */
  order: number[];
  complete: boolean;
}

function buildTree(spans: readonly TraceSpan[]): Tree {
  const indexById = new Map<string, number>();
  spans.forEach((span, i) => indexById.set(span.spanId, i));
  const parents = spans.map((span) => (span.parentSpanId === null ? -1 : (indexById.get(span.parentSpanId) ?? -1)));
  const complete = spans.every((span, i) => span.parentSpanId === null || at(parents, i) >= 0) && spans.some((span) => span.parentSpanId === null);
  const order: number[] = [];
  // 0 unseen, 1 on the way up, 2 placed. Walking up from each span places its ancestors first and cuts cycles.
  const state = new Uint8Array(spans.length);
  const path: number[] = [];
  for (let i = 0; i < spans.length; i++) {
    let current = i;
    while (current >= 0 && state[current] === 0) {
      state[current] = 1;
      path.push(current);
      const parent = at(parents, current);
      if (parent >= 0 && state[parent] === 1) parents[current] = -1;
      current = at(parents, current);
    }
    for (let placed = path.pop(); placed !== undefined; placed = path.pop()) {
      state[placed] = 2;
      order.push(placed);
    }
  }
  return { parents, order, complete };
}

/** Nearest ancestor first; then what the whole trace agrees on. The service name stands in for the agent only at the very end. */
function inheritContexts(spans: readonly TraceSpan[], tree: Tree): SpanContext[] {
  const contexts = spans.map((span) => ({ ...span.own }));
  for (const i of tree.order) {
    const parent = contexts[at(tree.parents, i)];
    if (parent === undefined) continue;
    const context = at(contexts, i);
    for (const field of INHERITED) context[field] ??= parent[field];
    if (context.endpoint === null && context.method === null && context.statusCode === null) {
      context.endpoint = parent.endpoint;
      context.method = parent.method;
      context.statusCode = parent.statusCode;
    }
  }
  for (const field of TRACE_WIDE) {
    const values = new Set<string>();
    for (const span of spans) {
      const value = span.own[field];
      if (value !== null) values.add(value);
    }
    const [value] = values;
    if (values.size === 1 && value !== undefined) for (const context of contexts) context[field] ??= value;
  }
  return contexts;
}

/** 1 for each span that has a failed descendant: its own failure only passes that one on, even through spans that did not fail. */
function findFailedBelow(spans: readonly TraceSpan[], tree: Tree): Uint8Array {
  const failedBelow = new Uint8Array(spans.length);
  for (const i of tree.order.toReversed()) {
    const parent = at(tree.parents, i);
    if (parent >= 0 && (at(spans, i).failed || failedBelow[i] === 1)) failedBelow[parent] = 1;
  }
  return failedBelow;
}

/** The parentless span that started first; while that is missing, the earliest span whose parent is missing. */
function firstRoot(spans: readonly TraceSpan[], tree: Tree): number {
  let root = -1;
  for (let i = 0; i < spans.length; i++) {
    if (at(tree.parents, i) >= 0) continue;
    if (root < 0 || isBefore(at(spans, i), at(spans, root))) root = i;
  }
  return root;
}

function isBefore(a: TraceSpan, b: TraceSpan): boolean {
  const aIsRoot = a.parentSpanId === null;
  const bIsRoot = b.parentSpanId === null;
  if (aIsRoot !== bIsRoot) return aIsRoot;
  return a.startNs !== b.startNs ? a.startNs < b.startNs : a.spanId < b.spanId;
}

function findRuns(traceId: string, spans: readonly TraceSpan[], tree: Tree, contexts: readonly SpanContext[], root: number) {
  const runIds = new Map<number, string>();
  const runSpans = new Set<number>();
  const runOf = new Array<number>(spans.length).fill(-1);
  const outermost: number[] = [];
  for (const i of tree.order) {
    const parent = at(tree.parents, i);
    const inherited = parent >= 0 ? at(runOf, parent) : -1;
    if (inherited >= 0) runOf[i] = inherited;
    else if (at(spans, i).kind === 'agent') {
      runOf[i] = i;
      outermost.push(i);
    }
  }
  if (outermost.length > 0) {
    outermost.sort((a, b) => (isEarlier(at(spans, a), at(spans, b)) ? -1 : 1));
    const named = new Set<string>();
    for (const [position, i] of outermost.entries()) {
      const runId = at(contexts, i).runId ?? (position === 0 ? traceId : `${traceId}:${at(spans, i).spanId}`);
      runIds.set(i, runId);
      if (!named.has(runId)) runSpans.add(i);
      named.add(runId);
    }
    for (let i = 0; i < spans.length; i++) {
      const runId = runIds.get(at(runOf, i));
      if (runId !== undefined) runIds.set(i, runId);
    }
  } else if (root >= 0 && spans.some((span) => RUN_KINDS.has(span.kind))) {
    const sayer = earliest(spans, (span) => span.own.runId !== null);
    const said = sayer?.own.runId ?? traceId;
    runSpans.add(root);
    for (let i = 0; i < spans.length; i++) runIds.set(i, at(contexts, i).runId ?? said);
  }
  return { runIds, runSpans };
}

function isEarlier(a: TraceSpan, b: TraceSpan): boolean {
  return a.startNs !== b.startNs ? a.startNs < b.startNs : a.spanId < b.spanId;
}

/** The first of several: whatever the order of arrival, the same one. */
function earliest(spans: readonly TraceSpan[], wanted: (span: TraceSpan) => boolean): TraceSpan | undefined {
  let found: TraceSpan | undefined;
  for (const span of spans) if (wanted(span) && (found === undefined || isEarlier(span, found))) found = span;
  return found;
}

/**
 * Two instrumentations of one call nest two llm spans with the same response id, and AI SDK 7 nests two
 * embedding spans of which only the inner has tokens: the inner one is the call. So it is where the tokens of the outer
 * one are only estimated, and the inner one has tokens at all: the texts of both are the same.
 */
function findSuperseded(spans: readonly TraceSpan[], tree: Tree): Set<number> {
  const superseded = new Set<number>();
  for (let i = 0; i < spans.length; i++) {
    const span = at(spans, i);
    if (span.kind !== 'llm' && span.kind !== 'embedding') continue;
    let ancestor = at(tree.parents, i);
    for (let level = 0; ancestor >= 0 && level < WRAPPER_LEVELS_MAX; level++, ancestor = at(tree.parents, ancestor)) {
      const outer = at(spans, ancestor);
      if (outer.kind !== span.kind) continue;
      const sameCall = span.responseId !== null && span.responseId === outer.responseId;
      const emptyWrapper = span.kind === 'embedding' && !outer.hasUsage;
      const countedTwice = outer.isEstimated && (span.hasUsage || span.isEstimated);
      if (sameCall || emptyWrapper || countedTwice) superseded.add(ancestor);
    }
  }
  return superseded;
}

function typeOfTrace(spans: readonly TraceSpan[], root: number, hasRun: boolean): TraceType | null {
  const first = spans[root];
  if (first === undefined) return null;
  const said = first.ownTraceType ?? earliest(spans, (span) => span.ownTraceType !== null)?.ownTraceType;
  if (said !== undefined && said !== null) return said;
  if (first.kind === 'http' && first.otelKind === 2) return 'http_request';
  if (hasRun) return 'agent_run';
  // OpenTelemetry: 1 internal, 5 consumer; unspecified (0) is to be read as internal.
  return first.otelKind === 5 || first.otelKind === 1 || first.otelKind === 0 ? 'background_job' : null;
}

/** OpenTelemetry SDKs call a program that was given no name `unknown_service` or `unknown_service:node`. */
function serviceAgent(serviceName: string | null): string | null {
  return serviceName === null || serviceName.startsWith('unknown_service') ? null : serviceName;
}

function ownBits({ own, ownTraceType }: TraceSpan): number {
  let bits = 0;
  for (const field of INHERITED) if (own[field] !== null) bits |= 1 << CONTEXT_OWN_BITS[field];
  if (own.endpoint !== null || own.method !== null || own.statusCode !== null) bits |= 1 << CONTEXT_OWN_BITS.http;
  if (ownTraceType !== null) bits |= 1 << CONTEXT_OWN_BITS.traceType;
  return bits;
}

/** Indices here come from the same arrays; a miss would be a bug. */
function at<T>(list: readonly T[], index: number): T {
  return list[index] as T;
}
