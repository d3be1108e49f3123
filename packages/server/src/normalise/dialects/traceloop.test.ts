import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../decodedSpan.ts';
import { normaliseSpan } from '../normaliseSpan.ts';
import { decodedSpan, type SpanFields } from '../testing/decodedSpan.ts';

type Entries = { [key: string]: AttributeValue };
const OPENAI = '@traceloop/instrumentation-openai';
const read = (attributes: Entries, span: SpanFields = {}) => normaliseSpan(decodedSpan({ scope: OPENAI, ...span, attributes }));

describe('kinds', () => {
  it.each<[string, Entries, SpanFields]>([
    ['agent', { 'traceloop.span.kind': 'agent' }, {}],
    ['tool', { 'traceloop.span.kind': 'tool' }, {}],
    ['chain', { 'traceloop.span.kind': 'workflow' }, {}],
    ['chain', { 'traceloop.span.kind': 'task' }, {}],
    ['chain', { 'traceloop.span.kind': 'workflow', 'gen_ai.operation.name': 'workflow', 'gen_ai.provider.name': 'langchain' }, {}],
    ['llm', { 'gen_ai.operation.name': 'chat' }, {}],
    ['llm', { 'llm.request.type': 'chat' }, {}],
    ['llm', { 'llm.request.type': 'completion' }, {}],
    ['embedding', { 'llm.request.type': 'embedding' }, {}],
    ['reranker', { 'llm.request.type': 'rerank' }, {}],
    ['retriever', { 'traceloop.workflow.name': 'w' }, { name: 'qdrant.query', events: [{ name: 'db.query.result' }] }],
    ['other', { 'traceloop.workflow.name': 'w' }, { name: 'qdrant.query' }],
  ])('%s: %j', (kind, attributes, span) => {
    expect(read(attributes, span)).toMatchObject({ kind, dialect: 'traceloop' });
  });
});

describe('tokens', () => {
  const anthropic = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 10,
    'gen_ai.usage.cache_read.input_tokens': 30,
    'gen_ai.usage.cache_creation.input_tokens': 20,
  };

  it('of Anthropic in JavaScript leave the cached ones out', () => {
    expect(read(anthropic, { scope: '@traceloop/instrumentation-anthropic' }).usage).toMatchObject({
      inputTokens: 150,
      rule: 'traceloop:input+cache',
      estimated: false,
    });
  });

  it.each([['@traceloop/instrumentation-langchain'], ['opentelemetry.instrumentation.anthropic.v1']])('of Anthropic under %s are sums', (scope) => {
    expect(read({ ...anthropic, 'llm.request.type': 'chat' }, { scope }).usage).toMatchObject({ inputTokens: 100, rule: 'traceloop:includes' });
  });

  it('of OpenAI include them', () => {
    expect(read({ ...anthropic, 'gen_ai.provider.name': 'openai' }).usage).toMatchObject({ inputTokens: 100 });
  });

  it('of 0.14 have the old names', () => {
    expect(
      read({
        'llm.request.type': 'chat',
        'gen_ai.system': 'OpenAI',
        'gen_ai.usage.prompt_tokens': 2930,
        'gen_ai.usage.completion_tokens': 255,
        'llm.usage.total_tokens': 3185,
        'gen_ai.completion.0.finish_reason': 'tool_calls',
      }),
    ).toMatchObject({
      provider: 'openai',
      finishReason: 'tool_calls',
      usage: { inputTokens: 2930, outputTokens: 255, totalTokens: 3185, estimated: false },
    });
  });
});

describe("counts of Traceloop's own tokenizer", () => {
  const call = (input: number, text = 'Two sentences about the Tagus.', more: Entries = {}, span: SpanFields = {}) =>
    read(
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.usage.input_tokens': input,
        'gen_ai.usage.output_tokens': 34,
        'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: text }] }]),
        ...more,
      },
      span,
    ).usage?.estimated;

  it('are a guess, because a provider counts the framing of the message too', () => {
    expect(call(7)).toBe(true);
    expect(call(14)).toBe(false);
    expect(call(1678)).toBe(false);
  });

  it('are told from a provider by the tools on offer as well', () => {
    expect(call(20, 'Hi', { 'gen_ai.tool.definitions': '[{"name":"a"},{"name":"b"},{"name":"c"}]' })).toBe(true);
    expect(call(20, 'Hi')).toBe(false);
  });

  it('are never suspected where the numbers cannot tell', () => {
    expect(call(7, 'x'.repeat(5_000))).toBe(false);
    expect(call(5_000, 'word '.repeat(5_000))).toBe(false);
    expect(call(7, undefined, { 'gen_ai.provider.name': 'anthropic' })).toBe(false);
    expect(call(7, undefined, { 'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"image"}]}]' })).toBe(false);
    expect(call(7, undefined, { 'llm.request.type': 'chat' }, { scope: 'opentelemetry.instrumentation.openai.v1' })).toBe(false);
  });
});

