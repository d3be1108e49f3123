import { formatQuantity } from '../../../ui/formatCount.ts';
import type { TraceModel } from './traceModel.ts';

/** Something a person has to know before trusting what the page shows. */
export interface TraceNote {
  id: 'no-root' | 'orphans' | 'cycles' | 'running' | 'unpriced' | 'estimated';
  text: string;
  /** What it means, and what can be done. */
  detail: string;
}

/** Says what is broken, unfinished or unknown about a trace. */
export function traceNotes({ trace, tree, runningCount }: TraceModel): TraceNote[] {
  const notes: TraceNote[] = [];
  const missing = tree.missingParentIds.length;
  if (tree.spans.length > 0 && tree.orphanCount > 0 && tree.roots.every((root) => root >= tree.spans.length)) {
    notes.push({
      id: 'no-root',
      text: 'Root span missing',
      detail:
        'Every span names a parent that has not arrived. The root comes last in most clients; it may still be running, or its program ended without sending it.',
    });
  }
  if (tree.orphanCount > 0) {
    notes.push({
      id: 'orphans',
      text: formatQuantity(tree.orphanCount, 'orphan span'),
      detail: `${formatQuantity(missing, 'parent span')} never arrived. Their children are grouped under a stand-in.`,
    });
  }
  if (tree.cycleCount > 0) {
    notes.push({
      id: 'cycles',
      text: tree.cycleCount === 1 ? '1 span is its own ancestor' : `${tree.cycleCount} spans are their own ancestors`,
      detail: 'Following its parents leads back to the span. The link is cut at the earliest span of the ring.',
    });
  }
  if (runningCount > 0) {
    notes.push({
      id: 'running',
      text: `${formatQuantity(runningCount, 'span')} still running`,
      detail: 'Durations and totals grow until the last span has ended. The page follows by itself.',
    });
  }
  if (trace.unpriced_calls > 0) {
    notes.push({
      id: 'unpriced',
      text: `${formatQuantity(trace.unpriced_calls, 'call')} without a price`,
      detail: 'Their cost is unknown and not part of the total. Add a price for the model to have it computed.',
    });
  }
  const estimated = tree.spans.reduce((count, span) => count + (span.usage_estimated ? 1 : 0), 0);
  if (estimated > 0) {
    notes.push({
      id: 'estimated',
      text: `${formatQuantity(estimated, 'call')} with estimated tokens`,
      detail:
        'Counted here from the texts because the sender gave no numbers, or the sender’s numbers are guesses, or the rule for reading them had to be guessed.',
    });
  }
  return notes;
}
