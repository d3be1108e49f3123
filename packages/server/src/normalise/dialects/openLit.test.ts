import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../decodedSpan.ts';
import { normaliseSpan } from '../normaliseSpan.ts';
import { decodedSpan } from '../testing/decodedSpan.ts';

const read = (attributes: { [key: string]: AttributeValue }, scope = 'openlit') =>
  normaliseSpan(decodedSpan({ scope, attributes: { 'gen_ai.operation.name': 'chat', ...attributes } }));

describe('OpenLIT', () => {
  it.each([['openlit'], ['@openlit/instrumentation-openai'], ['openlit.otel.tracing']])('is known by the scope %s', (scope) => {
    expect(read({}, scope).dialect).toBe('openlit');
  });

  it('takes a cost of 0 for no price', () => {
    expect(read({ 'gen_ai.usage.cost': 0 }).reportedCostPicoUsd).toBeNull();
    expect(read({ 'gen_ai.usage.cost': 0.0123 }).reportedCostPicoUsd).toBe(12_300_000_000n);
    expect(read({ 'gen_ai.usage.cost': -1 }).reportedCostPicoUsd).toBeNull();
  });

  it('adds the cached tokens of Anthropic, which it leaves out, and of nobody else', () => {
    const usage = { 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.cache_read.input_tokens': 40, 'gen_ai.usage.cache_creation.input_tokens': 10 };
    expect(read({ ...usage, 'gen_ai.provider.name': 'anthropic' }).usage).toMatchObject({ inputTokens: 150, rule: 'openlit:input+cache' });
    expect(read({ ...usage, 'gen_ai.provider.name': 'openai' }).usage).toMatchObject({ inputTokens: 100, rule: 'openlit:includes' });
    expect(read({ ...usage, 'gen_ai.provider.name': 'anthropic' }, '@openlit/instrumentation-langchain').usage).toMatchObject({ inputTokens: 100 });
  });

  it('does not believe a time to first token that is shorter than any network', () => {
    expect(read({ 'gen_ai.server.time_to_first_token': 0.001 }).ttftMs).toBeNull();
    expect(read({ 'gen_ai.server.time_to_first_token': 0.35 }).ttftMs).toBe(350);
    expect(read({ 'gen_ai.server.time_to_first_token': 0.001, 'gen_ai.response.time_to_first_chunk': 0.4 }).ttftMs).toBe(400);
  });

  it('takes a tool named on a model call for no tool run', () => {
    expect(read({ 'gen_ai.tool.name': 'refund', 'gen_ai.tool.args': '{}' })).toMatchObject({ kind: 'llm', toolName: null });
  });

  it('has environment and service on the span', () => {
    expect(read({ 'deployment.environment': 'staging', 'service.name': 'shop' })).toMatchObject({ environment: 'staging', serviceName: 'shop' });
  });

  it('has operations of its own', () => {
    expect(read({ 'gen_ai.operation.name': 'vectordb', 'db.system': 'chroma' }).kind).toBe('db');
    expect(read({ 'gen_ai.operation.name': 'image' }).kind).toBe('llm');
    expect(read({ 'gen_ai.operation.name': 'invoke_workflow', 'gen_ai.workflow.input': 'in', 'gen_ai.workflow.output': 'out' })).toMatchObject({
      kind: 'chain',
      input: { parts: ['in'] },
      output: { parts: ['out'] },
    });
  });
});
