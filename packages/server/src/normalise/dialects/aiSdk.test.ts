import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../decodedSpan.ts';
import { normaliseSpan } from '../normaliseSpan.ts';
import { readMessages } from '../messages.ts';
import { decodedSpan, type SpanFields } from '../testing/decodedSpan.ts';

type Attrs = { [key: string]: AttributeValue };

function read(operation: string, attributes: Attrs, fields: SpanFields = {}) {
  return normaliseSpan(decodedSpan({ name: operation, scope: 'ai', ...fields, attributes: { 'ai.operationId': operation, ...attributes } }));
}
const call = (attributes: Attrs) => read('ai.generateText.doGenerate', attributes);
const providerMetadata = (metadata: unknown) => ({ 'ai.response.providerMetadata': JSON.stringify(metadata) });

describe('kind', () => {
  it.each<[string, Attrs, string]>([
    ['ai.generateText.doGenerate', {}, 'llm'],
    ['ai.streamText.doStream', {}, 'llm'],
    ['ai.generateObject.doGenerate', {}, 'llm'],
    ['ai.embed.doEmbed', {}, 'embedding'],
    ['ai.embedMany.doEmbed', {}, 'embedding'],
    ['ai.rerank.doRerank', {}, 'reranker'],
    ['ai.toolCall', {}, 'tool'],
    ['ai.embed', {}, 'chain'],
    ['ai.generateText', {}, 'chain'],
    ['ai.generateText', { 'ai.settings.maxSteps': 1 }, 'chain'],
    ['ai.generateText', { 'ai.settings.maxSteps': 5 }, 'agent'],
    ['ai.streamText', { 'ai.response.toolCalls': '[{"toolCallId":"c1","toolName":"f","input":{}}]' }, 'agent'],
    ['ai.streamText', { 'ai.response.toolCalls': '[]' }, 'chain'],
  ])('%s %j is %s', (operation, attributes, kind) => {
    expect(read(operation, attributes).kind).toBe(kind);
  });

  it('is told by the name of the span where the operation is missing', () => {
    expect(normaliseSpan(decodedSpan({ scope: 'ai', name: 'ai.generateText.doGenerate my-agent' }))).toMatchObject({
      dialect: 'ai-sdk',
      kind: 'llm',
    });
  });
});

