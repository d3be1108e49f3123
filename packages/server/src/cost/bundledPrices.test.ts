import { formatUsd } from '@sightglass/contract/money';
import { readFileSync } from 'node:fs';
import { calcPrice, waitForUpdate } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { bundledPriceBook, loadBundledPrices } from './bundledPrices.ts';
import { computeCost } from './computeCost.ts';
import type { PriceMatch } from './priceBook.ts';
import { SourceDataSchema } from './priceData.ts';
import { ns } from './testing/prices.ts';
import { usageOf } from './testing/usage.ts';

const book = bundledPriceBook();
const NOON = '2026-11-20T12:00:00Z';

function find(provider: string | null, model: string, time = NOON): PriceMatch | undefined {
  return book.find({ provider, model, atNs: ns(time) });
}

function usd(
  provider: string | null,
  model: string,
  counts: Parameters<typeof usageOf>[0],
  { time = NOON, kind = 'llm' as 'llm' | 'embedding', tier = null as string | null } = {},
): string {
  const match = find(provider, model, time);
  if (match === undefined) return 'unpriced';
  const cost = computeCost(usageOf(counts), match.price, { kind, serviceTier: tier });
  return cost.ok ? formatUsd(cost.costPicoUsd) : cost.reason;
}

const MILLION = { inputTokens: 1_000_000, outputTokens: 1_000_000 };

