import { describe, expect, it } from 'vitest';
import { spanForTest } from './spanForTest.ts';
import { sumSubtrees } from './subtreeTotals.ts';
import { buildTraceTree } from './traceTree.ts';

describe('sumSubtrees', () => {
  const tree = buildTraceTree([
    spanForTest({ span_id: 'run', kind: 'agent', cost_usd: '9', input_tokens: 999, status: 'error' }),
    spanForTest({ span_id: 'ask', parent_span_id: 'run', kind: 'llm', cost_usd: '0.0106825', input_tokens: 3089, output_tokens: 456 }),
    spanForTest({ span_id: 'outer', parent_span_id: 'run', kind: 'llm', cost_usd: '5', input_tokens: 50, superseded: true }),
    spanForTest({ span_id: 'inner', parent_span_id: 'outer', kind: 'llm', cost_usd: '0.1', input_tokens: 50, output_tokens: null }),
    spanForTest({ span_id: 'look', parent_span_id: 'run', kind: 'tool', status: 'error', error_origin: true }),
    spanForTest({ span_id: 'orphan', parent_span_id: 'gone', kind: 'embedding', input_tokens: 0 }),
  ]);
  const totals = sumSubtrees(tree);

  it('counts usage where it counts in every total: not on wrappers, not on superseded calls', () => {
    expect(totals.costPicoUsd[0]).toBe(110_682_500_000n);
    expect(totals.inputTokens[0]).toBe(3139);
    expect(totals.outputTokens[0]).toBe(456);
    expect(totals.llmCalls[0]).toBe(2);
    expect(totals.costPicoUsd[2]).toBe(100_000_000_000n);
  });

  it('knows of every branch how many of its calls are estimates', () => {
    const estimates = sumSubtrees(
      buildTraceTree([
        spanForTest({ span_id: 'run', kind: 'agent', usage_estimated: true }),
        spanForTest({ span_id: 'ask', parent_span_id: 'run', kind: 'llm', usage_estimated: true, cost_source: 'estimated' }),
        spanForTest({ span_id: 'tier', parent_span_id: 'run', kind: 'llm', cost_source: 'estimated' }),
        spanForTest({ span_id: 'sure', parent_span_id: 'run', kind: 'llm', cost_source: 'price_book' }),
        spanForTest({ span_id: 'outer', parent_span_id: 'run', kind: 'llm', usage_estimated: true, superseded: true }),
      ]),
    );
    expect([...estimates.estimatedCalls]).toEqual([2, 1, 1, 0, 0]);
  });

  it('keeps unknown apart from zero', () => {
    expect(totals.costPicoUsd[4]).toBeNull();
    expect(totals.outputTokens[3]).toBeNaN();
    expect(totals.inputTokens[5]).toBe(0);
  });

  it('counts a failure once, and passes sums on to a stand-in', () => {
    expect([...totals.errors]).toEqual([1, 0, 0, 0, 1, 0, 0]);
    expect(totals.inputTokens[6]).toBe(0);
  });
});
