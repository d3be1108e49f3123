import { describe, expect, it } from 'vitest';
import { spanForTest } from './spanForTest.ts';
import { failureCount, nodeName, nodeQualifier } from './traceModel.ts';
import { traceModelForTest } from './traceModelForTest.ts';

describe('nodeName', () => {
  it.each([
    ['chat gpt-4o', 'chat gpt-4o'],
    ['', '(no name)'],
    ['  ', '(no name)'],
    ['\u202elive\u202c', 'live'],
  ])('%j is shown as %j', (name, shown) => {
    expect(nodeName(traceModelForTest([spanForTest({ span_id: 'a', name })]).tree, 0)).toBe(shown);
  });

  it('says that a stand-in was not received', () => {
    expect(nodeName(traceModelForTest([spanForTest({ span_id: 'a', parent_span_id: 'gone' })]).tree, 1)).toBe('Parent not received');
  });
});

describe('nodeQualifier', () => {
  const call = (fields: object) => nodeQualifier(spanForTest({ span_id: 'a', kind: 'llm', ...fields }));

  it('adds what the name leaves open', () => {
    expect(call({ name: 'doGenerate', request_model: 'gpt-4o', response_model: 'gpt-4o-2024-08-06' })).toBe('gpt-4o-2024-08-06');
    expect(call({ name: 'execute_tool', kind: 'tool', tool_name: 'lookup' })).toBe('lookup');
  });

  it('does not repeat what the name says', () => {
    expect(call({ name: 'chat gpt-4o', request_model: 'gpt-4o', response_model: 'gpt-4o-2024-08-06' })).toBeNull();
    expect(call({ name: 'lookup', kind: 'tool', tool_name: 'lookup' })).toBeNull();
    expect(call({ name: 'x' })).toBeNull();
  });

  it('names another model than the one asked for', () => {
    expect(call({ name: 'chat gpt-4o', request_model: 'gpt-4o', response_model: 'o4-mini' })).toBe('o4-mini');
  });
});

describe('failureCount', () => {
  it('is what the server counted, or more where it has not counted all', () => {
    expect(failureCount(traceModelForTest([spanForTest({ span_id: 'a' })], { error_count: 3 }))).toBe(3);
    expect(failureCount(traceModelForTest([spanForTest({ span_id: 'a', status: 'error' })]))).toBe(1);
  });
});
