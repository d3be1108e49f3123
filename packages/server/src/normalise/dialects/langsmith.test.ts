import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../decodedSpan.ts';
import { normaliseSpan } from '../normaliseSpan.ts';
import { decodedSpan, type SpanFields } from '../testing/decodedSpan.ts';

type Attrs = { [key: string]: AttributeValue };

function read(kind: string, attributes: Attrs = {}, fields: SpanFields = {}) {
  return normaliseSpan(decodedSpan({ scope: 'langsmith', statusCode: 1, ...fields, attributes: { 'langsmith.span.kind': kind, ...attributes } }));
}

describe('kind', () => {
  it.each([
    ['llm', 'chat', 'llm'],
    ['embedding', 'embeddings', 'embedding'],
    ['tool', 'execute_tool', 'tool'],
    ['retriever', 'embeddings', 'retriever'],
    ['chain', 'chain', 'chain'],
    ['prompt', 'chat', 'chain'],
    ['parser', 'parser', 'chain'],
  ])('%s with operation %s is %s', (own, operation, kind) => {
    expect(read(own, { 'gen_ai.operation.name': operation })).toMatchObject({ dialect: 'langsmith', kind });
  });
});

describe('an llm run', () => {
  const attributes: Attrs = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.system': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.response.model': 'gpt-4o-2024-08-06',
    'gen_ai.response.id': 'chatcmpl-1',
    'gen_ai.response.finish_reasons': 'tool_calls',
    'gen_ai.response.service_tier': 'default',
    'gen_ai.prompt': '{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function"}]}',
    'gen_ai.completion': '{"choices":[{"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}',
    'gen_ai.usage.input_tokens': 4576,
    'gen_ai.usage.output_tokens': 716,
    'gen_ai.usage.total_tokens': 5292,
    'gen_ai.usage.input_token_details': '{"audio":0,"cache_read":1408}',
    'gen_ai.usage.output_token_details': '{"audio":0,"reasoning":12}',
    'langsmith.metadata.ls_provider': 'openai',
    'langsmith.metadata.ls_temperature': '0.2',
    'langsmith.metadata.ls_max_tokens': '800',
    'langsmith.metadata.session_id': 's-1',
    'langsmith.metadata.user_id': 'u-1',
    'langsmith.metadata.ls_env': 'staging',
    'langsmith.trace.session_name': 'shop',
    'langsmith.trace.id': 'run-1',
    'langsmith.span.tags': 'prod, beta',
  };

  it('becomes canonical', () => {
    expect(read('llm', attributes)).toMatchObject({
      provider: 'openai',
      requestModel: 'gpt-4o',
      responseModel: 'gpt-4o-2024-08-06',
      responseId: 'chatcmpl-1',
      finishReason: 'tool_calls',
      serviceTier: 'default',
      temperature: 0.2,
      maxTokens: 800,
      usage: { inputTokens: 4576, outputTokens: 716, totalTokens: 5292, cacheReadTokens: 1408, reasoningTokens: 12, cacheWriteTokens: null },
      own: { sessionId: 's-1', userId: 'u-1', runId: 'run-1', agentId: null },
      environment: 'staging',
      tags: ['prod', 'beta'],
      toolDefinitions: ['{"type":"function"}'],
      status: 'success',
    });
  });

  it('reads usage and cost from usage_metadata alone', () => {
    const usage = JSON.stringify({
      input_tokens: 10,
      output_tokens: 5,
      total_tokens: 15,
      input_token_details: { cache_read: 3, cache_creation: 4 },
      total_cost: 0.25,
    });
    expect(read('llm', { 'langsmith.usage_metadata': usage })).toMatchObject({
      usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15, cacheReadTokens: 3, cacheWriteTokens: 4 },
      reportedCostPicoUsd: 250_000_000_000n,
    });
  });

  it('of a LangChain model has in the message of its answer what the attributes leave out', () => {
    const kwargs = {
      content: 'ok',
      usage_metadata: {
        input_tokens: 10,
        output_tokens: 5,
        total_tokens: 15,
        input_token_details: { cache_read: 4 },
        output_token_details: { reasoning: 2 },
      },
      response_metadata: { model_name: 'gpt-4o-2024-08-06', finish_reason: 'stop', id: 'chatcmpl-1' },
    };
    const completion = JSON.stringify({ generations: [[{ text: 'ok', message: { lc: 1, type: 'constructor', id: ['AIMessage'], kwargs } }]] });
    expect(read('llm', { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 5, 'gen_ai.completion': completion })).toMatchObject({
      responseModel: 'gpt-4o-2024-08-06',
      responseId: 'chatcmpl-1',
      finishReason: 'stop',
      usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 4, reasoningTokens: 2 },
    });
  });

  it('takes the first of the reasons of several choices', () => {
    expect(read('llm', { 'gen_ai.response.finish_reasons': 'stop, length' }).finishReason).toBe('stop');
  });
});

describe('the rest', () => {
  it('is failed by an exception event although the status is OK', () => {
    const events = [{ name: 'exception', attributes: { 'exception.type': 'Error', 'exception.message': 'boom' } }];
    expect(read('llm', {}, { events })).toMatchObject({ status: 'error', errorType: 'Error', statusMessage: 'boom' });
  });

  it('never takes the project for a session', () => {
    expect(read('chain', { 'langsmith.trace.session_name': 'shop', 'langsmith.trace.session_id': 'project-1' }).own.sessionId).toBeNull();
  });

  it('has no provider and no usage where only the framework is named', () => {
    const span = read('chain', { 'gen_ai.system': 'langchain', 'gen_ai.usage.input_tokens': 5 });
    expect(span).toMatchObject({ usage: null });
  });

  it('has no tags where the text is empty', () => {
    expect(read('chain', { 'langsmith.span.tags': '' }).tags).toEqual([]);
  });

  it('names an agent after the chain at the root only', () => {
    expect(read('chain', { 'langsmith.is_root': true }, { name: 'order-agent' }).own.agentId).toBe('order-agent');
    expect(read('chain', {}, { name: 'step', parentSpanId: '00f067aa0ba902b7' }).own.agentId).toBeNull();
    expect(read('llm', { 'langsmith.is_root': true }, { name: 'ChatOpenAI' }).own.agentId).toBeNull();
  });

  it('reads a tool run', () => {
    expect(read('tool', { 'gen_ai.prompt': '{"a":1}', 'gen_ai.completion': '{"ok":1}' }, { name: 'lookup' })).toMatchObject({
      toolName: 'lookup',
      input: { format: 'json', parts: ['{"a":1}'] },
      output: { format: 'json', parts: ['{"ok":1}'] },
    });
  });

  it('reads the documents of a retriever', () => {
    const completion = '{"outputs":[{"page_content":"c","type":"Document","metadata":{"id":"kb-1","score":0.5}}]}';
    expect(read('retriever', { 'gen_ai.completion': completion }).documents).toEqual([
      { id: 'kb-1', score: 0.5, content: 'c', metadata: '{"id":"kb-1","score":0.5}' },
    ]);
  });
});
