import type { Span, TraceSummary } from '@sightglass/contract/trace';
import { type CriticalPath, findCriticalPath } from './criticalPath.ts';
import { type FailedNodes, failedNodes } from './errorOrder.ts';
import { type SubtreeTotals, sumSubtrees } from './subtreeTotals.ts';
import { buildTraceTree, spanOf, type TraceTree } from './traceTree.ts';

/** Everything the page asks of a trace, reckoned once when it arrives. */
export interface TraceModel {
  trace: TraceSummary;
  tree: TraceTree;
  totals: SubtreeTotals;
  path: CriticalPath;
  failed: FailedNodes;
  runningCount: number;
}

export function buildTraceModel({ trace, spans }: { trace: TraceSummary; spans: readonly Span[] }): TraceModel {
  const tree = buildTraceTree(spans);
  return {
    trace,
    tree,
    totals: sumSubtrees(tree),
    path: findCriticalPath(tree),
    failed: failedNodes(tree),
    runningCount: spans.reduce((count, span) => count + (span.status === 'running' ? 1 : 0), 0),
  };
}

/** Failures, each once: what the server counted, or what is marked here where it has not counted yet. */
export function failureCount({ trace, failed }: TraceModel): number {
  return Math.max(trace.error_count, failed.origins.length);
}

/** What a node is called. */
export function nodeName(tree: TraceTree, node: number): string {
  const span = spanOf(tree, node);
  if (span === null) return 'Parent not received';
  const name = span.name.replace(DIRECTION_CONTROLS, '').trim();
  return name === '' ? '(no name)' : name;
}

/** Characters that turn the direction of what follows: in a name they can only mislead (CVE-2021-42574). */
const DIRECTION_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;

/** What the name leaves open: the model of a call, the name of a tool. Null when the name says it already. */
export function nodeQualifier(span: Span): string | null {
  const qualifier = span.kind === 'tool' ? span.tool_name : (span.response_model ?? span.request_model);
  if (qualifier === null || qualifier === '' || span.name.includes(qualifier)) return null;
  // `chat gpt-4o` says enough of gpt-4o-2024-08-06.
  const asked = span.request_model;
  return asked !== null && asked !== '' && qualifier.startsWith(asked) && span.name.includes(asked) ? null : qualifier;
}
