import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../decodedSpan.ts';
import { normaliseSpan } from '../normaliseSpan.ts';
import { decodedSpan, START_NS, type SpanFields } from '../testing/decodedSpan.ts';

type Entries = { [key: string]: AttributeValue };
const of = (kind: string, attributes: Entries, span: SpanFields = {}) =>
  normaliseSpan(decodedSpan({ ...span, attributes: { 'openinference.span.kind': kind, ...attributes } }));
const llm = (attributes: Entries, span: SpanFields = {}) => of('LLM', attributes, span);
const parts = (value: { parts: string[] } | null) => value?.parts.map((part) => JSON.parse(part) as unknown);

describe('models', () => {
  const parameters = '{"model":"gpt-4o","temperature":0.2,"max_completion_tokens":500}';
  it.each<[string, Entries, string | null, string | null]>([
    [
      'the new keys say both',
      { 'llm.model_name': 'a', 'llm.request.model_name': 'claude-x', 'llm.response.model_name': 'claude-x-2025' },
      'claude-x',
      'claude-x-2025',
    ],
    [
      'another name than the requested one is the answer',
      { 'llm.model_name': 'gpt-4o-2024-08-06', 'llm.invocation_parameters': parameters, 'output.value': 'x' },
      'gpt-4o',
      'gpt-4o-2024-08-06',
    ],
    [
      'the requested name again tells nothing of the answer',
      { 'llm.model_name': 'gpt-4o', 'llm.invocation_parameters': parameters, 'output.value': 'x' },
      'gpt-4o',
      null,
    ],
    [
      'unless the answer itself names it',
      { 'llm.model_name': 'gpt-4o', 'llm.invocation_parameters': parameters, 'output.value': '{"id":"chatcmpl-1","model":"gpt-4o"}' },
      'gpt-4o',
      'gpt-4o',
    ],
    ['a name alone is the answer once one came', { 'llm.model_name': 'gpt-4o', 'llm.token_count.total': 5 }, null, 'gpt-4o'],
    ['a name alone is the request as long as none came', { 'llm.model_name': 'gpt-4o' }, 'gpt-4o', null],
    [
      'openai-agents puts the answer where the parameters belong',
      {
        'llm.model_name': 'gpt-4o-2024-08-06',
        'llm.invocation_parameters': '{"id":"resp_1","model":"gpt-4o-2024-08-06","temperature":1}',
        'output.value': '{}',
      },
      null,
      'gpt-4o-2024-08-06',
    ],
    [
      'LangChain names the answer in its metadata',
      {
        'llm.model_name': 'gpt-4o',
        'llm.invocation_parameters': parameters,
        'output.value': '{"generations":[[{"message":{"kwargs":{"id":"chatcmpl-9","response_metadata":{"model_name":"gpt-4o-2024-08-06"}}}}]]}',
      },
      'gpt-4o',
      'gpt-4o-2024-08-06',
    ],
  ])('%s', (_fact, attributes, requestModel, responseModel) => {
    expect(llm(attributes)).toMatchObject({ requestModel, responseModel });
  });

  it('a failed call has no answer', () => {
    expect(llm({ 'llm.model_name': 'gpt-4o', 'output.value': 'x' }, { statusCode: 2 })).toMatchObject({
      requestModel: 'gpt-4o',
      responseModel: null,
    });
  });

  it('names of embedding and reranker models count once there is a result', () => {
    expect(of('EMBEDDING', { 'embedding.model_name': 'e', 'embedding.embeddings.0.embedding.vector': [0.1] })).toMatchObject({ responseModel: 'e' });
    expect(of('RERANKER', { 'reranker.model_name': 'r', 'output.value': '[]' })).toMatchObject({ responseModel: 'r' });
  });

  it('finds the answer id inside the answer, and no text of a person', () => {
    expect(llm({ 'output.value': '{"id":"chatcmpl-1","object":"chat.completion","service_tier":"flex"}' })).toMatchObject({
      responseId: 'chatcmpl-1',
      serviceTier: 'flex',
    });
    expect(llm({ 'llm.model_name': 'm', 'output.value': JSON.stringify({ id: 'c', text: '{"model":"evil"}' }) }).responseModel).toBe('m');
    expect(llm({ 'output.value': '{"generations":[[{"message":{"kwargs":{"id":"run-1","response_metadata":{}}}}]]}' }).responseId).toBeNull();
  });
});

