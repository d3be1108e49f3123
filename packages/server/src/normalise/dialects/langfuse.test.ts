import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../decodedSpan.ts';
import { normaliseSpan } from '../normaliseSpan.ts';
import { decodedSpan, type SpanFields } from '../testing/decodedSpan.ts';

type Attrs = { [key: string]: AttributeValue };

function read(type: string, attributes: Attrs = {}, fields: SpanFields = {}) {
  return normaliseSpan(decodedSpan({ scope: 'langfuse-sdk', ...fields, attributes: { 'langfuse.observation.type': type, ...attributes } }));
}
const generation = (usage: unknown, more: Attrs = {}) => read('generation', { 'langfuse.observation.usage_details': JSON.stringify(usage), ...more });

describe('kind', () => {
  it.each([
    ['generation', 'llm'],
    ['embedding', 'embedding'],
    ['agent', 'agent'],
    ['tool', 'tool'],
    ['retriever', 'retriever'],
    ['guardrail', 'guardrail'],
    ['chain', 'chain'],
    ['span', 'chain'],
    ['evaluator', 'other'],
    ['event', 'other'],
  ])('%s is %s', (type, kind) => {
    expect(read(type)).toMatchObject({ dialect: 'langfuse', kind });
  });

  it("of another library's span that Langfuse only labelled is told by that library", () => {
    const span = normaliseSpan(
      decodedSpan({ scope: 'ai', attributes: { 'langfuse.environment': 'staging', 'ai.operationId': 'ai.toolCall', 'ai.toolCall.name': 'f' } }),
    );
    expect(span).toMatchObject({ dialect: 'langfuse', kind: 'tool', toolName: 'f', environment: 'staging' });
  });
});

describe('usage', () => {
  it.each<[string, unknown, object]>([
    [
      'of a wrapper: the classes of a side are added',
      {
        input: 1253,
        output: 300,
        total: 3250,
        input_cached_tokens: 1597,
        input_audio_tokens: 0,
        output_reasoning_tokens: 100,
        output_audio_tokens: 0,
      },
      {
        inputTokens: 2850,
        outputTokens: 400,
        cacheReadTokens: 1597,
        reasoningTokens: 100,
        totalTokens: 3250,
        rule: 'langfuse:input+parts,output+parts',
      },
    ],
    [
      'of a wrapper with every class',
      { input: 10, output: 5, input_cache_read: 20, input_cache_creation: 30, input_audio: 4, output_reasoning: 3, output_audio: 2 },
      { inputTokens: 64, outputTokens: 10, cacheReadTokens: 20, cacheWriteTokens: 30, audioInputTokens: 4, reasoningTokens: 3, audioOutputTokens: 2 },
    ],
    [
      'of a wrapper whose parts are all zero',
      { input: 10, output: 5, total: 15, input_cached_tokens: 0, output_reasoning_tokens: 0 },
      { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, reasoningTokens: 0, rule: 'langfuse:includes' },
    ],
    [
      'of a wrapper whose overlapping parts ate up the rest: the total tells',
      { input: 0, output: 40, total: 140, input_cached_tokens: 64, input_text_tokens: 80, input_audio_tokens: 20 },
      { inputTokens: 100, outputTokens: 40, cacheReadTokens: 64, audioInputTokens: 20 },
    ],
    ['by hand: input and output', { input: 10, output: 5 }, { inputTokens: 10, outputTokens: 5, totalTokens: null, cacheReadTokens: null }],
    [
      'by hand, parts inside: the total tells',
      { input: 100, output: 5, total: 105, input_cached_tokens: 60 },
      { inputTokens: 100, cacheReadTokens: 60, rule: 'langfuse:includes' },
    ],
    [
      "by hand, in Anthropic's words",
      { input: 10, output: 5, cache_read_input_tokens: 60, cache_creation_input_tokens: 7 },
      { inputTokens: 77, cacheReadTokens: 60, cacheWriteTokens: 7 },
    ],
    [
      "by hand, in OpenAI's words",
      {
        prompt_tokens: 100,
        completion_tokens: 9,
        total_tokens: 109,
        prompt_tokens_details: { cached_tokens: 60 },
        completion_tokens_details: { reasoning_tokens: 4 },
      },
      { inputTokens: 100, outputTokens: 9, cacheReadTokens: 60, reasoningTokens: 4 },
    ],
    ['with a total alone is never halved', { total: 105 }, { inputTokens: null, outputTokens: null, totalTokens: 105 }],
  ])('%s', (_origin, details, usage) => {
    expect(generation(details).usage).toMatchObject(usage);
  });

  it('keeps the numbers under the names that were sent', () => {
    expect(generation({ input: 10, output: 5, input_cached_tokens: 60, note: 'x', nested: {} }).usage?.reported).toEqual({
      input: 10,
      output: 5,
      input_cached_tokens: 60,
    });
  });

  it('is null where nothing was sent, where it is broken, and on what is no call', () => {
    expect(generation({}).usage).toBeNull();
    expect(read('generation', { 'langfuse.observation.usage_details': '{"input":1' }).usage).toBeNull();
    expect(read('span', { 'langfuse.observation.usage_details': '{"input":1}' }).usage).toBeNull();
  });
});

