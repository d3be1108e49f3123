import { describe, expect, it } from 'vitest';
import { normaliseProvider } from './providers.ts';

describe('normaliseProvider', () => {
  it.each([
    ['openai', 'openai'],
    ['OpenAI', 'openai'],
    ['openai.chat', 'openai'],
    ['openai.responses', 'openai'],
    ['openai.embedding', 'openai'],
    ['anthropic.messages', 'anthropic'],
    ['Anthropic', 'anthropic'],
    ['google.generative-ai', 'google'],
    ['google_genai', 'google'],
    ['google-vertex', 'google'],
    ['gcp.vertex_ai', 'google'],
    ['gcp.gemini', 'google'],
    ['gcp.gen_ai', 'google'],
    ['vertexai', 'google'],
    ['vertex_ai', 'google'],
    ['aws.bedrock', 'aws.bedrock'],
    ['amazon-bedrock', 'aws.bedrock'],
    ['amazon_bedrock', 'aws.bedrock'],
    ['az.ai.inference', 'azure'],
    ['az.ai.openai', 'azure'],
    ['azure-openai.chat', 'azure'],
    ['azure.ai.openai', 'azure'],
    ['x_ai', 'xai'],
    ['xai.chat', 'xai'],
    ['mistral_ai', 'mistral'],
    ['mistral.chat', 'mistral'],
    ['MistralAI', 'mistral'],
    ['groq.chat', 'groq'],
    ['deepseek', 'deepseek'],
    ['cohere', 'cohere'],
    ['ibm.watsonx.ai', 'ibm.watsonx.ai'],
    [' Perplexity ', 'perplexity'],
  ])('names %s %s', (raw, provider) => {
    expect(normaliseProvider(raw)).toBe(provider);
  });

  it.each([undefined, '', '  ', '_OTHER', 'unknown', 'langchain'])('takes %j for no provider', (raw) => {
    expect(normaliseProvider(raw)).toBeUndefined();
  });

  it('gives the same answer after very many different names', () => {
    for (let i = 0; i < 3_000; i++) normaliseProvider(`vendor-${i}`);
    expect(normaliseProvider('openai.chat')).toBe('openai');
  });
});
