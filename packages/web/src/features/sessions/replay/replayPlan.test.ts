import type { Span } from '@sightglass/contract/trace';
import { describe, expect, it } from 'vitest';
import { spanForTest } from '../../trace/model/spanForTest.ts';
import { buildTraceTree } from '../../trace/model/traceTree.ts';
import type { TraceModel } from '../../trace/model/traceModel.ts';
import { callsOfRun, runsNeeded } from './replayPlan.ts';

describe('runs to be read', () => {
  const runs = [{ llm_calls: 3 }, { llm_calls: 0 }, { llm_calls: 2 }, { llm_calls: 9 }];
  it.each([
    [1, 1],
    [3, 1],
    [4, 3],
    [6, 4],
    [100, 4],
  ])('for %i calls the first %i', (calls, needed) => {
    expect(runsNeeded(runs, calls)).toBe(needed);
  });
});

describe('calls of a run', () => {
  const modelOf = (spans: readonly Span[]) => ({ tree: buildTraceTree(spans) }) as TraceModel;
  const namesOf = (spans: readonly Span[], run: { run_id: string }) => callsOfRun(modelOf(spans), run).map((node) => spans[node]?.name);

  it('are its llm spans by start, without those that repeat an inner one and without those of other runs', () => {
    const spans = [
      spanForTest({ span_id: 'a', kind: 'agent', run_id: 'one' }),
      spanForTest({ span_id: 'c', parent_span_id: 'a', kind: 'llm', run_id: 'one', name: 'second', start_time: '2026-11-20T09:00:02Z' }),
      spanForTest({ span_id: 'b', parent_span_id: 'a', kind: 'llm', run_id: 'one', name: 'first', start_time: '2026-11-20T09:00:01Z' }),
      spanForTest({ span_id: 'd', parent_span_id: 'a', kind: 'llm', run_id: 'one', name: 'wrapper', superseded: true }),
      spanForTest({ span_id: 'e', kind: 'agent', run_id: 'two' }),
      spanForTest({ span_id: 'f', parent_span_id: 'e', kind: 'llm', run_id: 'two', name: 'foreign' }),
    ];
    expect(namesOf(spans, { run_id: 'one' })).toEqual(['first', 'second']);
    expect(namesOf(spans, { run_id: 'two' })).toEqual(['foreign']);
  });

  it('of a call that is itself the run is that call', () => {
    const spans = [spanForTest({ span_id: 'a', kind: 'llm', run_id: 'one', name: 'alone' })];
    expect(namesOf(spans, { run_id: 'one' })).toEqual(['alone']);
  });
});
