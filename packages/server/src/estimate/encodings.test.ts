import { expect, test } from 'vitest';
import { encodingOf } from './encodings.ts';

test.each([
  ['gpt-4o-2024-08-06', 'o200k_base', true],
  ['gpt-4.1-mini', 'o200k_base', true],
  ['gpt-5-nano', 'o200k_base', true],
  ['o3', 'o200k_base', true],
  ['o4-mini-2025-04-16', 'o200k_base', true],
  ['chatgpt-4o-latest', 'o200k_base', true],
  ['openai/gpt-oss-120b', 'o200k_base', true],
  ['ft:gpt-4o-mini-2024-07-18:acme::1', 'o200k_base', true],
  ['gpt-4', 'cl100k_base', true],
  ['gpt-4-turbo-2024-04-09', 'cl100k_base', true],
  ['gpt-4-0613', 'cl100k_base', true],
  ['openai/gpt-3.5-turbo', 'cl100k_base', true],
  ['gpt-35-turbo-16k', 'cl100k_base', true],
  ['text-embedding-3-small', 'cl100k_base', true],
  ['text-embedding-ada-002', 'cl100k_base', true],
  ['claude-sonnet-4-5', 'o200k_base', false],
  ['us.anthropic.claude-sonnet-4-20250514-v1:0', 'o200k_base', false],
  ['gemini-2.5-pro', 'o200k_base', false],
  ['meta-llama/Llama-3.3-70B-Instruct', 'o200k_base', false],
  ['text-embedding-004', 'o200k_base', false],
  ['o1x-of-somebody', 'o200k_base', false],
  ['our-deployment', 'o200k_base', false],
  ['', 'o200k_base', false],
  [null, 'o200k_base', false],
])('%s is counted by %s, its own: %s', (model, encoding, isOwn) => {
  expect(encodingOf(model)).toEqual({ encoding, isOwn });
});
