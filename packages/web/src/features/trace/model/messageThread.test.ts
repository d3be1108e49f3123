import type { Message, MessagePart } from '@sightglass/contract/trace';
import { describe, expect, it } from 'vitest';
import { pairToolCalls } from './messageThread.ts';

const message = (role: string, ...parts: MessagePart[]): Message => ({ role, name: null, parts, finish_reason: null });
const text = (value: string): MessagePart => ({ type: 'text', text: value });
const call = (id: string | null, name: string): MessagePart => ({ type: 'tool_call', id, name, arguments: { of: name } });
const result = (id: string | null, name: string | null, value: unknown): MessagePart => ({ type: 'tool_result', id, name, result: value });

describe('pairToolCalls', () => {
  it('moves results to their calls by id, in whatever order they came', () => {
    const thread = pairToolCalls([
      message('user', text('both please')),
      message('assistant', call('1', 'look'), call('2', 'refund')),
      message('tool', result('2', null, 'done')),
      message('tool', result('1', null, { total: 3 })),
      message('assistant', text('there you go')),
    ]);
    expect(thread.map(({ source }) => source.role)).toEqual(['user', 'assistant', 'assistant']);
    expect(thread[1]?.blocks).toEqual([
      { type: 'tool', id: '1', name: 'look', arguments: { of: 'look' }, result: { total: 3 }, answered: true },
      { type: 'tool', id: '2', name: 'refund', arguments: { of: 'refund' }, result: 'done', answered: true },
    ]);
  });

  it('pairs results without ids by name, then by order', () => {
    const thread = pairToolCalls([
      message('assistant', call(null, 'a'), call(null, 'b'), call(null, 'b')),
      message('tool', result(null, 'b', 1), result(null, 'b', 2), result(null, null, 3)),
    ]);
    expect(thread).toHaveLength(1);
    expect(thread[0]?.blocks.map((block) => block.type === 'tool' && [block.name, block.result])).toEqual([
      ['a', 3],
      ['b', 1],
      ['b', 2],
    ]);
  });

  it('keeps a result whose call was not sent, and a call without a result', () => {
    const thread = pairToolCalls([message('tool', result('9', 'gone', null)), message('assistant', call('1', 'open'))]);
    expect(thread.map(({ blocks }) => blocks[0]?.type)).toEqual(['tool_result', 'tool']);
    expect(thread[1]?.blocks[0]).toMatchObject({ answered: false });
  });

  it('gives a call one result only, even if that is null', () => {
    const thread = pairToolCalls([
      message('assistant', call('1', 'x')),
      message('tool', result('1', null, null)),
      message('tool', result('1', null, 'again')),
    ]);
    expect(thread).toHaveLength(2);
    expect(thread[0]?.blocks[0]).toMatchObject({ answered: true, result: null });
  });

  it('keeps a message that was sent empty, and drops one of which nothing is left', () => {
    expect(pairToolCalls([message('assistant')])).toHaveLength(1);
    expect(pairToolCalls([message('user', text('a'), text('b'))])[0]?.blocks).toHaveLength(2);
  });

  it('pairs 20 000 calls in one pass', () => {
    const calls = Array.from({ length: 20_000 }, () => call(null, 'same'));
    const results = Array.from({ length: 20_000 }, (_, i) => result(null, 'same', i));
    const blocks = pairToolCalls([message('assistant', ...calls), message('tool', ...results)])[0]?.blocks ?? [];
    expect(blocks.every((block, i) => block.type === 'tool' && block.result === i)).toBe(true);
  });
});
