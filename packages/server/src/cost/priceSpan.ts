/** A span's cost by a price book, and the sum behind it for a person to read. */
import { formatUsd, PICO_USD_PER_USD } from '@sightglass/contract/money';
import type { CostBreakdown } from '@sightglass/contract/trace';
import type { CanonicalSpan, Usage } from '../normalise/canonicalSpan.ts';
import type { SpanCost } from '../telemetry/storedSpan.ts';
import { type CostLine, type CostOptions, computeCost } from './computeCost.ts';
import type { Price, RateClass } from './price.ts';
import type { PriceBook, PriceMatch } from './priceBook.ts';

const NO_COST: SpanCost = { costPicoUsd: null, costSource: null, priceId: null };

/** What pricing reads of a span, so that a stored call can be priced again from its row. */
export type PriceableSpan = Pick<
  CanonicalSpan,
  'kind' | 'provider' | 'requestModel' | 'responseModel' | 'usage' | 'reportedCostPicoUsd' | 'serviceTier' | 'startNs'
>;

/**
 * The cost of an llm or embedding span; every other kind only repeats what these carry. A cost that the sender
 * reports wins, because the sender knows its contract. The cost is `estimated` when the token counts are
 * guesses, or when the call ran in a service tier whose rates are not known.
 */
export function priceSpan(span: PriceableSpan, book: Pick<PriceBook, 'find'>): SpanCost {
  const { kind, usage, reportedCostPicoUsd, serviceTier } = span;
  if (kind !== 'llm' && kind !== 'embedding') return NO_COST;
  if (reportedCostPicoUsd !== null && reportedCostPicoUsd >= 0n) return { costPicoUsd: reportedCostPicoUsd, costSource: 'reported', priceId: null };
  if (usage === null) return NO_COST;
  const match = findSpanPrice(span, book);
  if (match === undefined) return NO_COST;
  const cost = computeCost(usage, match.price, { kind, serviceTier });
  if (!cost.ok) return NO_COST;
  const estimated = usage.estimated || cost.tierUnknown;
  return {
    costPicoUsd: cost.costPicoUsd,
    costSource: estimated ? 'estimated' : match.price.origin === 'override' ? 'override' : 'price_book',
    priceId: match.price.id,
  };
}

/**
 * The price for a span's model: the one that answered before the one that was asked for. An alias moves between
 * releases of different price, a router picks, and the name an Azure call asks for is its owner's own.
 */
export function findSpanPrice(
  { provider, requestModel, responseModel, startNs }: Pick<PriceableSpan, 'provider' | 'requestModel' | 'responseModel' | 'startNs'>,
  book: Pick<PriceBook, 'find'>,
): PriceMatch | undefined {
  const answered = responseModel === null ? undefined : book.find({ provider, model: responseModel, atNs: startNs });
  if (answered !== undefined || requestModel === null) return answered;
  return book.find({ provider, model: requestModel, atNs: startNs });
}

const LINE_CLASSES = {
  input: 'input',
  cacheRead: 'cache_read',
  cacheWrite: 'cache_write',
  cacheWrite1h: 'cache_write_1h',
  audioInput: 'audio_input',
  imageInput: 'image_input',
  output: 'output',
  reasoning: 'reasoning',
  audioOutput: 'audio_output',
  perRequest: 'request',
} as const satisfies Record<RateClass, CostBreakdown['lines'][number]['class']>;

/**
 * The sum behind a cost. Line costs are exact and may have up to 18 decimals; `total_usd` is their sum rounded
 * once to 12. Null when the usage cannot be charged (see `computeCost`).
 */
export function explainCost(usage: Usage, price: Price, options: CostOptions): CostBreakdown | null {
  const cost = computeCost(usage, price, options);
  if (!cost.ok) return null;
  const tiers = [cost.serviceTier, cost.aboveInputTokens === null ? null : `above ${cost.aboveInputTokens} input tokens`];
  const tier = tiers.filter((name) => name !== null).join(', ');
  return {
    lines: cost.lines.map((line) => ({
      class: LINE_CLASSES[line.class],
      quantity: line.quantity,
      usd_per_million: formatUsd(line.rate),
      cost_usd: formatLineUsd(line),
    })),
    total_usd: formatUsd(cost.costPicoUsd),
    price_id: price.id,
    price_model: price.model,
    price_from: price.effectiveFromNs === null ? null : new Date(Number(price.effectiveFromNs / 1_000_000n)).toISOString(),
    tier: tier === '' ? null : tier,
  };
}

/** Dollars with up to 18 decimals: `85n × $0.000001 / M` → `"0.000000000085"`. Line amounts are never negative. */
function formatLineUsd({ microPicoUsd }: CostLine): string {
  const perUsd = PICO_USD_PER_USD * 1_000_000n;
  const fraction = (microPicoUsd % perUsd).toString().padStart(18, '0').replace(/0+$/, '');
  return fraction === '' ? `${microPicoUsd / perUsd}` : `${microPicoUsd / perUsd}.${fraction}`;
}
