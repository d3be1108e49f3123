import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPAN_KINDS, SPAN_STATUSES, type SpanKind } from '@sightglass/contract/spanKinds';
import type { AttributeValue } from './decodedSpan.ts';
import { normaliseSpan } from './normaliseSpan.ts';
import { START_NS, decodedSpan, type SpanFields } from './testing/decodedSpan.ts';

const read = (span: SpanFields) => normaliseSpan(decodedSpan(span));

describe('which dialect a span speaks', () => {
  it.each<[string, SpanFields]>([
    ['logfire', { attributes: { 'logfire.msg': 'm', 'openinference.span.kind': 'LLM', 'gen_ai.operation.name': 'chat' } }],
    ['logfire', { attributes: { 'logfire.span_type': 'span' } }],
    ['openinference', { scope: 'ai', attributes: { 'openinference.span.kind': 'LLM', 'ai.operationId': 'ai.generateText.doGenerate' } }],
    ['langfuse', { attributes: { 'langfuse.observation.type': 'generation', 'gen_ai.operation.name': 'chat' } }],
    ['langfuse', { scope: 'langfuse-sdk' }],
    ['langfuse', { attributes: { 'langfuse.trace.name': 'x' } }],
    ['langsmith', { attributes: { 'langsmith.span.kind': 'llm', 'gen_ai.operation.name': 'chat' } }],
    ['langsmith', { attributes: { 'langsmith.trace.id': 'x', 'gen_ai.system': 'langchain' } }],
    ['ai-sdk', { attributes: { 'ai.operationId': 'ai.toolCall', 'gen_ai.system': 'openai.chat' } }],
    ['ai-sdk', { scope: 'ai' }],
    ['traceloop', { attributes: { 'traceloop.span.kind': 'task' } }],
    ['traceloop', { attributes: { 'llm.request.type': 'chat', 'gen_ai.system': 'OpenAI' } }],
    ['traceloop', { scope: '@traceloop/instrumentation-openai', attributes: { 'gen_ai.operation.name': 'chat' } }],
    ['mastra', { attributes: { 'mastra.span.type': 'agent_run', 'gen_ai.operation.name': 'invoke_agent' } }],
    ['openlit', { scope: 'openlit', attributes: { 'gen_ai.operation.name': 'chat' } }],
    ['otel-genai', { attributes: { 'gen_ai.operation.name': 'chat' } }],
    ['otel-genai', { attributes: { 'gen_ai.system': 'openai' } }],
    ['otel-genai', { attributes: { 'gen_ai.provider.name': 'openai' } }],
    ['otel-genai', { scope: 'gen_ai' }],
    ['db', { attributes: { 'db.system': 'postgresql' } }],
    ['db', { attributes: { 'db.system.name': 'postgresql', 'http.request.method': 'POST' } }],
    ['http', { attributes: { 'http.request.method': 'GET' } }],
    ['http', { attributes: { 'http.method': 'GET' } }],
    ['http', { attributes: { 'http.route': '/' } }],
    ['http', { attributes: { 'url.full': 'https://example.com' } }],
    ['otel', { attributes: { 'http.response.status_code': 200 } }],
    ['otel', {}],
  ])('%s: %j', (dialect, span) => {
    expect(read(span).dialect).toBe(dialect);
  });
});

