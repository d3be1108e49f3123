import { describe, expect, it } from 'vitest';
import { spanForTest } from './spanForTest.ts';
import { searchNodes, searchTexts } from './traceSearch.ts';
import { buildTraceTree } from './traceTree.ts';

const tree = buildTraceTree([
  spanForTest({ span_id: 'late', name: 'chat', kind: 'llm', request_model: 'gpt-4o', startMs: 9 }),
  spanForTest({ span_id: 'run', name: 'Refund-Agent', kind: 'agent' }),
  spanForTest({ span_id: 'tool', parent_span_id: 'gone', name: 'execute_tool', tool_name: 'lookup_order', status_message: 'No such order' }),
]);
const found = (query: string) => searchNodes(tree, searchTexts(tree), query).map((node) => tree.spans[node]?.span_id ?? 'stand-in');

describe('searchNodes', () => {
  it.each([
    ['refund', ['run']],
    ['GPT', ['late']],
    ['LOOKUP', ['tool']],
    ['such order', ['tool']],
    ['gone', ['stand-in']],
    ['chat gpt', ['late']],
    ['   ', []],
    ['nothing like it', []],
  ])('%j finds %j', (query, expected) => {
    expect(found(query)).toEqual(expected);
  });

  it('answers in the order of the tree', () => {
    expect(found('t')).toEqual(['run', 'stand-in', 'tool', 'late']);
  });
});