describe('usage', () => {
  const anthropic = { 'ai.model.provider': 'anthropic.messages' };
  const google = { 'ai.model.provider': 'google.generative-ai' };
  const openai = { 'ai.model.provider': 'openai.chat' };
  const usageMetadata = (usage: unknown) => providerMetadata({ google: { usageMetadata: usage } });

  it.each<[string, Attrs, object]>([
    [
      '4, OpenAI: cached tokens are inside',
      {
        ...openai,
        'ai.usage.promptTokens': 3250,
        'ai.usage.completionTokens': 262,
        ...providerMetadata({ openai: { reasoningTokens: 20, cachedPromptTokens: 1792 } }),
      },
      { inputTokens: 3250, outputTokens: 262, cacheReadTokens: 1792, reasoningTokens: 20, rule: 'ai-sdk:includes' },
    ],
    [
      '4, Anthropic: a cache write is added',
      {
        ...anthropic,
        'ai.usage.promptTokens': 1819,
        'ai.usage.completionTokens': 240,
        ...providerMetadata({ anthropic: { cacheCreationInputTokens: 3994, cacheReadInputTokens: 0 } }),
      },
      { inputTokens: 5813, cacheReadTokens: 0, cacheWriteTokens: 3994, rule: 'ai-sdk:input+cache' },
    ],
    [
      '4, Anthropic: a cache read smaller than the rest is added all the same',
      {
        ...anthropic,
        'ai.usage.promptTokens': 4679,
        'ai.usage.completionTokens': 373,
        ...providerMetadata({ anthropic: { cacheCreationInputTokens: 0, cacheReadInputTokens: 1152 } }),
      },
      { inputTokens: 5831, cacheReadTokens: 1152, estimated: false },
    ],
    [
      '5, Anthropic',
      {
        ...anthropic,
        'ai.usage.promptTokens': 3195,
        'ai.usage.completionTokens': 598,
        ...providerMetadata({
          anthropic: {
            usage: {
              input_tokens: 3195,
              output_tokens: 598,
              cache_creation_input_tokens: 3169,
              cache_read_input_tokens: 0,
              cache_creation: { ephemeral_5m_input_tokens: 3000, ephemeral_1h_input_tokens: 169 },
              service_tier: 'standard',
            },
          },
        }),
      },
      { inputTokens: 6364, cacheWriteTokens: 3169, cacheWrite1hTokens: 169 },
    ],
    [
      '5 streaming, Anthropic: reads in the keys, writes in the metadata',
      {
        ...anthropic,
        'ai.usage.inputTokens': 100,
        'ai.usage.outputTokens': 10,
        'ai.usage.totalTokens': 110,
        'ai.usage.cachedInputTokens': 40,
        ...providerMetadata({ anthropic: { usage: { input_tokens: 100 }, cacheCreationInputTokens: 60 } }),
      },
      { inputTokens: 200, cacheReadTokens: 40, cacheWriteTokens: 60, totalTokens: 110 },
    ],
    [
      '6, Anthropic: everything is inside',
      {
        ...anthropic,
        'ai.usage.inputTokens': 4661,
        'ai.usage.outputTokens': 237,
        'ai.usage.inputTokenDetails.noCacheTokens': 1695,
        'ai.usage.inputTokenDetails.cacheReadTokens': 0,
        'ai.usage.inputTokenDetails.cacheWriteTokens': 2966,
        ...providerMetadata({ anthropic: { usage: { input_tokens: 1695, cache_creation_input_tokens: 2966 } } }),
      },
      { inputTokens: 4661, cacheReadTokens: 0, cacheWriteTokens: 2966, rule: 'ai-sdk:includes' },
    ],
    [
      '6, Anthropic, without metadata',
      { ...anthropic, 'ai.usage.inputTokens': 2934, 'ai.usage.outputTokens': 7, 'ai.usage.inputTokenDetails.cacheReadTokens': 1792 },
      { inputTokens: 2934, cacheReadTokens: 1792 },
    ],
    [
      '6 with an Anthropic package of version 5: the native count tells that reads are outside',
      {
        ...anthropic,
        'ai.usage.inputTokens': 100,
        'ai.usage.outputTokens': 7,
        'ai.usage.inputTokenDetails.cacheReadTokens': 40,
        ...providerMetadata({ anthropic: { usage: { input_tokens: 100, cache_read_input_tokens: 40 } } }),
      },
      { inputTokens: 140, cacheReadTokens: 40 },
    ],
    [
      '5, Gemini: thoughts are added to the output',
      {
        ...google,
        'ai.usage.promptTokens': 3361,
        'ai.usage.completionTokens': 659,
        ...usageMetadata({ thoughtsTokenCount: 504, promptTokenCount: 3361, candidatesTokenCount: 659 }),
      },
      { inputTokens: 3361, outputTokens: 1163, reasoningTokens: 504, rule: 'ai-sdk:output+reasoning' },
    ],
    [
      '5 streaming, Gemini, without metadata',
      { ...google, 'ai.usage.inputTokens': 30, 'ai.usage.outputTokens': 60, 'ai.usage.reasoningTokens': 50 },
      { outputTokens: 110, reasoningTokens: 50 },
    ],
    [
      '5, Gemini: cached content is inside',
      {
        ...google,
        'ai.usage.promptTokens': 4179,
        'ai.usage.completionTokens': 139,
        ...usageMetadata({ cachedContentTokenCount: 1536, candidatesTokenCount: 139 }),
      },
      { inputTokens: 4179, outputTokens: 139, cacheReadTokens: 1536 },
    ],
    [
      '6, Gemini: the native count tells that thoughts are inside',
      {
        ...google,
        'ai.usage.inputTokens': 30,
        'ai.usage.outputTokens': 110,
        'ai.usage.outputTokenDetails.reasoningTokens': 50,
        ...usageMetadata({ thoughtsTokenCount: 50, candidatesTokenCount: 60 }),
      },
      { outputTokens: 110, reasoningTokens: 50 },
    ],
    [
      '6, OpenAI',
      {
        ...openai,
        'ai.usage.inputTokens': 4940,
        'ai.usage.outputTokens': 919,
        'ai.usage.outputTokenDetails.reasoningTokens': 176,
        'ai.usage.reasoningTokens': 176,
        'ai.usage.totalTokens': 5859,
      },
      { inputTokens: 4940, outputTokens: 919, reasoningTokens: 176, totalTokens: 5859 },
    ],
    [
      'only the standard keys',
      { ...openai, 'gen_ai.usage.input_tokens': 5, 'gen_ai.usage.output_tokens': 6 },
      { inputTokens: 5, outputTokens: 6, cacheReadTokens: null },
    ],
  ])('of version %s', (_version, attributes, usage) => {
    expect(call(attributes).usage).toMatchObject(usage);
  });

  it('is unknown, not zero, where a stream reported none', () => {
    expect(read('ai.streamText.doStream', { ...openai, 'ai.response.text': 'x', ...providerMetadata({ openai: {} }) }).usage).toBeNull();
  });

  it('is unknown, not an error, where the metadata is cut off', () => {
    expect(call({ 'ai.usage.promptTokens': 5, 'ai.response.providerMetadata': '{"anthropic":{"usage":{"cache_re' }).usage).toMatchObject({
      inputTokens: 5,
    });
  });

  it('is not counted on the spans around the calls', () => {
    const sums = { 'ai.usage.promptTokens': 5, 'ai.usage.completionTokens': 6, 'ai.usage.tokens': 7 };
    for (const operation of ['ai.generateText', 'ai.streamText', 'ai.embed', 'ai.embedMany', 'ai.toolCall'])
      expect(read(operation, sums).usage).toBeNull();
  });

  it('of an embedding is its one number', () => {
    expect(read('ai.embed.doEmbed', { 'ai.usage.tokens': 43 }).usage).toMatchObject({ inputTokens: 43, outputTokens: null });
  });
});