describe('kinds', () => {
  const operation = (name: string): SpanFields => ({ attributes: { 'gen_ai.operation.name': name } });
  const openInference = (kind: string): SpanFields => ({ attributes: { 'openinference.span.kind': kind } });
  it.each<[SpanKind, SpanFields]>([
    ['llm', operation('chat')],
    ['llm', operation('text_completion')],
    ['llm', operation('generate_content')],
    ['embedding', operation('embeddings')],
    ['agent', operation('invoke_agent')],
    ['agent', operation('create_agent')],
    ['tool', operation('execute_tool')],
    ['retriever', operation('retrieval')],
    ['reranker', operation('rerank')],
    ['guardrail', operation('guardrail.run')],
    ['guardrail', operation('guard')],
    ['chain', operation('invoke_workflow')],
    ['chain', operation('plan')],
    ['chain', operation('agent_step')],
    ['chain', operation('workflow')],
    ['chain', operation('my_own_step')],
    ['llm', { attributes: { 'gen_ai.operation.name': 'my_own_call', 'gen_ai.response.model': 'm' } }],
    ['other', operation('search_memory')],
    ['other', operation('create_memory')],
    ['llm', { name: 'chat gpt-4o', attributes: { 'gen_ai.system': 'openai' } }],
    ['llm', { attributes: { 'gen_ai.system': 'openai', 'gen_ai.request.model': 'gpt-4o' } }],
    ['embedding', { attributes: { 'gen_ai.system': 'openai', 'gen_ai.request.model': 'text-embedding-3-small' } }],
    ['other', { attributes: { 'gen_ai.system': 'openai' } }],
    ['llm', openInference('LLM')],
    ['llm', openInference('llm')],
    ['embedding', openInference('EMBEDDING')],
    ['agent', openInference('AGENT')],
    ['tool', openInference('TOOL')],
    ['retriever', openInference('RETRIEVER')],
    ['reranker', openInference('RERANKER')],
    ['guardrail', openInference('GUARDRAIL')],
    ['chain', openInference('CHAIN')],
    ['chain', openInference('PROMPT')],
    ['other', openInference('EVALUATOR')],
    ['other', openInference('SOMETHING_NEW')],
    ['db', { attributes: { 'db.system': 'redis' } }],
    ['retriever', { attributes: { 'db.system': 'pinecone' }, events: [{ name: 'db.query.result', attributes: { 'db.query.result.id': 'a' } }] }],
    ['http', { attributes: { 'http.route': '/a' } }],
    ['guardrail', { attributes: { 'sightglass.guardrail.similarity_score': 0.9 } }],
    ['guardrail', { attributes: { 'guardrail.triggered': true } }],
    ['retriever', { attributes: { 'sightglass.rag.total_ms': 12 } }],
    ['chain', { attributes: { 'openinference.span.kind': 'CHAIN', 'sightglass.rag.total_ms': 12 } }],
    ['other', {}],
  ])('%s: %j', (kind, span) => {
    expect(read(span).kind).toBe(kind);
  });
});

describe('several families on one span', () => {
  it('fills from later families what the first one leaves open, and reads usage from one of them', () => {
    const span = read({
      attributes: {
        'logfire.msg': 'chat gpt-4o',
        'logfire.tags': ['prod'],
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': 10,
        'gen_ai.usage.output_tokens': 5,
        'http.request.method': 'POST',
        'http.route': '/v1/chat',
      },
    });
    expect(span).toMatchObject({ dialect: 'logfire', kind: 'llm', requestModel: 'gpt-4o', tags: ['prod'] });
    expect(span.usage).toMatchObject({ inputTokens: 10, outputTokens: 5, rule: 'otel-genai:includes' });
  });

  it('reads the AI SDK counts under the OpenInference processor, never the sum of both', () => {
    const { usage, dialect } = read({
      scope: 'ai',
      attributes: {
        'openinference.span.kind': 'LLM',
        'ai.operationId': 'ai.generateText.doGenerate',
        'llm.token_count.prompt': 4613,
        'llm.token_count.completion': 464,
        'ai.usage.inputTokens': 4613,
        'ai.usage.outputTokens': 464,
        'ai.usage.cachedInputTokens': 1408,
        'gen_ai.usage.input_tokens': 4613,
      },
    });
    expect(dialect).toBe('openinference');
    expect(usage).toMatchObject({ inputTokens: 4613, outputTokens: 464, cacheReadTokens: 1408 });
  });

  it('counts usage and cost on model and embedding calls only', () => {
    const usage = { 'gen_ai.usage.input_tokens': 10, 'operation.cost': 0.5, 'logfire.msg': 'm' };
    for (const [operation, counted] of [
      ['chat', true],
      ['embeddings', true],
      ['invoke_agent', false],
      ['execute_tool', false],
      ['workflow', false],
    ] as const) {
      const span = read({ attributes: { ...usage, 'gen_ai.operation.name': operation } });
      expect(span.usage !== null, operation).toBe(counted);
      expect(span.reportedCostPicoUsd, operation).toBe(counted ? 500_000_000_000n : null);
    }
  });
});

