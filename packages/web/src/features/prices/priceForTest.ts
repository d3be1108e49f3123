import type { PriceItem, RateName } from '@sightglass/contract/price';
import { RATE_NAMES } from './rates.ts';

/** Rates of which only those named are set. */
export function ratesForTest(rates: Partial<Record<RateName, string>>): Record<RateName, string | null> {
  return { ...(Object.fromEntries(RATE_NAMES.map((name) => [name, null])) as Record<RateName, string | null>), ...rates };
}

/** A bundled price since ever without any rate. */
export function priceForTest(fields: Partial<PriceItem>): PriceItem {
  return {
    id: 'prc_1',
    origin: 'bundled',
    provider: 'openai',
    model: 'gpt-4o',
    ...ratesForTest({}),
    context_tiers: [],
    service_tiers: {},
    aliases: [],
    patterns: [],
    effective_from: null,
    effective_to: null,
    daily_window: null,
    source: '',
    created_at: null,
    created_by: null,
    retired_at: null,
    ...fields,
  };
}
