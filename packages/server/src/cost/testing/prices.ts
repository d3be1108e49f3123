import { parseUsd } from '@sightglass/contract/money';
import { type ContextTier, type Price, type PriceContent, RATE_CLASSES, type RateClass, type Rates, withPriceId } from '../price.ts';

/** Rates from dollars per million; a class that is not named has no price. */
export function ratesOf(dollars: Partial<Record<RateClass, string>>): Rates {
  const rates = Object.fromEntries(RATE_CLASSES.map((name) => [name, picoOf(dollars[name])]));
  return { ...(rates as Record<RateClass, bigint | null>) };
}

function picoOf(dollars: string | undefined): bigint | null {
  return dollars === undefined ? null : (parseUsd(dollars) ?? null);
}

/** A price for one model, in force for ever unless said otherwise. */
export function priceOf(dollars: Partial<Record<RateClass, string>>, content: Partial<PriceContent> = {}): Price {
  return withPriceId({
    rates: ratesOf(dollars),
    contextTiers: [],
    provider: 'openai',
    model: 'test-model',
    match: null,
    effectiveFromNs: null,
    effectiveToNs: null,
    dailyWindow: null,
    serviceTiers: new Map(),
    origin: 'bundled',
    source: 'test',
    ...content,
  });
}

export function tierOf(aboveInputTokens: number, dollars: Partial<Record<RateClass, string>>): ContextTier {
  return { aboveInputTokens, rates: ratesOf(dollars) };
}

/** Unix nanoseconds of an RFC 3339 time. */
export function ns(time: string): bigint {
  return BigInt(Date.parse(time)) * 1_000_000n;
}
