import type { Run } from '@sightglass/contract/run';
import type { TraceModel } from '../../trace/model/traceModel.ts';

/** How many of the runs have to be read until that many calls are known; runs of which nothing is stored yet tell none. */
export function runsNeeded(runs: readonly Pick<Run, 'llm_calls'>[], calls: number): number {
  let known = 0;
  for (const [i, run] of runs.entries()) {
    known += run.llm_calls;
    if (known >= calls) return i + 1;
  }
  return runs.length;
}

/** The llm calls of one run of a trace by start; those inside which another span reports the same call are left out. */
export function callsOfRun({ tree }: TraceModel, { run_id }: Pick<Run, 'run_id'>): number[] {
  const nodes: number[] = [];
  tree.spans.forEach((span, node) => {
    if (span.kind === 'llm' && !span.superseded && span.run_id === run_id) nodes.push(node);
  });
  return nodes.sort((a, b) => (tree.startMs[a] ?? 0) - (tree.startMs[b] ?? 0) || a - b);
}
