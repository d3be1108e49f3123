/**
 * What recorded calls of Anthropic's models cost, against the usage block of the provider's own answer. Prices of Claude Sonnet 4.5
 * in dollars per million tokens, up to 200 000 input tokens: https://docs.claude.com/en/docs/about-claude/pricing (2025-11).
 */
import { describe, expect, test } from 'vitest';
import { bundledPriceBook } from '../src/cost/bundledPrices.ts';
import { priceSpan } from '../src/cost/priceSpan.ts';
import { enrichSpans } from '../src/enrich/enrichSpans.ts';
import { loadTraceGroup, type ServedCall, traceGroupNames } from './otlpFixtures.ts';

const PICO_USD_PER_TOKEN = { input: 3_000_000n, write5m: 3_750_000n, write1h: 6_000_000n, read: 300_000n, output: 15_000_000n };
const MODEL = 'claude-sonnet-4-5-20250929';

interface NativeUsage {
  input_tokens: number;
  cache_read_input_tokens?: number;
  cache_creation?: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: number };
  output_tokens: number;
}

const isServed = (call: ServedCall) => call.model === MODEL && call.error === undefined;

/** Whether the client sent everything that decides the cost. */
function isTold({ readable_at: at = {}, cached_tokens, cache_write_tokens }: ServedCall): boolean {
  const told = (name: string) => (at[name]?.length ?? 0) > 0;
  return (
    (told('input_tokens') || told('native_input_tokens')) &&
    told('output_tokens') &&
    (!cached_tokens || told('cached_tokens')) &&
    (!cache_write_tokens || told('cache_write_tokens'))
  );
}

function trueCost(usage: NativeUsage): bigint {
  const { input_tokens, output_tokens, cache_read_input_tokens = 0, cache_creation: written } = usage;
  return (
    BigInt(input_tokens) * PICO_USD_PER_TOKEN.input +
    BigInt(cache_read_input_tokens) * PICO_USD_PER_TOKEN.read +
    BigInt(written?.ephemeral_5m_input_tokens ?? 0) * PICO_USD_PER_TOKEN.write5m +
    BigInt(written?.ephemeral_1h_input_tokens ?? 0) * PICO_USD_PER_TOKEN.write1h +
    BigInt(output_tokens) * PICO_USD_PER_TOKEN.output
  );
}

const groups = traceGroupNames()
  .map(loadTraceGroup)
  .filter(({ expected }) => expected.llm.some(isServed) && expected.llm.filter(isServed).every(isTold));

describe('a recorded call costs what the usage block of the provider says', () => {
  const book = bundledPriceBook();

  test('there are recordings with cache reads and writes of several clients', () => {
    const cached = groups.filter(
      ({ expected }) => expected.llm.some((call) => call.cached_tokens) && expected.llm.some((call) => call.cache_write_tokens),
    );
    expect(cached.length).toBeGreaterThanOrEqual(4);
  });

  test.each(groups)('$name', ({ spans, expected }) => {
    const { spans: stored } = enrichSpans(spans, (span) => priceSpan(span, book));
    const counted = stored.filter(
      ({ span, resolution }) =>
        span.kind === 'llm' && !resolution.superseded && (span.responseModel ?? span.requestModel)?.startsWith('claude-sonnet-4-5'),
    );
    const sorted = (costs: (bigint | null)[]) => costs.map(String).sort();
    const served = expected.llm.filter(isServed).map((call) => trueCost((call as ServedCall & { native_usage: NativeUsage }).native_usage));
    expect(sorted(counted.filter(({ span }) => span.status === 'success').map(({ cost }) => cost.costPicoUsd))).toEqual(sorted(served));
  });
});
