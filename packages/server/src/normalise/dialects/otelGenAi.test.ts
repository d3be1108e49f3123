import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../decodedSpan.ts';
import { normaliseSpan } from '../normaliseSpan.ts';
import { decodedSpan, type SpanFields } from '../testing/decodedSpan.ts';

const chat = (attributes: { [key: string]: AttributeValue }, span: SpanFields = {}) =>
  normaliseSpan(decodedSpan({ ...span, attributes: { 'gen_ai.operation.name': 'chat', ...attributes } }));
const parts = (value: { parts: string[] } | null) => value?.parts.map((part) => JSON.parse(part) as unknown);

describe('a call by the current names', () => {
  const span = chat({
    'gen_ai.provider.name': 'gcp.vertex_ai',
    'gen_ai.request.model': 'gemini-2.5-pro',
    'gen_ai.response.model': 'gemini-2.5-pro-001',
    'gen_ai.response.id': 'r1',
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.output_tokens': '200',
    'gen_ai.usage.cache_read.input_tokens': 600,
    'gen_ai.usage.cache_creation.input_tokens': 100,
    'gen_ai.usage.reasoning.output_tokens': 50,
    'gen_ai.usage.audio.input_tokens': 7,
    'gen_ai.usage.audio.output_tokens': 8,
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.response.time_to_first_chunk': 0.25,
    'gen_ai.request.temperature': 1,
    'gen_ai.request.max_tokens': 500.0,
    'gen_ai.openai.response.service_tier': 'Flex',
    'gen_ai.conversation.id': 'conv-1',
    'user.id': 'u1',
  });

  it('is read in full', () => {
    expect(span).toMatchObject({
      kind: 'llm',
      provider: 'google',
      requestModel: 'gemini-2.5-pro',
      responseModel: 'gemini-2.5-pro-001',
      responseId: 'r1',
      finishReason: 'stop',
      ttftMs: 250,
      temperature: 1,
      maxTokens: 500,
      serviceTier: 'flex',
      own: { sessionId: 'conv-1', userId: 'u1' },
      usage: {
        inputTokens: 1000,
        outputTokens: 200,
        cacheReadTokens: 600,
        cacheWriteTokens: 100,
        reasoningTokens: 50,
        audioInputTokens: 7,
        audioOutputTokens: 8,
        rule: 'otel-genai:includes',
        estimated: false,
      },
    });
  });
});

describe('the older names', () => {
  it('hold the same', () => {
    expect(
      chat({
        'gen_ai.system': 'OpenAI',
        'gen_ai.usage.prompt_tokens': 10,
        'gen_ai.usage.completion_tokens': 5,
        'gen_ai.usage.cache_read_input_tokens': 4,
        'gen_ai.usage.cache_creation_input_tokens': 3,
        'gen_ai.usage.reasoning_tokens': 2,
        'gen_ai.server.time_to_first_token': 0.5,
        'session.id': 's',
        'enduser.id': 'u',
      }),
    ).toMatchObject({
      provider: 'openai',
      ttftMs: 500,
      own: { sessionId: 's', userId: 'u' },
      usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 4, cacheWriteTokens: 3, reasoningTokens: 2 },
    });
  });

  it('give way to the current ones, and are never added to them', () => {
    const { usage, provider } = chat({
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.system': 'openai',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.prompt_tokens': 10,
    });
    expect(provider).toBe('anthropic');
    expect(usage?.inputTokens).toBe(10);
  });
});