describe('a call', () => {
  const span = call({
    'ai.model.provider': 'openai.responses',
    'ai.model.id': 'gpt-4o',
    'gen_ai.system': 'openai.responses',
    'ai.response.model': 'gpt-4o-2024-08-06',
    'ai.response.id': 'chatcmpl-1',
    'ai.response.finishReason': 'tool-calls',
    'ai.settings.temperature': 1,
    'ai.settings.maxTokens': 800,
    'ai.telemetry.functionId': 'order-agent',
    'ai.telemetry.metadata.sessionId': 's-1',
    'ai.telemetry.metadata.userId': 'u-1',
    'ai.telemetry.metadata.environment': 'staging',
    'ai.telemetry.metadata.release': '2026.03.2',
    'ai.telemetry.metadata.tags': ['a', 'b'],
    'ai.telemetry.metadata.tier': 'gold',
    'ai.prompt.messages': '[{"role":"user","content":[{"type":"text","text":"hi"}]}]',
    'ai.prompt.tools': ['{"type":"function","name":"f"}'],
    'ai.response.text': '',
    'ai.response.toolCalls': '[{"toolCallId":"c1","toolName":"f","input":"{\\"a\\":1}"}]',
    ...providerMetadata({ openai: { serviceTier: 'flex' } }),
  });

  it('has its names, parameters and context', () => {
    expect(span).toMatchObject({
      dialect: 'ai-sdk',
      provider: 'openai',
      requestModel: 'gpt-4o',
      responseModel: 'gpt-4o-2024-08-06',
      responseId: 'chatcmpl-1',
      finishReason: 'tool_calls',
      temperature: 1,
      maxTokens: 800,
      serviceTier: 'flex',
      environment: 'staging',
      release: '2026.03.2',
      tags: ['a', 'b'],
      own: { agentId: 'order-agent', sessionId: 's-1', userId: 'u-1', runId: null },
      toolDefinitions: ['{"type":"function","name":"f"}'],
      status: 'success',
    });
  });

  it('keeps the messages one by one, and the tool calls exactly as written', () => {
    expect(span.input).toEqual({ format: 'messages', parts: ['{"role":"user","content":[{"type":"text","text":"hi"}]}'] });
    expect(span.output).toEqual({
      format: 'messages',
      parts: ['{"role":"assistant","toolCalls":[{"toolCallId":"c1","toolName":"f","input":"{\\"a\\":1}"}]}'],
    });
    expect(readMessages('messages', span.output?.parts ?? [], 'output')).toEqual([
      { role: 'assistant', name: null, finish_reason: null, parts: [{ type: 'tool_call', id: 'c1', name: 'f', arguments: { a: 1 } }] },
    ]);
  });

  it('keeps the attributes whose text went nowhere else', () => {
    expect([...span.attributes.keys()].filter((key) => key.startsWith('ai.prompt') || key === 'ai.response.text')).toEqual([]);
    expect(span.attributes.get('ai.telemetry.metadata.tier')).toBe('gold');
  });
});