describe('counts and cost', () => {
  it('are sums that include the cached tokens', () => {
    expect(
      llm({
        'llm.token_count.prompt': 6656,
        'llm.token_count.completion': 509,
        'llm.token_count.total': 7165,
        'llm.token_count.prompt_details.cache_write': 2285,
        'llm.token_count.prompt_details.cache_read': 1000,
        'llm.token_count.completion_details.reasoning': 100,
        'llm.token_count.prompt_details.audio': 3,
        'llm.provider': 'anthropic',
      }).usage,
    ).toEqual({
      inputTokens: 6656,
      outputTokens: 509,
      cacheReadTokens: 1000,
      cacheWriteTokens: 2285,
      cacheWrite1hTokens: null,
      reasoningTokens: 100,
      audioInputTokens: 3,
      audioOutputTokens: null,
      imageInputTokens: null,
      totalTokens: 7165,
      reported: { input: 6656, output: 509, total: 7165, cache_read: 1000, cache_write: 2285, reasoning: 100, audio_input: 3 },
      rule: 'openinference:includes',
      estimated: false,
    });
  });

  it.each<[Entries, bigint | null]>([
    [{ 'llm.cost.total': 0.0000025 }, 2_500_000n],
    [{ 'llm.cost.total': 1e-9 }, 1_000n],
    [{ 'llm.cost.prompt': 0.5, 'llm.cost.completion': 0.25 }, 750_000_000_000n],
    [{ 'llm.cost.prompt': 0.5 }, null],
    [{ 'llm.cost.total': -1 }, null],
    [{ 'llm.cost.total': 'none' }, null],
  ])('cost %j is exact', (attributes, cost) => {
    expect(llm(attributes).reportedCostPicoUsd).toBe(cost);
  });

  it('a provider by hosting first, then by maker, then by LangChain metadata', () => {
    expect(llm({ 'llm.provider': 'azure', 'llm.system': 'openai' }).provider).toBe('azure');
    expect(llm({ 'llm.system': 'openai' }).provider).toBe('openai');
    expect(llm({ metadata: '{"ls_provider":"google_genai"}' }).provider).toBe('google');
  });

  it('takes the first token of a stream from its event', () => {
    const decoded = decodedSpan({ attributes: { 'openinference.span.kind': 'LLM' } });
    const events = [{ name: 'First Token Stream Event', timeNs: START_NS + 350_000_000n, attributes: new Map() }];
    expect(normaliseSpan({ ...decoded, events }).ttftMs).toBe(350);
  });
});

