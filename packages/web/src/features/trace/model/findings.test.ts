import { describe, expect, it } from 'vitest';
import { costByModel, longestOnPath } from './findings.ts';
import { spanForTest } from './spanForTest.ts';
import { traceModelForTest } from './traceModelForTest.ts';

describe('longestOnPath', () => {
  it('adds up what each node itself took, the longest first', () => {
    const model = traceModelForTest([
      spanForTest({ span_id: 'run', kind: 'agent', startMs: 0, endMs: 100 }),
      spanForTest({ span_id: 'ask', parent_span_id: 'run', kind: 'llm', startMs: 10, endMs: 70 }),
      spanForTest({ span_id: 'beside', parent_span_id: 'run', startMs: 20, endMs: 30 }),
    ]);
    expect(longestOnPath(model, 5).map(({ name, ms, share }) => [name, ms, share])).toEqual([
      ['ask', 60, 0.6],
      ['run', 40, 0.4],
    ]);
    expect(longestOnPath(model, 1)).toHaveLength(1);
  });
});

describe('costByModel', () => {
  it('counts each call once and keeps the unpriced ones visible', () => {
    const call = (span_id: string, model: string, cost_usd: string | null, tokens: number | null) =>
      spanForTest({ span_id, kind: 'llm', request_model: model, cost_usd, input_tokens: tokens });
    const model = traceModelForTest([
      call('a', 'small', '0.1', 10),
      call('b', 'large', '0.15', null),
      call('c', 'large', '0.2', 7),
      call('d', 'mine', null, 5),
      spanForTest({ span_id: 'e', kind: 'agent', request_model: 'large', cost_usd: '99' }),
      spanForTest({ span_id: 'f', kind: 'llm', superseded: true, cost_usd: '99' }),
    ]);
    expect(
      costByModel(model).map(({ model: name, calls, costPicoUsd, unpricedCalls, inputTokens, node }) => [
        name,
        calls,
        costPicoUsd,
        unpricedCalls,
        inputTokens,
        node,
      ]),
    ).toEqual([
      ['large', 2, 350_000_000_000n, 0, 7, 2],
      ['small', 1, 100_000_000_000n, 0, 10, 0],
      ['mine', 1, null, 1, 5, 3],
    ]);
  });
});