describe('inputs and outputs', () => {
  it.each<[string, string, Attrs, string | undefined, string | undefined]>([
    ['a text', 'ai.generateText', { 'ai.prompt': '{"prompt":"hi"}', 'ai.response.text': 'ok' }, '{"prompt":"hi"}', 'ok'],
    ['an object', 'ai.generateObject.doGenerate', { 'ai.response.object': '{"a":1}' }, undefined, '{"a":1}'],
    [
      'a text with thoughts',
      'ai.generateText.doGenerate',
      { 'ai.response.text': 'ok', 'ai.response.reasoning': 'hm' },
      undefined,
      '{"role":"assistant","content":"ok","reasoning":"hm"}',
    ],
    ['a tool run', 'ai.toolCall', { 'ai.toolCall.args': '{"a":1}', 'ai.toolCall.result': '"done"' }, '{"a":1}', '"done"'],
    [
      'values',
      'ai.embedMany.doEmbed',
      { 'ai.values': ['"a"', '"b \\" c"'], 'ai.embeddings': ['[0,1,2]', '[3,4,5]'] },
      '["a","b \\" c"]',
      '{"embeddings":2,"dimensions":3}',
    ],
    ['a value', 'ai.embed', { 'ai.value': '"a"', 'ai.embedding': '[0,1]' }, '"a"', '{"embeddings":1,"dimensions":2}'],
    ['no content', 'ai.generateText', {}, undefined, undefined],
  ])('of %s', (_what, operation, attributes, input, output) => {
    const span = read(operation, attributes);
    expect(span.input?.parts[0]).toBe(input);
    expect(span.output?.parts[0]).toBe(output);
    expect([...span.attributes.keys()]).toEqual(['ai.operationId']);
  });
});

describe('the rest', () => {
  it('reads a tool run', () => {
    expect(read('ai.toolCall', { 'ai.toolCall.name': 'f', 'ai.toolCall.id': 'c1' })).toMatchObject({ toolName: 'f', toolCallId: 'c1' });
  });

  it('takes the time to the first chunk in milliseconds, from the event where the span has none', () => {
    expect(read('ai.streamText.doStream', { 'ai.response.msToFirstChunk': 381.5 }).ttftMs).toBe(381.5);
    const events = [{ name: 'ai.stream.firstChunk', attributes: { 'ai.response.msToFirstChunk': 42.5 } }];
    expect(read('ai.streamText.doStream', {}, { events }).ttftMs).toBe(42.5);
  });

  it.each([
    ['ai.telemetry.metadata.session.id', 'ai.telemetry.metadata.user_id'],
    ['ai.telemetry.metadata.thread_id', 'ai.telemetry.metadata.user.id'],
    ['ai.settings.context.sessionId', 'ai.settings.context.userId'],
    ['session.id', 'user.id'],
  ])('finds session and user under %s and %s', (session, user) => {
    expect(read('ai.generateText', { [session]: 's', [user]: 'u' }).own).toMatchObject({ sessionId: 's', userId: 'u' });
  });

  it('is failed in each attempt that failed', () => {
    const span = read(
      'ai.generateText.doGenerate',
      {},
      { statusCode: 2, statusMessage: 'Rate limit', events: [{ name: 'exception', attributes: { 'exception.type': 'AI_APICallError' } }] },
    );
    expect(span).toMatchObject({ kind: 'llm', status: 'error', statusMessage: 'Rate limit', errorType: 'AI_APICallError', usage: null });
  });
});
