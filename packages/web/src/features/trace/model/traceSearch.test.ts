import { describe, expect, it } from 'vitest';
import { spanForTest } from './spanForTest.ts';
import { searchNodes, searchTexts } from './traceSearch.ts';
import { buildTraceTree } from './traceTree.ts';

const LATE = 'abc12345abcdefab';
const RUN = '00f067aa0ba902b7';
const TOOL = 'b7ad6b7169203331';
const GONE = 'cafe1234beef5678';
const tree = buildTraceTree([
  spanForTest({ span_id: LATE, name: 'chat', kind: 'llm', request_model: 'gpt-4o', startMs: 9 }),
  spanForTest({ span_id: RUN, name: 'Refund-Agent 12345', kind: 'agent' }),
  spanForTest({ span_id: TOOL, parent_span_id: GONE, name: 'execute_tool', tool_name: 'lookup_order', status_message: 'No such order' }),
]);
const found = (query: string) => searchNodes(tree, searchTexts(tree), query).map((node) => tree.spans[node]?.span_id ?? 'stand-in');

describe('searchNodes', () => {
  it.each([
    ['refund', [RUN]],
    ['GPT', [LATE]],
    ['LOOKUP', [TOOL]],
    ['such order', [TOOL]],
    ['missing', ['stand-in']],
    ['chat gpt', [LATE]],
    ['   ', []],
    ['nothing like it', []],
  ])('%j finds %j', (query, expected) => {
    expect(found(query)).toEqual(expected);
  });

  it.each([
    ['whole', RUN, [RUN]],
    ['in capitals', RUN.toUpperCase(), [RUN]],
    ['by its first eight characters', TOOL.slice(0, 8), [TOOL]],
    ['of a span that never came', GONE, ['stand-in']],
    ['not by fewer', RUN.slice(0, 7), []],
    ['not by its end', RUN.slice(8), []],
  ])('an id is found %s', (_, query, expected) => {
    expect(found(query)).toEqual(expected);
  });

  it('a number that a span is named after is not looked for inside of ids', () => {
    expect(LATE).toContain('12345');
    expect(found('12345')).toEqual([RUN]);
  });

  it('answers in the order of the tree', () => {
    expect(found('t')).toEqual([RUN, 'stand-in', TOOL, LATE]);
  });
});