describe('what a span says of itself', () => {
  it('names its agent by name, then by id, then by the dialect', () => {
    expect(read({ attributes: { 'gen_ai.agent.name': 'a', 'gen_ai.agent.id': 'b' } }).own.agentId).toBe('a');
    expect(read({ attributes: { 'gen_ai.agent.id': 'b' } }).own.agentId).toBe('b');
    expect(read({ attributes: { 'openinference.span.kind': 'AGENT', 'agent.name': 'c' } }).own.agentId).toBe('c');
    expect(read({ attributes: { 'openinference.span.kind': 'AGENT', 'agent.name': 'c', 'gen_ai.agent.name': 'a' } }).own.agentId).toBe('a');
    expect(read({ resource: { attributes: new Map([['service.name', 'shop']]) } }).own.agentId).toBeNull();
  });

  it('lets the e-mail address stand in for a user id, and only then', () => {
    expect(read({ attributes: { 'user.email': 'a@example.com' } }).own).toMatchObject({ userId: 'a@example.com', userEmail: 'a@example.com' });
    expect(read({ attributes: { 'user.email': 'a@example.com', 'user.id': 'u1' } }).own).toMatchObject({ userId: 'u1', userEmail: 'a@example.com' });
  });

  it('never copies the requested model into the answer', () => {
    expect(read({ attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o' } })).toMatchObject({
      requestModel: 'gpt-4o',
      responseModel: null,
    });
  });

  it('has the endpoint of an http server span, and none of a client span', () => {
    const attributes = { 'http.method': 'get', 'http.target': '/orders/A-1042?x=1', 'http.status_code': 404 };
    expect(read({ otelKind: 2, attributes }).own).toMatchObject({ endpoint: '/orders/:id', method: 'GET', statusCode: 404 });
    expect(read({ otelKind: 3, attributes }).own).toMatchObject({ endpoint: null, method: null, statusCode: null });
  });

  it('takes the service from the resource, and from the span where the resource has a placeholder', () => {
    const resource = (name: string) => ({ attributes: new Map([['service.name', name]]) });
    expect(read({ resource: resource('shop') }).serviceName).toBe('shop');
    expect(read({ resource: resource('unknown_service:node'), attributes: { 'service.name': 'shop' } }).serviceName).toBe('shop');
    expect(read({ resource: resource('unknown_service:node') }).serviceName).toBe('unknown_service:node');
    expect(read({}).serviceName).toBeNull();
  });

  it('stores the text of a payload once, and every other attribute as sent', () => {
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.input.messages': '[{"role":"user","content":"hi"}]',
      'gen_ai.output.messages': '[{"role":"assistant","content":"ho"}]',
      'gen_ai.tool.definitions': '[{"name":"t"}]',
      'my.key': 'kept',
    };
    const span = read({ attributes });
    expect([...span.attributes]).toEqual([
      ['gen_ai.operation.name', 'chat'],
      ['my.key', 'kept'],
    ]);
    expect(span.input).toEqual({ format: 'messages', parts: ['{"role":"user","content":"hi"}'] });
    expect(span.toolDefinitions).toEqual(['{"name":"t"}']);
  });

  it('has a tool name on tool runs only', () => {
    const tool = { 'gen_ai.tool.name': 'refund', 'gen_ai.tool.call.id': 'c1' };
    expect(read({ attributes: { 'gen_ai.operation.name': 'chat', ...tool } })).toMatchObject({ toolName: null, toolCallId: null });
    expect(read({ attributes: { 'gen_ai.operation.name': 'execute_tool', ...tool } })).toMatchObject({ toolName: 'refund', toolCallId: 'c1' });
  });

  it('keeps ids, times, links and the scope', () => {
    const span = read({ scope: 'app', endNs: START_NS + 5n, parentSpanId: '00f067aa0ba902b7', otelKind: 3 });
    expect(span).toMatchObject({
      durationNs: 5n,
      startNs: START_NS,
      parentSpanId: '00f067aa0ba902b7',
      otelKind: 3,
      scopeName: 'app',
      scopeVersion: null,
    });
  });
});