describe('messages', () => {
  it('are put together in the provider shape, in numerical order, without what is empty', () => {
    const { input, attributes } = llm({
      'input.value': '{"messages":[]}',
      'llm.input_messages.0.message.role': 'system',
      'llm.input_messages.0.message.content': 'Be brief.',
      'llm.input_messages.10.message.role': 'tool',
      'llm.input_messages.10.message.content': '{"a":1}',
      'llm.input_messages.10.message.tool_call_id': 'c1',
      'llm.input_messages.2.message.role': 'user',
      'llm.input_messages.2.message.contents.0.message_content.type': 'text',
      'llm.input_messages.2.message.contents.0.message_content.text': 'What is it?',
      'llm.input_messages.2.message.contents.1.message_content.type': 'image',
      'llm.input_messages.2.message.contents.1.message_content.image.image.url': 'data:image/png;base64,AA==',
      'llm.input_messages.9.message.role': 'assistant',
      'llm.input_messages.9.message.tool_calls.0.tool_call.id': 'c1',
      'llm.input_messages.9.message.tool_calls.0.tool_call.function.name': 'f',
      'llm.input_messages.9.message.tool_calls.0.tool_call.function.arguments': '"{\\"b\\":2}"',
      'llm.input_messages.9.message.contents.0.message_content.type': 'tool_use',
      'llm.input_messages.9.message.contents.0.tool_call.id': 'c1',
      'llm.input_messages.9.message.contents.0.tool_call.function.name': 'f',
    });
    expect(parts(input)).toEqual([
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
        ],
      },
      { role: 'assistant', tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"b":2}' } }] },
      { role: 'tool', content: '{"a":1}', tool_call_id: 'c1' },
    ]);
    expect([...attributes.keys()]).toEqual(['openinference.span.kind']);
  });

  it('keep reasoning apart from the answer', () => {
    const { output } = llm({
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.contents.0.message_content.type': 'reasoning',
      'llm.output_messages.0.message.contents.0.message_content.text': 'Hm.',
      'llm.output_messages.0.message.contents.1.message_content.type': 'output_text',
      'llm.output_messages.0.message.contents.1.message_content.text': 'Yes.',
    });
    expect(parts(output)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm.' },
          { type: 'text', text: 'Yes.' },
        ],
      },
    ]);
  });

  it('fall back to the values of the span', () => {
    expect(llm({ 'input.value': 'Hi', 'output.value': '{"a":1}' })).toMatchObject({
      input: { format: 'text', parts: ['Hi'] },
      output: { format: 'json', parts: ['{"a":1}'] },
    });
  });

  it('come from the request itself when the attribute limit has cut the newest ones', () => {
    const messages = Array.from({ length: 80 }, (_, i) => ({ role: 'user', content: `m${i}` }));
    const attributes: Entries = { 'input.value': JSON.stringify({ model: 'm', messages }) };
    for (const [i, { role, content }] of messages.entries()) {
      if (Object.keys(attributes).length >= 126) break;
      attributes[`llm.input_messages.${i}.message.role`] = role;
      attributes[`llm.input_messages.${i}.message.content`] = content;
    }
    const { input } = llm(attributes);
    expect(input?.parts).toHaveLength(80);
    expect(input?.parts.at(-1)).toBe('{"role":"user","content":"m79"}');
  });

  it('lists the tools on offer', () => {
    expect(llm({ 'llm.tools.1.tool.json_schema': '{"name":"b"}', 'llm.tools.0.tool.json_schema': '{"name":"a"}' }).toolDefinitions).toEqual([
      '{"name":"a"}',
      '{"name":"b"}',
    ]);
  });
});

describe('tools', () => {
  it('are named by their key, else by the span', () => {
    expect(of('TOOL', { 'tool.name': 'refund' }, { name: 'call' }).toolName).toBe('refund');
    expect(of('TOOL', {}, { name: 'lookup_order' }).toolName).toBe('lookup_order');
    expect(of('TOOL', { 'tool.name': 'handoff_to_refund-agent' })).toMatchObject({ kind: 'tool', toolName: 'handoff_to_refund-agent' });
  });

  it('have arguments in input.value, else in their parameters, and an id', () => {
    expect(of('TOOL', { 'tool.parameters': '{"a":1}', 'tool_call.id': 'c1' })).toMatchObject({ toolCallId: 'c1', input: { parts: ['{"a":1}'] } });
    expect(of('TOOL', { 'tool.parameters': '{"type":"object"}', 'input.value': 'A-1' }).input?.parts).toEqual(['A-1']);
  });

  it('answer with the content of a serialised ToolMessage', () => {
    const message = {
      lc: 1,
      type: 'constructor',
      id: ['langchain_core', 'messages', 'ToolMessage'],
      kwargs: { content: '{"ok":true}', tool_call_id: 'c9' },
    };
    expect(of('TOOL', { 'output.value': JSON.stringify({ output: message }) })).toMatchObject({
      output: { format: 'json', parts: ['{"ok":true}'] },
      toolCallId: 'c9',
    });
  });
});