describe('usage of a client that is not known', () => {
  it('is trusted to include the cached tokens unless the numbers exclude it', () => {
    const anthropic = { 'gen_ai.provider.name': 'anthropic', 'gen_ai.usage.output_tokens': 1 };
    expect(chat({ ...anthropic, 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.cache_read.input_tokens': 900 }).usage).toMatchObject({
      inputTokens: 1000,
      estimated: false,
    });
    expect(
      chat({
        ...anthropic,
        'gen_ai.usage.input_tokens': 10,
        'gen_ai.usage.cache_read.input_tokens': 900,
        'gen_ai.usage.cache_creation.input_tokens': 90,
      }).usage,
    ).toMatchObject({ inputTokens: 1000, rule: 'otel-genai:input+cache', estimated: true });
  });

  it('is null when no number came', () => {
    expect(chat({ 'gen_ai.usage.input_tokens': 'NaN' }).usage).toBeNull();
  });
});

describe('AI SDK 7', () => {
  it('tells seconds under a metric name, reasoning under its own, and hour-long cache writes inside the provider metadata', () => {
    expect(
      chat(
        {
          'gen_ai.provider.name': 'anthropic',
          'gen_ai.client.operation.time_to_first_chunk': 0.391,
          'gen_ai.usage.input_tokens': 7472,
          'gen_ai.usage.output_tokens': 245,
          'gen_ai.usage.cache_creation.input_tokens': 3193,
          'ai.usage.outputTokenDetails.reasoningTokens': 40,
          'ai.response.providerMetadata': JSON.stringify({ anthropic: { usage: { cache_creation: { ephemeral_1h_input_tokens: 1000 } } } }),
          'ai.settings.context.sessionId': 'sess-1',
        },
        { scope: 'gen_ai' },
      ),
    ).toMatchObject({
      ttftMs: 391,
      own: { sessionId: 'sess-1' },
      usage: { inputTokens: 7472, cacheWriteTokens: 3193, cacheWrite1hTokens: 1000, reasoningTokens: 40 },
    });
  });

  it('nests two embeddings spans, of which the inner one counts', () => {
    const embeddings = (attributes: { [key: string]: AttributeValue }) =>
      chat({ 'gen_ai.operation.name': 'embeddings', ...attributes }, { scope: 'gen_ai' });
    expect(embeddings({ 'gen_ai.usage.input_tokens': 87 })).toMatchObject({ kind: 'embedding', usage: { inputTokens: 87, outputTokens: null } });
    expect(embeddings({})).toMatchObject({ kind: 'embedding', usage: null });
  });
});

describe('messages', () => {
  it('come as JSON text, message by message as written, with the instructions in front', () => {
    const { input, output } = chat({
      'gen_ai.system_instructions': '[{"type":"text","content":"Be brief."}]',
      'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"Hi"}]}, {"role" : "user"}]',
      'gen_ai.output.messages': '[{"role":"assistant","parts":[]}]',
    });
    expect(input).toEqual({
      format: 'messages',
      parts: [
        '{"role":"system","parts":[{"type":"text","content":"Be brief."}]}',
        '{"role":"user","parts":[{"type":"text","content":"Hi"}]}',
        '{"role" : "user"}',
      ],
    });
    expect(output?.format).toBe('messages');
  });

  it('come as nested values', () => {
    const { input } = chat({
      'gen_ai.system_instructions': [{ type: 'text', content: 'Be brief.' }],
      'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'Hi' }] }],
    });
    expect(parts(input)).toEqual([
      { role: 'system', parts: [{ type: 'text', content: 'Be brief.' }] },
      { role: 'user', parts: [{ type: 'text', content: 'Hi' }] },
    ]);
  });

  it('stay text when the SDK has cut them', () => {
    const cut = '[{"role":"user","parts":[{"type":"te';
    const { input, attributes } = chat({ 'gen_ai.input.messages': cut, 'gen_ai.system_instructions': 'Be brief.' });
    expect(input).toEqual({ format: 'text', parts: [cut] });
    expect(attributes.get('gen_ai.system_instructions')).toBe('Be brief.');
  });

  it('come one attribute a field, in numerical order', () => {
    const { input, output, finishReason } = chat({
      'gen_ai.prompt.10.role': 'user',
      'gen_ai.prompt.10.content': 'last',
      'gen_ai.prompt.2.role': 'assistant',
      'gen_ai.prompt.2.content': 'null',
      'gen_ai.prompt.2.tool_calls.0.id': 'c1',
      'gen_ai.prompt.2.tool_calls.0.name': 'f',
      'gen_ai.prompt.2.tool_calls.0.arguments': '{"a":1}',
      'gen_ai.prompt.0.role': 'user',
      'gen_ai.prompt.0.content': '[{"type":"text","text":"first"}]',
      'gen_ai.completion.0.role': 'assistant',
      'gen_ai.completion.0.content': 'done',
    });
    expect(parts(input)).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'first' }] },
      { role: 'assistant', tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }] },
      { role: 'user', content: 'last' },
    ]);
    expect(parts(output)).toEqual([{ role: 'assistant', content: 'done' }]);
    expect(finishReason).toBeNull();
  });

  it('come as events on the span', () => {
    const { input, output } = chat(
      {},
      {
        events: [
          { name: 'gen_ai.system.message', attributes: { content: 'Be brief.', 'gen_ai.system': 'openai' } },
          { name: 'gen_ai.user.message', attributes: { 'gen_ai.event.content': '{"role":"user","content":"Hi"}' } },
          { name: 'gen_ai.choice', attributes: { index: 0, finish_reason: 'stop', message: '{"content":"Hello"}' } },
        ],
      },
    );
    expect(parts(input)).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ]);
    expect(parts(output)).toEqual([{ role: 'assistant', index: 0, finish_reason: 'stop', content: 'Hello' }]);
  });

  it('come as one event', () => {
    const { input, output } = chat(
      {},
      {
        events: [
          {
            name: 'gen_ai.client.inference.operation.details',
            attributes: { 'gen_ai.input.messages': '[{"role":"user"}]', 'gen_ai.output.messages': '[{"role":"assistant"}]' },
          },
        ],
      },
    );
    expect([input?.parts, output?.parts]).toEqual([['{"role":"user"}'], ['{"role":"assistant"}']]);
  });
});

describe('tools and documents', () => {
  it('has arguments and result of a tool run, and its name from the span where no key holds it', () => {
    const run = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.call.arguments': '{"a":1}', 'gen_ai.tool.call.result': { b: 2 } };
    expect(chat(run, { name: 'execute_tool lookup' })).toMatchObject({
      kind: 'tool',
      toolName: 'lookup',
      input: { format: 'json', parts: ['{"a":1}'] },
      output: { format: 'json', parts: ['{"b":2}'] },
    });
  });

  it('reads retrieved documents, also those of which only the id was sent', () => {
    expect(
      chat({
        'gen_ai.operation.name': 'retrieval',
        'gen_ai.retrieval.query.text': 'refunds',
        'gen_ai.retrieval.documents': '[{"id":"a","score":0.5},{"id":7},"x"]',
      }),
    ).toMatchObject({
      kind: 'retriever',
      input: { format: 'text', parts: ['refunds'] },
      documents: [
        { id: 'a', score: 0.5, content: null },
        { id: '7', score: null, content: null },
      ],
    });
    const broken = chat({ 'gen_ai.operation.name': 'retrieval', 'gen_ai.retrieval.documents': '[{"id":' });
    expect(broken.documents).toEqual([]);
    expect(broken.attributes.has('gen_ai.retrieval.documents')).toBe(true);
  });

  it('reads tools on offer as text and as nested values', () => {
    expect(chat({ 'gen_ai.tool.definitions': '[{"name":"a"},{"name":"b"}]' }).toolDefinitions).toEqual(['{"name":"a"}', '{"name":"b"}']);
    expect(chat({ 'gen_ai.tool.definitions': [{ name: 'a' }, '{"name":"b"}'] }).toolDefinitions).toEqual(['{"name":"a"}', '{"name":"b"}']);
  });
});
