/** A price as the API shows it. */
import { divideHalfEven, formatUsd } from '@sightglass/contract/money';
import { type PriceItem, RATE_NAMES, type RateName } from '@sightglass/contract/price';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { MatchRule } from '../cost/matchRule.ts';
import type { DailyWindow, Price, RateCard, Rates } from '../cost/price.ts';
import { CLASS_OF_RATE, type StoredPrice, UNITS_PER_MILLION } from './overridePrice.ts';

const shownRates = (rates: Rates): Record<RateName, string | null> =>
  Object.fromEntries(
    RATE_NAMES.map((name) => {
      const rate = rates[CLASS_OF_RATE[name]];
      return [name, rate === null ? null : formatUsd(divideHalfEven(rate, UNITS_PER_MILLION[name]))];
    }),
  ) as Record<RateName, string | null>;

const shownCard = ({ rates, contextTiers }: RateCard) => ({
  ...shownRates(rates),
  context_tiers: contextTiers.map((tier) => ({ above_input_tokens: tier.aboveInputTokens, ...shownRates(tier.rates) })),
});

const shownMoment = (ns: bigint | null) => (ns === null ? null : formatTimestamp(ns));

/** `stored`: of a price that the workspace has set. */
export function priceItem(price: Price, stored?: StoredPrice): PriceItem {
  const names = price.match === null ? [] : wordsOf(price.match);
  return {
    id: price.id,
    origin: price.origin,
    provider: price.provider,
    model: price.model,
    ...shownCard(price),
    service_tiers: Object.fromEntries([...price.serviceTiers].map(([name, card]) => [name, shownCard(card)])),
    aliases: names.flatMap(({ alias }) => (alias === undefined || alias === price.model ? [] : [alias])),
    patterns: names.flatMap(({ pattern }) => (pattern === undefined ? [] : [pattern])),
    effective_from: shownMoment(price.effectiveFromNs),
    effective_to: shownMoment(price.effectiveToNs),
    daily_window: price.dailyWindow === null ? null : windowWords(price.dailyWindow),
    source: price.source,
    created_at: stored?.createdAt.toISOString() ?? null,
    created_by: stored?.createdBy ?? null,
    retired_at: stored?.retiredAt?.toISOString() ?? null,
  };
}

interface Name {
  alias?: string;
  pattern?: string;
}

/** A rule in the words of the API; a conjunction and an expression as they are meant, for a person to read. */
function wordsOf(rule: MatchRule): Name[] {
  if ('equals' in rule) return [{ alias: rule.equals.toLowerCase() }];
  if ('starts_with' in rule) return [{ pattern: `${rule.starts_with}*` }];
  if ('ends_with' in rule) return [{ pattern: `*${rule.ends_with}` }];
  if ('contains' in rule) return [{ pattern: `*${rule.contains}*` }];
  if ('glob' in rule) return [{ pattern: rule.glob }];
  if ('regex' in rule) return [{ pattern: `/${rule.regex}/` }];
  if ('or' in rule) return rule.or.flatMap(wordsOf);
  return [
    {
      pattern: rule.and
        .flatMap(wordsOf)
        .map(({ alias, pattern }) => alias ?? pattern)
        .join(' and '),
    },
  ];
}

const timeOfDay = (second: number) =>
  `${String(Math.floor(second / 3600)).padStart(2, '0')}:${String(Math.floor((second % 3600) / 60)).padStart(2, '0')}`;

const windowWords = ({ fromSecond, toSecond }: DailyWindow) => `${timeOfDay(fromSecond)}–${timeOfDay(toSecond)} UTC`;