describe('entities', () => {
  const tool = (input: string, output?: string) =>
    read({
      'traceloop.span.kind': 'tool',
      'traceloop.entity.name': 'refund',
      'traceloop.entity.input': input,
      ...(output === undefined ? {} : { 'traceloop.entity.output': output }),
    });

  it.each([
    ['{"args":[],"kwargs":{"order_id":"A-1","eur":84.90}}', 'json', '{"order_id":"A-1","eur":84.90}'],
    ['{"args":["Hi"],"kwargs":{}}', 'text', 'Hi'],
    ['{"args":[{"a" : 1}],"kwargs":{}}', 'json', '{"a" : 1}'],
    ['{"args":[1,2],"kwargs":{}}', 'json', '[1,2]'],
    ['{"args":[1],"kwargs":{"a":2}}', 'json', '{"args":[1],"kwargs":{"a":2}}'],
    ['{"args":[],"kwargs":{}}', 'json', '{}'],
    ['{"args":[],"kwargs":', 'text', '{"args":[],"kwargs":'],
    ['{"input":"How long?"}', 'json', '{"input":"How long?"}'],
  ])('arguments %s', (sent, format, text) => {
    expect(tool(sent).input).toEqual({ format, parts: [text] });
  });

  it.each([
    ['"It is \\"done\\"."', 'text', 'It is "done".'],
    ['{"ok":true}', 'json', '{"ok":true}'],
    ['"cut', 'text', '"cut'],
  ])('result %s', (sent, format, text) => {
    expect(tool('{}', sent)).toMatchObject({ toolName: 'refund', output: { format, parts: [text] } });
  });

  it('a workflow that was called without arguments has no input', () => {
    expect(read({ 'traceloop.span.kind': 'workflow', 'traceloop.entity.input': '{"args":[],"kwargs":{}}' }).input).toBeNull();
  });

  it('an agent is named by gen_ai.agent.name, before by its entity, and a workflow is none', () => {
    expect(read({ 'traceloop.span.kind': 'agent', 'traceloop.entity.name': 'planner', 'traceloop.workflow.name': 'w' }).own).toMatchObject({
      agentId: 'planner',
      runId: null,
      flowId: null,
    });
    expect(read({ 'traceloop.span.kind': 'agent', 'traceloop.entity.name': 'x', 'gen_ai.agent.name': 'planner' }).own.agentId).toBe('planner');
    expect(read({ 'traceloop.span.kind': 'agent' }, { name: 'planner.agent' }).own.agentId).toBe('planner');
    expect(read({ 'traceloop.span.kind': 'workflow', 'traceloop.entity.name': 'w' }).own.agentId).toBeNull();
  });

  it('association properties are session, user and the rest of section 12', () => {
    expect(
      read({
        'traceloop.span.kind': 'task',
        'traceloop.association.properties.session_id': 's',
        'traceloop.association.properties.user_id': 'u',
        'traceloop.association.properties.department': 'd',
        'traceloop.association.properties.tags': '["a"]',
      }),
    ).toMatchObject({ own: { sessionId: 's', userId: 'u', department: 'd' }, tags: ['a'] });
  });

  it('vector searches tell their documents as events', () => {
    expect(
      read(
        {},
        {
          name: 'pinecone.query',
          events: [
            { name: 'db.query.embeddings', attributes: { 'db.query.embeddings.vector': '[0.1]' } },
            {
              name: 'db.query.result',
              attributes: {
                'db.query.result.id': 'a',
                'db.query.result.score': 0.9,
                'db.query.result.document': 't',
                'db.query.result.metadata': '{"p":1}',
              },
            },
          ],
        },
      ).documents,
    ).toEqual([{ id: 'a', score: 0.9, content: 't', metadata: '{"p":1}' }]);
  });

  it('offers of functions become tool definitions', () => {
    expect(
      read({
        'llm.request.type': 'chat',
        'llm.request.functions.0.name': 'f',
        'llm.request.functions.0.description': 'd',
        'llm.request.functions.0.arguments': '{"type":"object"}',
      }).toolDefinitions,
    ).toEqual(['{"name":"f","description":"d","parameters":{"type":"object"}}']);
  });
});
