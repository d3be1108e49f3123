import type { EstimateResult, EstimateSchema } from '@sightglass/contract/routes/pricing';
import type { z } from '@hono/zod-openapi';
import { formatUsd } from '@sightglass/contract/money';
import { computeCost } from '../cost/computeCost.ts';
import type { PriceBook } from '../cost/priceBook.ts';
import { explainCost } from '../cost/priceSpan.ts';
import type { Usage } from '../normalise/canonicalSpan.ts';
import { priceItem } from './priceItem.ts';

const REASONS = {
  'no-usage': 'The call tells no token counts.',
  'total-without-split': 'A total cannot be priced: input and output cost different amounts.',
  'input-unknown': 'The input tokens are missing.',
  'output-unknown': 'The output tokens are missing.',
  'no-rate': 'The price has no rate for one of the token classes.',
} as const;

/** What a call would cost that starts at `atNs` (Unix nanoseconds). */
export function estimateCost(call: z.infer<typeof EstimateSchema>, atNs: bigint, book: PriceBook): EstimateResult {
  const match = book.find({ provider: call.provider ?? null, model: call.model, atNs });
  if (match === undefined) {
    return { cost_usd: null, breakdown: null, price: null, matched_by: null, reason: 'The price book has no price for this model at that time.' };
  }
  const usage: Usage = {
    inputTokens: call.input_tokens ?? null,
    outputTokens: call.output_tokens ?? null,
    cacheReadTokens: call.cache_read_tokens ?? null,
    cacheWriteTokens: call.cache_write_tokens ?? null,
    cacheWrite1hTokens: call.cache_write_1h_tokens ?? null,
    reasoningTokens: call.reasoning_tokens ?? null,
    audioInputTokens: call.audio_input_tokens ?? null,
    audioOutputTokens: call.audio_output_tokens ?? null,
    imageInputTokens: call.image_input_tokens ?? null,
    totalTokens: call.total_tokens ?? null,
    reported: {},
    rule: 'estimate',
    estimated: false,
  };
  const options = { kind: call.kind, serviceTier: call.service_tier ?? null };
  const cost = computeCost(usage, match.price, options);
  const priced = { price: priceItem(match.price), matched_by: match.matchedBy };
  if (!cost.ok) return { ...priced, cost_usd: null, breakdown: null, reason: REASONS[cost.reason] };
  return {
    ...priced,
    cost_usd: formatUsd(cost.costPicoUsd),
    breakdown: explainCost(usage, match.price, options),
    reason: cost.tierUnknown ? 'The book has no rates for this service tier: the standard ones were used.' : null,
  };
}
