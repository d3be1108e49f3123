import { expect, it } from 'vitest';
import { spanForTest } from './spanForTest.ts';
import { toolRunsOf } from './toolSpans.ts';
import { buildTraceTree } from './traceTree.ts';

it('lists tool runs by start, named by tool, each once however often it was recorded', () => {
  const tree = buildTraceTree([
    spanForTest({ span_id: 'run', kind: 'agent', startMs: 0 }),
    spanForTest({ span_id: 'late', parent_span_id: 'run', kind: 'tool', name: 'refund', startMs: 9 }),
    spanForTest({ span_id: 'look', parent_span_id: 'run', kind: 'tool', name: 'execute_tool', tool_name: 'lookup', startMs: 1 }),
    spanForTest({ span_id: 'again', parent_span_id: 'look', kind: 'tool', name: 'lookup', startMs: 2 }),
    spanForTest({ span_id: 'inner', parent_span_id: 'look', kind: 'tool', name: 'other', startMs: 3 }),
  ]);
  expect(toolRunsOf(tree).map((run) => [run.name, run.startMs])).toEqual([
    ['lookup', 1],
    ['other', 3],
    ['refund', 9],
  ]);
});
