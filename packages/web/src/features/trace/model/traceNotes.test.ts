import { expect, it } from 'vitest';
import { spanForTest } from './spanForTest.ts';
import { traceModelForTest } from './traceModelForTest.ts';
import { traceNotes } from './traceNotes.ts';

const texts = (...args: Parameters<typeof traceModelForTest>) => traceNotes(traceModelForTest(...args)).map((note) => note.text);

it('a sound trace needs no notes', () => {
  expect(texts([spanForTest({ span_id: 'a' })])).toEqual([]);
});

it('names the missing root and counts the spans without parents', () => {
  expect(texts([spanForTest({ span_id: 'a', parent_span_id: 'x' }), spanForTest({ span_id: 'b', parent_span_id: 'x' })])).toEqual([
    'Root span missing',
    '2 orphan spans',
  ]);
});

it('does not call the root missing when there is one', () => {
  expect(texts([spanForTest({ span_id: 'r' }), spanForTest({ span_id: 'a', parent_span_id: 'x' })])).toEqual(['1 orphan span']);
});

it('names rings, running spans, unpriced and estimated calls', () => {
  expect(
    texts(
      [spanForTest({ span_id: 'a', parent_span_id: 'a', status: 'running' }), spanForTest({ span_id: 'b', kind: 'llm', usage_estimated: true })],
      { unpriced_calls: 3 },
    ),
  ).toEqual(['1 span is its own ancestor', '1 span still running', '3 calls without a price', '1 call with estimated tokens']);
});
