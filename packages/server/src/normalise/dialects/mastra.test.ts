import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../decodedSpan.ts';
import { normaliseSpan } from '../normaliseSpan.ts';
import { decodedSpan, type SpanFields } from '../testing/decodedSpan.ts';

type Attrs = { [key: string]: AttributeValue };

function read(type: string, attributes: Attrs = {}, fields: SpanFields = {}) {
  return normaliseSpan(
    decodedSpan({ scope: '@mastra/otel-exporter', statusCode: 1, ...fields, attributes: { 'mastra.span.type': type, ...attributes } }),
  );
}

describe('kind', () => {
  it.each([
    ['model_inference', 'chat', 'llm'],
    ['model_generation', 'model_generation', 'chain'],
    ['model_generation', 'chat', 'llm'],
    ['model_step', 'agent_step', 'chain'],
    ['model_chunk', 'model_chunk', 'other'],
    ['agent_run', 'invoke_agent', 'agent'],
    ['tool_call', 'execute_tool', 'tool'],
    ['mcp_tool_call', 'execute_tool', 'tool'],
    ['workflow_run', 'invoke_workflow', 'chain'],
    ['workflow_step', 'workflow_step', 'chain'],
    ['workflow_parallel', 'workflow_parallel', 'chain'],
    ['rag_embedding', 'embeddings', 'embedding'],
  ])('%s with operation %s is %s', (type, operation, kind) => {
    expect(read(type, { 'gen_ai.operation.name': operation })).toMatchObject({ dialect: 'mastra', kind });
  });
});

describe('a chat', () => {
  const attributes: Attrs = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai.chat',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.response.model': 'gpt-4o-2024-08-06',
    'gen_ai.response.finish_reasons': '["tool-calls"]',
    'gen_ai.request.temperature': 0.2,
    'gen_ai.usage.input_tokens': 2051,
    'gen_ai.usage.output_tokens': 217,
    'gen_ai.usage.reasoning_tokens': 7,
    'gen_ai.usage.cache_read.input_tokens': 64,
    'gen_ai.agent.name': 'order-agent',
    'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"ok"}]}]',
    'mastra.completion_start_time': '2026-11-20T09:00:00.062Z',
    'mastra.metadata.runId': 'run-1',
    'mastra.metadata.sessionId': 's-1',
    'mastra.metadata.userId': 'u-1',
    'mastra.metadata.environment': 'staging',
    'mastra.tags': '["prod"]',
  };

  it('becomes canonical', () => {
    expect(read('model_inference', attributes)).toMatchObject({
      provider: 'openai',
      requestModel: 'gpt-4o',
      responseModel: 'gpt-4o-2024-08-06',
      finishReason: 'tool_calls',
      temperature: 0.2,
      ttftMs: 62,
      usage: { inputTokens: 2051, outputTokens: 217, reasoningTokens: 7, cacheReadTokens: 64, rule: 'mastra:includes' },
      own: { agentId: 'order-agent', runId: 'run-1', sessionId: 's-1', userId: 'u-1' },
      environment: 'staging',
      tags: ['prod'],
      output: { format: 'messages', parts: ['{"role":"assistant","parts":[{"type":"text","content":"ok"}]}'] },
      status: 'success',
    });
  });

  it('has no time to first token where the time of an earlier call is repeated', () => {
    expect(read('model_inference', { 'mastra.completion_start_time': '2026-11-20T08:59:59.965Z' }).ttftMs).toBeNull();
  });

  it('is failed by its finish reason although the status is OK', () => {
    expect(read('model_inference', { 'gen_ai.response.finish_reasons': '["error"]' })).toMatchObject({ status: 'error', finishReason: 'error' });
  });

  it('counts on the call alone', () => {
    for (const type of ['model_generation', 'model_step', 'agent_run']) expect(read(type, { 'gen_ai.usage.input_tokens': 5 }).usage).toBeNull();
  });
});

describe('the rest', () => {
  it('reads an agent run with its input, tools and failure', () => {
    const span = read(
      'agent_run',
      {
        'mastra.agent_run.input': 'hi',
        'mastra.agent_run.output': '{"text":"ok","files":[]}',
        'gen_ai.tool.definitions': '["lookup","refund"]',
        'gen_ai.agent.id': 'order-agent',
        'error.message': 'boom',
        'gen_ai.conversation.id': 'thread-1',
      },
      { statusCode: 2, statusMessage: 'boom' },
    );
    expect(span).toMatchObject({
      input: { format: 'text', parts: ['hi'] },
      output: { format: 'json', parts: ['{"text":"ok","files":[]}'] },
      toolDefinitions: ['{"name":"lookup"}', '{"name":"refund"}'],
      own: { agentId: 'order-agent', sessionId: 'thread-1' },
      status: 'error',
      statusMessage: 'boom',
    });
  });

  it('reads a tool run', () => {
    const span = read('tool_call', {
      'gen_ai.tool.name': 'f',
      'gen_ai.tool.call.id': 'c1',
      'gen_ai.tool.call.arguments': '{"a":1}',
      'gen_ai.tool.call.result': '{"ok":1}',
    });
    expect(span).toMatchObject({ toolName: 'f', toolCallId: 'c1', input: { parts: ['{"a":1}'] }, output: { parts: ['{"ok":1}'] } });
    expect([...span.attributes.keys()]).not.toContain('gen_ai.tool.call.arguments');
  });
});
