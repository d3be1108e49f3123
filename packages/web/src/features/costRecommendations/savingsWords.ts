import type { RecommendationFact, RecommendationKind } from '@sightglass/contract/routes/costRecommendations';
import { formatCount } from '../../ui/formatCount.ts';
import { formatMoney } from '../../ui/formatMoney.ts';
import { formatPercent } from '../../ui/formatPercent.ts';

export const KIND_WORDS: Readonly<Record<RecommendationKind, string>> = {
  cheaper_model: 'Cheaper model',
  prompt_caching: 'Prompt caching',
  duplicate_calls: 'Duplicate calls',
  retried_calls: 'Failed tries',
  failed_calls: 'Failed calls',
  oversized_context: 'Large context',
  max_tokens: 'Limit of output',
};

/** A value of the evidence as a person reads it: `1,200`, `$0.0107`, `98 %`. */
export function factText({ unit, value }: RecommendationFact): string {
  if (unit === 'usd') return formatMoney(String(value));
  if (unit === 'text') return String(value);
  const number = Number(value);
  return unit === 'ratio' ? formatPercent(number) : formatCount(Number.isFinite(number) ? number : null);
}

/** The windows that can be looked at, in days. */
export const WINDOW_DAYS = [14, 30, 90] as const;
export const DEFAULT_WINDOW_DAYS = 30;

export function windowOfSearch(days: string | undefined): (typeof WINDOW_DAYS)[number] {
  return WINDOW_DAYS.find((each) => String(each) === days) ?? DEFAULT_WINDOW_DAYS;
}
