import type { Message, MessagePart } from '@sightglass/contract/trace';
import { describe, expect, it } from 'vitest';
import { mergeTurns, type Turn } from './conversation.ts';

const message = (role: string, ...parts: (MessagePart | string)[]): Message => ({
  role,
  name: null,
  parts: parts.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part)),
  finish_reason: null,
});
const call = (id: string | null, args: unknown): MessagePart => ({ type: 'tool_call', id, name: 'look', arguments: args });
const result = (id: string | null, value: unknown): MessagePart => ({ type: 'tool_result', id, name: 'look', result: value });
const turn = (spanId: string, input: Message[], output: Message[] = []): Turn => ({ spanId, input, output });

const told = (turns: Turn[]) =>
  mergeTurns(turns).map(({ spanId, said, repeatedCount }) => [
    spanId,
    said.map((m) => `${m.role}: ${m.parts.map((part) => (part.type === 'text' ? part.text : part.type)).join(' + ')}`),
    repeatedCount,
  ]);

describe('mergeTurns', () => {
  it('shows a history that is sent again only once', () => {
    const system = message('system', 'Be kind.');
    const ask = message('user', 'Where is it?');
    const answer = message('assistant', call('1', { id: 4 }));
    const found = message('tool', result('1', 'at home'));
    expect(told([turn('a', [system, ask], [answer]), turn('b', [system, ask, answer, found], [message('assistant', 'At home.')])])).toEqual([
      ['a', ['system: Be kind.', 'user: Where is it?', 'assistant: tool_call'], 0],
      ['b', ['tool: tool_result', 'assistant: At home.'], 3],
    ]);
  });

  it('knows an answer again in another shape', () => {
    const answer = message('assistant', { type: 'reasoning', text: 'hm' }, 'Sure. ', call(null, { b: 2, a: 1 }));
    const again = message('model', 'Sure.', call(null, '{"a":1,"b":2}'));
    expect(told([turn('a', [], [answer]), turn('b', [again, message('user', 'ok')])])[1]).toEqual(['b', ['user: ok'], 1]);
  });

  it('shows what is said twice twice', () => {
    const yes = message('user', 'yes');
    expect(told([turn('a', [yes]), turn('b', [yes, yes]), turn('c', [yes, yes])])).toEqual([
      ['a', ['user: yes'], 0],
      ['b', ['user: yes'], 1],
      ['c', [], 2],
    ]);
  });

  it('never hides an answer, also when another call gave the same', () => {
    expect(told([turn('a', [], [message('assistant', 'OK')]), turn('b', [], [message('assistant', 'OK')])])[1]?.[1]).toEqual(['assistant: OK']);
  });

  it('shows a call of a tool once, also when a client logs its own future into the history', () => {
    const end = [message('user', 'hi'), message('assistant', call('1', {})), message('tool', result('1', 3))];
    expect(told([turn('a', end, [message('assistant', call('1', {}))])])[0]?.[1]).toEqual(['user: hi', 'assistant: tool_call', 'tool: tool_result']);
  });

  it('does not take what one role says for what another said', () => {
    expect(told([turn('a', [message('user', 'hi')]), turn('b', [message('assistant', 'hi')])])[1]?.[1]).toEqual(['assistant: hi']);
  });

  it('keeps the new part of a message that grew', () => {
    expect(told([turn('a', [message('user', 'one')]), turn('b', [message('user', 'one', 'two')])])[1]).toEqual(['b', ['user: two'], 1]);
  });

  it('survives absurd nesting', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 5000; i++) deep = [deep];
    expect(mergeTurns([turn('a', [message('assistant', call(null, deep))])])[0]?.said).toHaveLength(1);
  });
});