describe('hostile spans', () => {
  const KEYS = [
    'gen_ai.operation.name',
    'gen_ai.system',
    'gen_ai.provider.name',
    'gen_ai.input.messages',
    'gen_ai.output.messages',
    'gen_ai.system_instructions',
    'gen_ai.prompt',
    'gen_ai.prompt.0.content',
    'gen_ai.prompt.0.tool_calls.0.name',
    'gen_ai.completion.1.role',
    'gen_ai.tool.definitions',
    'gen_ai.retrieval.documents',
    'gen_ai.usage.input_tokens',
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.usage.output_tokens',
    'gen_ai.response.finish_reasons',
    'gen_ai.request.max_tokens',
    'gen_ai.request.temperature',
    'gen_ai.response.time_to_first_chunk',
    'gen_ai.usage.cost',
    'operation.cost',
    'openinference.span.kind',
    'llm.input_messages.0.message.role',
    'llm.input_messages.0.message.content',
    'llm.input_messages.0.message.contents.0.message_content.type',
    'llm.input_messages.7.message.tool_calls.3.tool_call.function.arguments',
    'llm.output_messages.0.message.content',
    'llm.invocation_parameters',
    'llm.model_name',
    'llm.token_count.prompt',
    'llm.cost.total',
    'metadata',
    'input.value',
    'output.value',
    'retrieval.documents.0.document.metadata',
    'retrieval.documents.2.document.score',
    'reranker.output_documents.0.document.id',
    'embedding.embeddings.0.embedding.text',
    'tool.name',
    'traceloop.span.kind',
    'traceloop.entity.input',
    'traceloop.entity.output',
    'llm.request.type',
    'llm.request.functions.0.arguments',
    'logfire.msg',
    'logfire.level_num',
    'events',
    'agent_name',
    'request_data',
    'response_data',
    'tool_arguments',
    'ai.operationId',
    'ai.prompt.messages',
    'ai.response.toolCalls',
    'ai.response.providerMetadata',
    'ai.usage.inputTokens',
    'ai.values',
    'ai.embeddings',
    'langfuse.observation.type',
    'langfuse.observation.usage_details',
    'langfuse.observation.completion_start_time',
    'langfuse.observation.output',
    'langsmith.span.kind',
    'langsmith.usage_metadata',
    'langsmith.span.tags',
    'mastra.span.type',
    'mastra.completion_start_time',
    'http.method',
    'http.target',
    'http.status_code',
    'url.full',
    'db.system',
    'sightglass.trace_type',
    'guardrail.triggered',
    'error.type',
    '__proto__',
    'constructor',
    '',
  ];
  const TEXTS = [
    '',
    'chat',
    'execute_tool',
    'embeddings',
    'retrieval',
    'LLM',
    'TOOL',
    'RETRIEVER',
    'EMBEDDING',
    'RERANKER',
    'AGENT',
    'generation',
    'llm',
    'retriever',
    'ai.generateText.doGenerate',
    'ai.embedMany.doEmbed',
    'ai.toolCall',
    'model_inference',
    'NaN',
    '-1',
    '1e999',
    '{"',
    '[',
    '[{"role":',
    '[null]',
    '[[[]]]',
    '{"__proto__":{"a":1}}',
    '{"messages":[[{"lc":1,"kwargs":null}]]}',
    '{"documents":[null,{"metadata":3}]}',
    '{"args":[],"kwargs":',
    '{"args":[1,"a"],"kwargs":{}}',
    '"\\ud800"',
    '{"id":"x","model":"m"}',
    '{"generations":[[{}]],"response_metadata":{',
    '"2026-11-20T09:05:23Z"',
    '{"input":"x","total":-5}',
    '\u0000',
    'STOP',
  ];
  const leaf = fc.oneof(
    fc.constantFrom(...TEXTS),
    fc.string(),
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.boolean(),
    fc.uint8Array({ maxLength: 8 }),
    fc.json(),
  );
  const value: fc.Arbitrary<AttributeValue> = fc.oneof(
    { weight: 6, arbitrary: leaf },
    { weight: 1, arbitrary: fc.array(leaf, { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('role', 'content', 'parts', 'id', 'score', '__proto__', 'x'), leaf, { maxKeys: 4 }) },
    { weight: 1, arbitrary: fc.array(fc.dictionary(fc.constantFrom('role', 'content', 'id', 'metadata'), leaf, { maxKeys: 3 }), { maxLength: 3 }) },
  );
  const attributes = fc.array(fc.tuple(fc.constantFrom(...KEYS), value), { maxLength: 24 }).map((entries) => new Map(entries));
  const span = fc.record({
    attributes,
    scope: fc.constantFrom('', 'ai', 'gen_ai', 'openlit', 'langfuse-sdk', '@traceloop/instrumentation-openai', '__proto__'),
    name: fc.constantFrom('', 'chat x', 'running tool', 'qdrant.query', 'execute_tool ', 'a'.repeat(1_000)),
    eventName: fc.constantFrom(
      'exception',
      'db.query.result',
      'gen_ai.user.message',
      'gen_ai.choice',
      'gen_ai.client.inference.operation.details',
      'x',
    ),
    eventAttributes: attributes,
    statusCode: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
    otelKind: fc.constantFrom<0 | 1 | 2 | 3>(0, 1, 2, 3),
  });

  it('never break it, and never yield a value outside the canonical span', () => {
    fc.assert(
      fc.property(span, ({ attributes: sent, scope, name, eventName, eventAttributes, statusCode, otelKind }) => {
        const decoded = decodedSpan({ scope, name, statusCode, otelKind });
        const events = [{ name: eventName, timeNs: START_NS - 5n, attributes: eventAttributes }];
        const before = [...sent];
        const result = normaliseSpan({ ...decoded, attributes: sent, events });
        expect([...sent]).toEqual(before);
        expect(SPAN_KINDS).toContain(result.kind);
        expect(SPAN_STATUSES).toContain(result.status);
        for (const number of [result.ttftMs, result.temperature, result.maxTokens, ...Object.values(result.usage ?? {})]) {
          if (typeof number === 'number') expect(Number.isFinite(number)).toBe(true);
        }
        for (const count of Object.values(result.usage?.reported ?? {})) expect(Number.isSafeInteger(count)).toBe(true);
        for (const text of [
          result.provider,
          result.requestModel,
          result.responseModel,
          result.responseId,
          result.toolName,
          result.finishReason,
          result.own.agentId,
        ]) {
          expect(text === null || (typeof text === 'string' && text !== '')).toBe(true);
        }
        for (const payload of [result.input, result.output]) {
          if (payload === null) continue;
          expect(payload.parts.length).toBeGreaterThan(0);
          for (const part of payload.parts) expect(typeof part).toBe('string');
        }
        for (const text of [...result.toolDefinitions, ...result.tags]) expect(typeof text).toBe('string');
        if (result.reportedCostPicoUsd !== null) expect(result.reportedCostPicoUsd).toBeGreaterThanOrEqual(0n);
      }),
      { numRuns: 3_000 },
    );
  });
});
