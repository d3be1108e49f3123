import type { Message, SpanDetail } from '@sightglass/contract/trace';
import { expect, it } from 'vitest';
import { mergeCalls, type TraceOfCalls } from './mergeCalls.ts';

const says = (role: string, text: string): Message => ({ role, name: null, parts: [{ type: 'text', text }], finish_reason: null });
const calls = (id: string, name: string): Message => ({
  role: 'assistant',
  name: null,
  parts: [{ type: 'tool_call', id, name, arguments: {} }],
  finish_reason: null,
});
const answers = (id: string, result: string): Message => ({
  role: 'tool',
  name: null,
  parts: [{ type: 'tool_result', id, name: null, result }],
  finish_reason: null,
});
const detail = (input: Message[], output: Message[]) => ({ input_messages: input, output_messages: output }) as SpanDetail;
const textsOf = (messages: readonly { source: Message }[]) =>
  messages.map(({ source }) => source.parts.map((part) => (part.type === 'text' ? part.text : part.type)).join());

/** Calls at nodes 0 and 2; a tool ran at node 1. Times are those of each trace by itself. */
const trace = (tool: string): TraceOfCalls => ({ tree: { startMs: Float64Array.of(0, 50, 100) }, toolRuns: [{ node: 1, name: tool, startMs: 50 }] });

it('a history that began in another trace is shown once, and each trace’s tools belong to its own calls', () => {
  const [first, second] = [trace('search'), trace('search')];
  const asked = [says('user', 'where?'), calls('t1', 'search'), answers('t1', 'shelf 7')];
  const told = [...asked, says('assistant', 'On shelf 7.')];
  const { turns, runs } = mergeCalls([
    { trace: first, node: 0, detail: detail([says('user', 'where?')], [calls('t1', 'search')]) },
    { trace: first, node: 2, detail: detail(asked, [says('assistant', 'On shelf 7.')]) },
    { trace: second, node: 0, detail: detail([...told, says('user', 'and how many?')], [calls('t2', 'search')]) },
  ]);
  expect(turns.map(({ messages }) => textsOf(messages))).toEqual([['where?', 'tool_call'], ['On shelf 7.'], ['and how many?', 'tool_call']]);
  expect(turns.map(({ unasked }) => unasked.length)).toEqual([0, 0, 0]);
  const ran = turns.flatMap(({ messages }) =>
    messages.flatMap(({ blocks }) => blocks.filter((block) => block.type === 'tool').map((block) => runs.get(block))),
  );
  expect(ran).toEqual([first.toolRuns[0], second.toolRuns[0]]);
  expect(ran[0]).not.toBe(ran[1]);
});

it('a tool that nobody asked for stands behind the call before it, and never in another trace', () => {
  const [first, second] = [trace('audit'), { ...trace('none'), toolRuns: [] }];
  const { turns } = mergeCalls([
    { trace: first, node: 0, detail: detail([], [says('assistant', 'a')]) },
    { trace: first, node: 2, detail: null },
    { trace: second, node: 0, detail: detail([], [says('assistant', 'b')]) },
  ]);
  expect(turns.map(({ unasked }) => unasked.map(({ name }) => name))).toEqual([['audit'], [], []]);
  expect(turns[1]).toMatchObject({ detail: null, messages: [] });
});
