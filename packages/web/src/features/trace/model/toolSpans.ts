import { spanOf, type TraceTree } from './traceTree.ts';
import type { ToolRun } from './toolRuns.ts';

/** The tool runs of a trace by start. A run inside another run of the same tool is the same run, recorded twice. */
export function toolRunsOf(tree: TraceTree): ToolRun[] {
  const runs: ToolRun[] = [];
  for (const node of tree.order) {
    const span = spanOf(tree, node);
    if (span?.kind !== 'tool') continue;
    const name = toolNameOf(tree, node);
    const up = tree.parent[node] ?? -1;
    if (up !== -1 && spanOf(tree, up)?.kind === 'tool' && toolNameOf(tree, up) === name) continue;
    runs.push({ node, name, startMs: tree.startMs[node] ?? 0 });
  }
  return runs.sort((a, b) => a.startMs - b.startMs || a.node - b.node);
}

function toolNameOf(tree: TraceTree, node: number): string {
  const span = spanOf(tree, node);
  return span?.tool_name ?? span?.name ?? '';
}