describe('the bundled prices', () => {
  it('cover every provider that the product names, with at least 24 models of 12 providers', () => {
    const prices = loadBundledPrices();
    expect(new Set(prices.map(({ id }) => id)).size).toBe(prices.length);
    const providers = new Set(prices.map(({ provider }) => provider));
    const named = [
      'openai',
      'anthropic',
      'google',
      'groq',
      'mistral',
      'ollama',
      'together',
      'xai',
      'openrouter',
      'cohere',
      'azure',
      'deepinfra',
      'aws.bedrock',
      'deepseek',
    ];
    for (const provider of named) expect(providers, provider).toContain(provider);
    expect(providers.size).toBeGreaterThanOrEqual(12);
    expect(new Set(prices.map(({ provider, model }) => `${provider} ${model}`)).size).toBeGreaterThanOrEqual(24);
    expect(providers).not.toContain('custom');
  });

  it.each([
    ['openai', 'gpt-4o', '1.25'],
    ['openai.chat', 'gpt-4o-2024-08-06', '1.25'],
    ['openai', 'gpt-4o-2024-05-13', '2'],
    ['openai', 'gpt-4o-mini', '0.075'],
    ['openai', 'gpt-4o-mini-2024-07-18', '0.075'],
    ['openai', 'gpt-4.1-nano', '0.05'],
    ['openai', 'o4-mini', '0.55'],
    ['azure', 'gpt-4o', '1.25'],
    ['az.ai.openai', 'gpt-35-turbo', '0.2'],
    ['anthropic', 'claude-3-5-haiku-20241022', '0.48'],
    ['anthropic', 'claude-opus-4-1-20250805', '9'],
    ['amazon-bedrock', 'anthropic.claude-3-haiku-20240307-v1:0', '0.15'],
    ['aws.bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', '1.98'],
    ['aws.bedrock', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0', '1.8'],
    ['gcp.vertex_ai', 'claude-opus-4-1@20250805', '9'],
    ['google', 'gemini-2.5-flash', '0.28'],
    ['google', 'models/gemini-1.5-flash-8b', '0.01875'],
    ['google', 'gemini-1.5-flash', '0.0375'],
    ['groq', 'llama-3.3-70b-versatile', '0.138'],
    ['mistral', 'mistral-large-latest', '0.8'],
    ['togetherai', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', '0.176'],
    ['xai', 'grok-4', '1.8'],
    ['openrouter', 'openai/gpt-4o', '1.25'],
    ['openrouter', 'any/thing:free', '0'],
    ['cohere', 'command-r-plus', '1.25'],
    ['ollama', 'llama3.2:3b', '0'],
    ['perplexity', 'sonar', '0.212'],
    [null, 'gpt-4o', '1.25'],
    [null, 'anthropic/claude-3-5-haiku-20241022', '0.48'],
    ['litellm', 'openai/gpt-4o-mini', '0.075'],
    ['openai', 'anthropic/claude-opus-4-1', '9'],
    ['anthropic', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', '1.98'],
  ])('charge %s %s for a hundred thousand tokens each way $%s', (provider, model, expected) => {
    expect(usd(provider, model, { inputTokens: 100_000, outputTokens: 100_000 })).toBe(expected);
  });

  it('charge cached, written and embedded tokens as the providers publish', () => {
    expect(usd('openai', 'gpt-4o', { inputTokens: 1_000_000, cacheReadTokens: 1_000_000, outputTokens: 0 })).toBe('1.25');
    expect(usd('openai', 'gpt-4o-mini', { inputTokens: 1_000_000, cacheReadTokens: 1_000_000, outputTokens: 0 })).toBe('0.075');
    const claude = { inputTokens: 100_000, outputTokens: 0 };
    expect(usd('anthropic', 'claude-sonnet-4-5', claude)).toBe('0.3');
    expect(usd('anthropic', 'claude-sonnet-4-5', { ...claude, cacheReadTokens: 100_000 })).toBe('0.03');
    expect(usd('anthropic', 'claude-sonnet-4-5', { ...claude, cacheWriteTokens: 100_000 })).toBe('0.375');
    expect(usd('anthropic', 'claude-sonnet-4-5', { ...claude, cacheWriteTokens: 100_000, cacheWrite1hTokens: 100_000 })).toBe('0.6');
    expect(usd('google', 'claude-opus-4-8', { ...claude, cacheWriteTokens: 100_000, cacheWrite1hTokens: 100_000 })).toBe('1');
    expect(usd('openai', 'text-embedding-3-small', { totalTokens: 1_000_000 }, { kind: 'embedding' })).toBe('0.02');
    expect(usd('deepinfra', 'BAAI/bge-m3', { inputTokens: 1_000_000 }, { kind: 'embedding' })).toBe('0.01');
    expect(usd('aws', 'amazon.titan-embed-text-v2:0', { inputTokens: 1_000_000 }, { kind: 'embedding' })).toBe('0.02');
    expect(usd('cohere', 'embed-multilingual-v3.0', { inputTokens: 1_000_000 }, { kind: 'embedding' })).toBe('0.1');
  });

  it('follow tiers, dates, hours and service tiers', () => {
    expect(usd('google', 'gemini-2.5-pro', { inputTokens: 200_000, outputTokens: 0 })).toBe('0.25');
    expect(usd('google', 'gemini-2.5-pro', { inputTokens: 200_001, outputTokens: 100_000 })).toBe('2.0000025');
    expect(usd('openai', 'o3', MILLION, { time: '2025-06-09T23:59:59Z' })).toBe('50');
    expect(usd('openai', 'o3', MILLION, { time: '2025-06-10T00:00:00Z' })).toBe('10');
    expect(usd('deepseek', 'deepseek-chat', MILLION, { time: '2025-05-01T12:00:00Z' })).toBe('1.37');
    expect(usd('deepseek', 'deepseek-chat', MILLION, { time: '2025-05-01T20:00:00Z' })).toBe('0.685');
    expect(usd('deepseek', 'deepseek-v4-flash', MILLION, { time: '2026-07-01T02:00:00Z' })).toBe('0.42');
    expect(usd('deepseek', 'deepseek-v4-flash', MILLION, { time: '2026-09-01T02:00:00Z' })).toBe('1.76');
    expect(usd('openai', 'gpt-4o', MILLION, { tier: 'flex' })).toBe('6.25');
    expect(usd('anthropic', 'claude-opus-4-1', MILLION, { tier: 'batch' })).toBe('45');
  });

  it.each([
    ['openai', 'gpt-99'],
    ['nobody', 'gpt-4o'],
    ['custom', 'gpt-4o'],
    [null, 'llama3:8b'],
    [null, 'deepseek-r1:8b'],
    [null, 'gpt-oss-120b'],
    [null, 'google/gemma-3-27b-it'],
    ['openai', 'gpt-oss-20b'],
    ['openai', 'meta-llama/llama-3.1-8b'],
    ['openai', 'whisper-1'],
    ['openai', 'gpt-image-1.5'],
    ['azure', 'my-deployment'],
    ['openrouter', 'google/lyria-3-pro-preview'],
    ['cerebras', 'qwen-3-coder-480b'],
  ])('leave %s %s unpriced', (provider, model) => {
    expect(find(provider, model)).toBeUndefined();
  });
});

describe('against the library of the source', () => {
  it('is data of the installed version', () => {
    const installed: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.resolve('@pydantic/genai-prices')), 'utf8'));
    const used = SourceDataSchema.parse(JSON.parse(readFileSync(new URL('./data/genaiPrices.json', import.meta.url), 'utf8'))).source;
    expect(installed).toMatchObject({ name: used.name, version: used.version });
  });

  it('finds the same model under every name that the source lists, and charges the same but for float noise', async () => {
    const different: string[] = [];
    let compared = 0;
    for (const provider of (await waitForUpdate()) ?? []) {
      for (const model of provider.models) {
        for (const name of new Set([model.id, ...listedNames(model.match)])) {
          const theirs = calcPrice({ input_tokens: 90_000, cache_read_tokens: 20_000, output_tokens: 7000 }, name, {
            providerId: provider.id,
            timestamp: new Date(NOON),
          });
          const ours = find(provider.id, name);
          if (theirs === null || ours === undefined) continue;
          const cost = computeCost(usageOf({ inputTokens: 90_000, cacheReadTokens: 20_000, outputTokens: 7000 }), ours.price, {
            kind: 'llm',
            serviceTier: null,
          });
          if (!cost.ok) continue;
          compared += 1;
          const total = Number(formatUsd(cost.costPicoUsd));
          const sameModel = theirs.model.id.toLowerCase() === ours.price.model;
          if (!sameModel || Math.abs(total - theirs.total_price) > 1e-9)
            different.push(`${provider.id} ${name}: ${theirs.model.id} ${theirs.total_price}, here ${ours.price.model} ${total}`);
        }
      }
    }
    expect(compared).toBeGreaterThan(2300);
    // The supplement knows this model by its own name; the source by a gateway's.
    expect(different.filter((line) => !line.includes('gemini-1.5-flash-8b'))).toEqual([]);
  });
});

function listedNames(match: object): string[] {
  if ('or' in match && Array.isArray(match.or)) return match.or.flatMap((each: object) => listedNames(each));
  return 'equals' in match && typeof match.equals === 'string' ? [match.equals] : [];
}
