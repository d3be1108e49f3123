/** A price that a workspace has set → the price that the book searches. Pure. */
import { parseUsd } from '@sightglass/contract/money';
import { type NewPrice, RATE_NAMES, type RateName } from '@sightglass/contract/price';
import { parseTimestamp } from '@sightglass/contract/timestamp';
import type { MatchRule } from '../cost/matchRule.ts';
import { normaliseModelName } from '../cost/modelName.ts';
import { type Price, RATE_CLASSES, type RateCard, type RateClass, type Rates } from '../cost/price.ts';
import { priceListOf } from '../cost/priceLists.ts';

/** A price as it is kept: everything about it but its id and history. */
export type PriceContent = NewPrice;

export interface StoredPrice {
  id: string;
  content: PriceContent;
  createdAt: Date;
  createdBy: string | null;
  /** When it was replaced or removed. */
  retiredAt: Date | null;
}

export const CLASS_OF_RATE = {
  input_per_mtok: 'input',
  output_per_mtok: 'output',
  cache_read_per_mtok: 'cacheRead',
  cache_write_per_mtok: 'cacheWrite',
  cache_write_1h_per_mtok: 'cacheWrite1h',
  reasoning_per_mtok: 'reasoning',
  audio_input_per_mtok: 'audioInput',
  audio_output_per_mtok: 'audioOutput',
  image_input_per_mtok: 'imageInput',
  per_request: 'perRequest',
} as const satisfies Record<RateName, RateClass>;

/** Rates are kept per million units; a request is told by the piece. */
export const UNITS_PER_MILLION: Record<RateName, bigint> = {
  ...(Object.fromEntries(RATE_NAMES.map((name) => [name, 1n])) as Record<RateName, bigint>),
  per_request: 1_000_000n,
};

type SentRates = Partial<Record<RateName, string | null | undefined>>;

/** What is absent is as in `base`. */
function ratesOf(sent: SentRates, base?: Rates): Rates {
  const rates = Object.fromEntries(RATE_CLASSES.map((name) => [name, base?.[name] ?? null])) as Record<RateClass, bigint | null>;
  for (const name of RATE_NAMES) {
    const text = sent[name];
    if (text == null) continue;
    const amount = parseUsd(text);
    if (amount === undefined) throw new Error(`Not an amount of dollars: ${text}`);
    rates[CLASS_OF_RATE[name]] = amount * UNITS_PER_MILLION[name];
  }
  return rates;
}

function cardOf(sent: SentRates & Pick<PriceContent, 'context_tiers'>, base?: Rates): RateCard {
  const rates = ratesOf(sent, base);
  const contextTiers = sent.context_tiers
    .map((tier) => ({ aboveInputTokens: tier.above_input_tokens, rates: ratesOf(tier, rates) }))
    .sort((a, b) => a.aboveInputTokens - b.aboveInputTokens);
  return { rates, contextTiers };
}

/** The provider under which the book keeps a price, whatever way it is spelt. */
export const providerOf = (sent: string): string => priceListOf(sent) ?? sent.trim().toLowerCase();
/** The model's name as the book knows it. */
export const modelOf = (sent: string): string => normaliseModelName(sent) ?? sent.trim().toLowerCase();

export const momentNs = (text: string | null | undefined): bigint | null => (text == null ? null : (parseTimestamp(text) ?? null));

/** Names the same thing: of two such prices the later one replaces the earlier. */
export const versionKey = ({ provider, model, effective_from }: PriceContent): string =>
  JSON.stringify([providerOf(provider), modelOf(model), momentNs(effective_from)?.toString() ?? null]);

/** By what further names the bundled book knows a model; null when it does not. */
export type BundledNames = (provider: string, model: string) => MatchRule | null;

/**
 * The prices of a workspace as the book searches them: each ends where the next of its model begins. One that is set for a
 * model of the bundled book holds under all names that the book knows for it, because calls are answered by dated names.
 */
export function overridePrices(stored: readonly StoredPrice[], bundledNames: BundledNames): Price[] {
  const prices = stored.map(({ id, content }): Price => {
    const provider = providerOf(content.provider);
    const model = modelOf(content.model);
    const card = cardOf(content);
    return {
      id,
      ...card,
      provider,
      model,
      match: namesOf(content, bundledNames(provider, model)),
      effectiveFromNs: momentNs(content.effective_from),
      effectiveToNs: momentNs(content.effective_to),
      dailyWindow: null,
      serviceTiers: new Map(Object.entries(content.service_tiers).map(([name, tier]) => [name.trim().toLowerCase(), cardOf(tier, card.rates)])),
      origin: 'override',
      source: content.note,
    };
  });
  return prices.map((price) => ({ ...price, effectiveToNs: earlier(price.effectiveToNs, nextStart(price, prices)) }));
}

function namesOf({ aliases, patterns }: PriceContent, bundled: MatchRule | null): MatchRule | null {
  const or: MatchRule[] = [...aliases.map((name) => ({ equals: name })), ...patterns.map((glob) => ({ glob }))];
  if (bundled !== null) or.push(bundled);
  return or.length === 0 ? null : { or };
}

function nextStart(price: Price, prices: readonly Price[]): bigint | null {
  let next: bigint | null = null;
  for (const { provider, model, effectiveFromNs } of prices) {
    if (provider !== price.provider || model !== price.model || effectiveFromNs === null) continue;
    if (price.effectiveFromNs !== null && effectiveFromNs <= price.effectiveFromNs) continue;
    next = earlier(next, effectiveFromNs);
  }
  return next;
}

const earlier = (a: bigint | null, b: bigint | null): bigint | null => (a === null ? b : b === null || a < b ? a : b);