describe('cost', () => {
  it.each<[string, unknown, bigint | null]>([
    ['the total', { input: 0.001, output: 0.002, total: 0.0035 }, 3_500_000_000n],
    ['a tiny number, exactly', { total: 1.25e-7 }, 125_000n],
    ['a decimal text', { total: '0.000000000001' }, 1n],
    ['the sum of the classes where there is no total', { input: 0.1, output: 0.2 }, 300_000_000_000n],
    ['nothing that is negative', { total: -1 }, null],
    ['a million dollars at most', { total: 1_000_000 }, 10n ** 18n],
    ['nothing that no call can cost', { total: 1e308 }, null],
    ['no filler zero of a failed call', { input: 0, output: 0, total: 0 }, null],
  ])('is %s', (_what, details, cost) => {
    expect(read('generation', { 'langfuse.observation.cost_details': JSON.stringify(details) }).reportedCostPicoUsd).toBe(cost);
  });

  it('of zero counts where usage came with it', () => {
    expect(generation({ input: 1, output: 1 }, { 'langfuse.observation.cost_details': '{"total":0}' }).reportedCostPicoUsd).toBe(0n);
  });
});

describe('time to first token', () => {
  it.each([
    ['"2026-11-20T09:00:00.250Z"', 250],
    ['2026-11-20T09:00:00.250Z', 250],
    ['"2026-11-20T08:59:59.000Z"', null],
    ['"soon"', null],
  ])('from %s is %s', (time, ttftMs) => {
    expect(read('generation', { 'langfuse.observation.completion_start_time': time }).ttftMs).toBe(ttftMs);
  });
});

describe('failure', () => {
  const exception = [{ name: 'exception', attributes: { 'exception.message': 'boom' } }];
  it.each<[string, Attrs, SpanFields, object]>([
    [
      'the level ERROR',
      { 'langfuse.observation.level': 'ERROR', 'langfuse.observation.status_message': 'no' },
      {},
      { status: 'error', statusMessage: 'no' },
    ],
    ['the status', {}, { statusCode: 2, statusMessage: 'no' }, { status: 'error', statusMessage: 'no' }],
    ['the status, whatever the level', { 'langfuse.observation.level': 'DEFAULT' }, { statusCode: 2 }, { status: 'error' }],
    ['an exception event', {}, { events: exception }, { status: 'error', statusMessage: 'boom' }],
    [
      'not an exception that a level calls a warning',
      { 'langfuse.observation.level': 'WARNING', 'langfuse.observation.status_message': 'hm' },
      { events: exception },
      { status: 'success', statusMessage: null },
    ],
  ])('is told by %s', (_by, attributes, fields, expected) => {
    expect(read('generation', attributes, fields)).toMatchObject(expected);
  });
});

