import { describe, expect, it } from 'vitest';
import { priceListOf, vendorOfModel } from './priceLists.ts';

describe('the price list of a provider', () => {
  it.each([
    ['OpenAI', 'openai'],
    ['openai.chat', 'openai'],
    ['azure-openai.responses', 'azure'],
    ['az.ai.inference', 'azure'],
    ['gcp.vertex_ai', 'google'],
    ['google.generative-ai', 'google'],
    ['amazon-bedrock', 'aws.bedrock'],
    ['aws.bedrock', 'aws.bedrock'],
    ['x_ai', 'xai'],
    ['x-ai', 'xai'],
    ['mistral_ai', 'mistral'],
    ['togetherai.chat', 'together'],
    ['fireworks_ai', 'fireworks'],
    ['deep_infra', 'deepinfra'],
    ['moonshot_ai', 'moonshotai'],
    ['custom', 'custom'],
    ['litellm', null],
    ['langchain', null],
    [null, null],
  ])('%s is %s', (provider, list) => {
    expect(priceListOf(provider)).toBe(list);
  });
});

describe('the vendor that a name gives away', () => {
  it.each([
    ['gpt-4o', 'openai'],
    ['o4-mini', 'openai'],
    ['ft:gpt-4o-mini-2024-07-18:org::id', 'openai'],
    ['text-embedding-3-small', 'openai'],
    ['claude-sonnet-4-5', 'anthropic'],
    ['gemini-2.5-pro', 'google'],
    ['grok-4', 'xai'],
    ['command-r-plus', 'cohere'],
    ['mistral-large-latest', 'mistral'],
    ['us.anthropic.claude-opus-4-6-v1:0', 'aws.bedrock'],
    ['@cf/baai/bge-m3', 'cloudflare'],
    ['gpt-oss-120b', undefined],
    ['llama3:8b', undefined],
    ['deepseek-r1-distill-llama-70b', undefined],
    ['o100', undefined],
  ])('%s is %s', (model, vendor) => {
    expect(vendorOfModel(model)).toBe(vendor);
  });
});
