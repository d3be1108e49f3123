/** One price: what a provider charges for a model from a date on. Amounts are pico-dollars (1e-12 USD) per million units. */
import { createHash } from 'node:crypto';
import { ID_PREFIXES } from '@sightglass/contract/ids';
import type { MatchRule } from './matchRule.ts';

/** The classes a call is charged by, in the order in which a breakdown lists them. */
export const RATE_CLASSES = [
  'input',
  'cacheRead',
  'cacheWrite',
  'cacheWrite1h',
  'audioInput',
  'imageInput',
  'output',
  'reasoning',
  'audioOutput',
  'perRequest',
] as const;
export type RateClass = (typeof RATE_CLASSES)[number];

/**
 * Pico-dollars per million tokens (`perRequest`: per million requests). Null means that the provider has no
 * price of its own for the class; `computeCost` says what stands in. Zero means free.
 */
export type Rates = Readonly<Record<RateClass, bigint | null>>;

/** Rates that hold for the **whole** call once its input is larger than a threshold. */
export interface ContextTier {
  aboveInputTokens: number;
  rates: Rates;
}

export interface RateCard {
  rates: Rates;
  /** Rising thresholds; the last one that is passed holds. */
  contextTiers: readonly ContextTier[];
}

/** A part of the day, UTC, in seconds since midnight; it may wrap past midnight. `toSecond` is excluded. */
export interface DailyWindow {
  fromSecond: number;
  toSecond: number;
}

export interface Price extends RateCard {
  /** `prc_…`, made of the content: the same price has the same id on every instance. */
  id: string;
  /** As `priceListOf` names it. */
  provider: string;
  /** The model's name in lower case. A name equal to it is an exact match. */
  model: string;
  /** Further names; null when the price is for `model` alone. */
  match: MatchRule | null;
  /** Unix nanoseconds, included; null = since ever. */
  effectiveFromNs: bigint | null;
  /** Unix nanoseconds, excluded; null = still valid. */
  effectiveToNs: bigint | null;
  /** Set when the price holds at some hours only; it then goes before the price without one. */
  dailyWindow: DailyWindow | null;
  /** Rates of the provider's other service tiers, by lower-case name (`batch`, `flex`). */
  serviceTiers: ReadonlyMap<string, RateCard>;
  /** A workspace's override goes before a bundled price that matches a name equally well. */
  origin: 'bundled' | 'override';
  /** Where the figures come from. */
  source: string;
}

/** Everything about a price but its id. */
export type PriceContent = Omit<Price, 'id'>;

/**
 * Gives a price its id: a hash over what is charged, for whom and from when. The names it matches, its end and
 * its source stay out, so that a new alias, a successor or a new release of the data does not rename the price.
 */
export function withPriceId(content: PriceContent): Price {
  const { origin, provider, model, effectiveFromNs, dailyWindow, serviceTiers } = content;
  const tiers = [...serviceTiers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, card]) => [name, cardContent(card)]);
  const identity = [origin, provider, model, effectiveFromNs?.toString() ?? null, dailyWindow, cardContent(content), tiers];
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 24);
  return { id: `${ID_PREFIXES.price}_${hash}`, ...content };
}

function cardContent({ rates, contextTiers }: RateCard): unknown[] {
  return [rateContent(rates), contextTiers.map((tier) => [tier.aboveInputTokens, rateContent(tier.rates)])];
}

function rateContent(rates: Rates): Array<string | null> {
  return RATE_CLASSES.map((name) => rates[name]?.toString() ?? null);
}

/** True when the price is in force at a moment. */
export function isEffective(price: Price, atNs: bigint): boolean {
  if (price.effectiveFromNs !== null && atNs < price.effectiveFromNs) return false;
  if (price.effectiveToNs !== null && atNs >= price.effectiveToNs) return false;
  if (price.dailyWindow === null) return true;
  const second = Number((atNs / 1_000_000_000n) % 86_400n);
  const { fromSecond, toSecond } = price.dailyWindow;
  return fromSecond <= toSecond ? second >= fromSecond && second < toSecond : second >= fromSecond || second < toSecond;
}

/** True when nothing is ever charged: an explicit $0. */
export function isFree(price: Price): boolean {
  const cards: RateCard[] = [price, ...price.serviceTiers.values()];
  return cards.every((card) =>
    [card.rates, ...card.contextTiers.map(({ rates }) => rates)].every((rates) => RATE_CLASSES.every((name) => (rates[name] ?? 0n) === 0n)),
  );
}
