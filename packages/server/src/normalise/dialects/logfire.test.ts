import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../decodedSpan.ts';
import { normaliseSpan } from '../normaliseSpan.ts';
import { decodedSpan, type SpanFields } from '../testing/decodedSpan.ts';
import { isPendingSpan } from './logfire.ts';

const read = (attributes: { [key: string]: AttributeValue }, span: SpanFields = {}) =>
  normaliseSpan(decodedSpan({ ...span, attributes: { 'logfire.msg': 'm', ...attributes } }));
const parts = (value: { parts: string[] } | null) => value?.parts.map((part) => JSON.parse(part) as unknown);

describe('isPendingSpan', () => {
  it('is true for the copy of a running span only', () => {
    const typed = (type: string) => decodedSpan({ attributes: { 'logfire.span_type': type } });
    expect([typed('pending_span'), typed('span'), typed('log'), decodedSpan({})].map(isPendingSpan)).toEqual([true, false, false, false]);
  });
});

describe('Pydantic AI', () => {
  it('up to version 2 runs an agent without an operation name', () => {
    expect(
      read(
        {
          agent_name: 'support',
          model_name: 'gpt-4o',
          final_result: 'Done.',
          all_messages_events: '[{"role":"user","content":"Hi"}]',
          'gen_ai.usage.input_tokens': 100,
          'gen_ai.usage.output_tokens': 10,
        },
        { name: 'agent run' },
      ),
    ).toMatchObject({
      kind: 'agent',
      requestModel: 'gpt-4o',
      usage: null,
      own: { agentId: 'support' },
      input: { format: 'messages', parts: ['{"role":"user","content":"Hi"}'] },
      output: { format: 'text', parts: ['Done.'] },
    });
  });

  it('runs tools under attributes of its own', () => {
    expect(
      read(
        {
          'gen_ai.tool.name': 'refund',
          'gen_ai.tool.call.id': 'c1',
          tool_arguments: '{"a":1}',
          tool_response: 'ok',
          'logfire.msg_template': 'running tool: {tool}',
        },
        { name: 'running tool' },
      ),
    ).toMatchObject({ kind: 'tool', toolName: 'refund', toolCallId: 'c1', input: { parts: ['{"a":1}'] }, output: { parts: ['ok'] } });
    expect(read({ tools: ['a', 'b'] }, { name: 'running tools' }).kind).toBe('other');
  });

  it('version 1 tells the messages of a call as a list of events', () => {
    const { input, output, kind } = read({
      'gen_ai.operation.name': 'chat',
      events: JSON.stringify([
        { 'event.name': 'gen_ai.user.message', role: 'user', content: 'Hi' },
        { 'event.name': 'gen_ai.choice', index: 0, message: { role: 'assistant', content: 'Hello' } },
      ]),
    });
    expect(kind).toBe('llm');
    expect(parts(input)).toEqual([{ 'event.name': 'gen_ai.user.message', role: 'user', content: 'Hi' }]);
    expect(parts(output)).toEqual([{ role: 'assistant', content: 'Hello' }]);
  });

  it('newer versions speak the conventions', () => {
    expect(
      read({
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.input.messages': '[{"role":"user"}]',
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.details.cache_read_tokens': 60,
        'gen_ai.usage.details.cache_write_tokens': 10,
        'gen_ai.usage.details.reasoning_tokens': 0,
        'gen_ai.client.operation.time_to_first_chunk': 0.2,
        'operation.cost': 0.00045,
        'gen_ai.agent.call.id': 'run-1',
        'logfire.tags': ['prod'],
      }),
    ).toMatchObject({
      dialect: 'logfire',
      kind: 'llm',
      provider: 'anthropic',
      usage: { inputTokens: 100, cacheReadTokens: 60, cacheWriteTokens: 10, reasoningTokens: 0, outputTokens: null },
      ttftMs: 200,
      reportedCostPicoUsd: 450_000_000n,
      own: { runId: 'run-1' },
      tags: ['prod'],
    });
  });
});

describe('levels', () => {
  it.each([
    [9, 'success'],
    [13, 'success'],
    [17, 'error'],
    [21, 'error'],
  ])('level %i is a %s', (level, status) => {
    expect(read({ 'logfire.level_num': level, 'logfire.msg': 'no funds' })).toMatchObject({
      status,
      statusMessage: status === 'error' ? 'no funds' : null,
    });
  });

  it('an exception that was recorded below the level of an error was handled', () => {
    const events = [{ name: 'exception', attributes: { 'exception.message': 'retrying' } }];
    expect(read({ 'logfire.level_num': 13 }, { events }).status).toBe('success');
    expect(read({ 'logfire.level_num': 9 }, { events, statusCode: 2 }).status).toBe('error');
    expect(read({}, { events }).status).toBe('error');
  });

  it('an exception says more than the log line', () => {
    const events = [{ name: 'exception', attributes: { 'exception.type': 'KeyError', 'exception.message': 'id' } }];
    expect(read({ 'logfire.level_num': 17 }, { events })).toMatchObject({ errorType: 'KeyError', statusMessage: 'id' });
  });
});

it('a log line is a span of no kind', () => {
  expect(read({ 'logfire.span_type': 'log', 'logfire.msg_template': 'running tool: {tool}', tool: 'x' })).toMatchObject({
    kind: 'other',
    toolName: null,
  });
});

it('reads what the instrumented provider clients recorded', () => {
  const span = read({
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.system': 'openai',
    request_data: '{"messages":[{"role":"user","content":"Hi"}],"model":"gpt-4o"}',
    response_data: '{"message":{"role":"assistant","content":"Hello"}}',
  });
  expect(span).toMatchObject({
    kind: 'llm',
    provider: 'openai',
    input: { format: 'json' },
    output: { parts: ['{"role":"assistant","content":"Hello"}'] },
  });
});
