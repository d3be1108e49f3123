import type { UnpricedModel } from '@sightglass/contract/routes/pricing';

interface ReasonWords {
  /** In a word or two. */
  label: string;
  /** Why, and what to do. */
  text: string;
  action: 'set-price' | 'recompute' | null;
}

/** Why calls of a model have no cost, and what helps. */
export const UNPRICED_REASONS: Readonly<Record<UnpricedModel['reason'], ReasonWords>> = {
  'no-price': { label: 'no price', text: 'The price book knows no price for it.', action: 'set-price' },
  stale: { label: 'price since', text: 'It has a price by now. Recompute, and these calls have a cost.', action: 'recompute' },
  'no-usage': { label: 'no usable tokens', text: 'It has a price, but the calls do not tell how many tokens went in and out.', action: null },
  'no-model': { label: 'no model', text: 'The calls do not say which model was asked.', action: null },
};
