import { describe, expect, it } from 'vitest';
import { isBedrockName, MODEL_NAME_LENGTH_MAX, normaliseModelName, splitVendor, withoutDate } from './modelName.ts';

describe('a model name', () => {
  it.each([
    [' GPT-4o ', 'gpt-4o'],
    ['models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['publishers/google/models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['projects/p/locations/us/publishers/anthropic/models/claude-sonnet-4-5@20250929', 'claude-sonnet-4-5@20250929'],
    ['accounts/fireworks/models/llama-v3p1-8b-instruct', 'accounts/fireworks/models/llama-v3p1-8b-instruct'],
    ['  ', undefined],
  ])('%s is read as %s', (raw, name) => {
    expect(normaliseModelName(raw)).toBe(name);
  });

  it('is refused one character above the limit', () => {
    expect(normaliseModelName('x'.repeat(MODEL_NAME_LENGTH_MAX))).toHaveLength(MODEL_NAME_LENGTH_MAX);
    expect(normaliseModelName('x'.repeat(MODEL_NAME_LENGTH_MAX + 1))).toBeUndefined();
  });

  it.each([
    ['gpt-4o-2024-08-06', 'gpt-4o'],
    ['claude-sonnet-4-20250514', 'claude-sonnet-4'],
    ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
    ['gpt-4-0613', undefined],
    ['gpt-4o-2024-13-06', undefined],
    ['2024-08-06', undefined],
  ])('%s without its date is %s', (name, undated) => {
    expect(withoutDate(name)).toBe(undated);
  });

  it.each([
    ['openai/gpt-4o', { vendor: 'openai', model: 'gpt-4o' }],
    ['x-ai:grok-4', { vendor: 'x-ai', model: 'grok-4' }],
    ['gpt-4o', undefined],
    ['openai/', undefined],
  ])('%s has the vendor %j', (name, split) => {
    expect(splitVendor(name)).toEqual(split);
  });

  it.each([
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', true],
    ['amazon.nova-pro-v1:0', true],
    ['arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.anthropic.claude-opus-4-6-v1', true],
    ['claude-sonnet-4-5', false],
    ['gpt-4.1', false],
  ])('%s is a Bedrock name: %s', (name, expected) => {
    expect(isBedrockName(name)).toBe(expected);
  });
});