describe('the rest', () => {
  it('reads model, parameters, provider and context', () => {
    const span = read('generation', {
      'langfuse.observation.model.name': 'claude-sonnet-4-5',
      'langfuse.observation.model.parameters': '{"temperature":0.2,"max_tokens":800}',
      'langfuse.observation.input': '{"messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f"}}]}',
      'langfuse.observation.output': '{"role":"assistant","content":"ok"}',
      'session.id': 's-1',
      'user.id': 'u-1',
      'langfuse.environment': 'staging',
      'langfuse.release': 'r-1',
      'langfuse.version': 'v-1',
      'langfuse.trace.tags': ['a', 'b'],
      'langfuse.trace.metadata.department': 'claims',
    });
    expect(span).toMatchObject({
      requestModel: 'claude-sonnet-4-5',
      responseModel: null,
      provider: 'anthropic',
      temperature: 0.2,
      maxTokens: 800,
      environment: 'staging',
      release: 'r-1',
      tags: ['a', 'b'],
      own: { sessionId: 's-1', userId: 'u-1', agentId: null, department: 'claims' },
      toolDefinitions: ['{"type":"function","function":{"name":"f"}}'],
    });
    expect(span.attributes.has('langfuse.observation.input')).toBe(false);
  });

  it.each<[string, SpanFields, object]>([
    ['gpt-4o', {}, { requestModel: 'gpt-4o', responseModel: null }],
    ['gpt-4o-2024-08-06', {}, { requestModel: null, responseModel: 'gpt-4o-2024-08-06' }],
    ['claude-sonnet-4-5-20250929', {}, { requestModel: null, responseModel: 'claude-sonnet-4-5-20250929' }],
    ['gpt-4o-2024-08-06', { statusCode: 2 }, { requestModel: 'gpt-4o-2024-08-06', responseModel: null }],
  ])('takes the one model name %s for what it must be', (model, fields, models) => {
    expect(read('generation', { 'langfuse.observation.model.name': model }, fields)).toMatchObject(models);
  });

  it('names an agent and a tool after their span', () => {
    expect(read('agent', {}, { name: 'planner' }).own.agentId).toBe('planner');
    expect(read('tool', {}, { name: 'lookup' }).toolName).toBe('lookup');
  });

  it('takes the input of the trace where the span has none, and keeps it as an attribute where it has one', () => {
    const trace = { 'langfuse.trace.input': 'question', 'langfuse.trace.output': '["a"]' };
    expect(read('span', trace)).toMatchObject({ input: { format: 'text', parts: ['question'] }, output: { format: 'json', parts: ['["a"]'] } });
    const both = read('span', { ...trace, 'langfuse.observation.input': 'own' });
    expect(both.input?.parts).toEqual(['own']);
    expect(both.attributes.get('langfuse.trace.input')).toBe('question');
  });

  it('reads the documents of a retriever', () => {
    const output = '[{"pageContent":"c","metadata":{"id":"kb-1","score":0.5}}]';
    expect(read('retriever', { 'langfuse.observation.output': output }).documents).toEqual([
      { id: 'kb-1', score: 0.5, content: 'c', metadata: '{"id":"kb-1","score":0.5}' },
    ]);
  });

  it.each([
    ['gpt-4o-mini', 'openai'],
    ['o3-mini', 'openai'],
    ['claude-opus-4', 'anthropic'],
    ['gemini-2.5-flash', 'google'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws.bedrock'],
    ['mistral-large-latest', 'mistral'],
    ['grok-4', 'xai'],
    ['llama-3.3-70b', null],
    ['my-model', null],
  ])('knows who serves %s: %s', (model, provider) => {
    expect(read('generation', { 'langfuse.observation.model.name': model }).provider).toBe(provider);
  });
});