describe('retrieval', () => {
  it('reads flattened documents in order', () => {
    expect(
      of('RETRIEVER', {
        'retrieval.documents.1.document.id': 'b',
        'retrieval.documents.1.document.score': 0.5,
        'retrieval.documents.0.document.id': 'a',
        'retrieval.documents.0.document.score': '0.9',
        'retrieval.documents.0.document.content': 'text',
        'retrieval.documents.0.document.metadata': '{"page":2}',
      }).documents,
    ).toEqual([
      { id: 'a', score: 0.9, content: 'text', metadata: '{"page":2}' },
      { id: 'b', score: 0.5, content: null, metadata: null },
    ]);
  });

  it('finds LangChain scores in the metadata and ids in the output', () => {
    const { documents, output } = of('RETRIEVER', {
      'retrieval.documents.0.document.content': 'c',
      'retrieval.documents.0.document.metadata': '{"source":"a.md","score":0.9}',
      'output.value': '{"documents":[{"pageContent":"c","metadata":{"score":0.9},"id":"kb-1"}]}',
    });
    expect(documents).toEqual([{ id: 'kb-1', score: 0.9, content: 'c', metadata: '{"source":"a.md","score":0.9}' }]);
    expect(output?.format).toBe('json');
  });

  it('shows what a reranker left, with the query as input', () => {
    const { documents, input } = of('RERANKER', {
      'reranker.query': 'refunds',
      'reranker.input_documents.0.document.id': 'a',
      'reranker.input_documents.1.document.id': 'b',
      'reranker.output_documents.0.document.id': 'b',
      'reranker.output_documents.0.document.score': 0.99,
    });
    expect(documents).toEqual([{ id: 'b', score: 0.99, content: null, metadata: null }]);
    expect(input?.parts).toEqual(['refunds']);
  });

  it('keeps vectors out of the payloads of embedding calls', () => {
    const span = of('EMBEDDING', {
      'embedding.embeddings.0.embedding.text': 'a',
      'embedding.embeddings.1.embedding.text': 'b',
      'embedding.embeddings.0.embedding.vector': [0.1, 0.2],
      'output.value': '[[0.1,0.2]]',
    });
    expect(span).toMatchObject({ input: { format: 'json', parts: ['["a","b"]'] }, output: null });
    expect(span.attributes.has('embedding.embeddings.0.embedding.vector')).toBe(true);
    expect(span.attributes.has('embedding.embeddings.0.embedding.text')).toBe(false);
  });
});

describe('agents, guardrails, tags', () => {
  it.each<[string, SpanFields, string | null]>([
    ['agent.name', { name: 'run', attributes: { 'agent.name': 'a' } }, 'a'],
    [
      'the graph node of openai-agents',
      { scope: '@arizeai/openinference-instrumentation-openai-agents', name: 'x', attributes: { 'graph.node.id': 'b' } },
      'b',
    ],
    ['never the workflow of openai-agents', { scope: '@arizeai/openinference-instrumentation-openai-agents', name: 'Agent workflow' }, null],
    ['the span name', { name: 'planner' }, 'planner'],
    [
      'the function of the AI SDK',
      { name: 'ai.generateText x', attributes: { 'ai.operationId': 'ai.generateText', 'ai.telemetry.functionId': 'f' } },
      'f',
    ],
  ])('an agent is named by %s', (_what, { attributes, ...span }, agentId) => {
    expect(of('AGENT', attributes ?? {}, span).own.agentId).toBe(agentId);
  });

  it('a triggered guardrail has blocked', () => {
    expect(of('GUARDRAIL', { 'guardrail.triggered': true })).toMatchObject({ kind: 'guardrail', status: 'blocked' });
    expect(of('GUARDRAIL', { 'guardrail.triggered': false })).toMatchObject({ kind: 'guardrail', status: 'success' });
  });

  it.each<[Entries]>([[{ 'tag.tags': ['a', 'b'] }], [{ 'tag.tags': '["a","b"]' }], [{ 'metadata.tags': ['a', 'b'] }]])(
    'reads tags from %j',
    (attributes) => {
      expect(of('CHAIN', attributes).tags).toEqual(['a', 'b']);
    },
  );
});
