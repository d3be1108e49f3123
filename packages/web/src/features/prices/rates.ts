import type { PriceItem, RateName } from '@sightglass/contract/price';
import { formatCount, formatQuantity } from '../../ui/formatCount.ts';
import { formatMoneyExact } from '../../ui/formatMoney.ts';

export type ShownRates = Readonly<Record<RateName, string | null>>;

/** What a call is charged by, in the order in which the form and the tables list it. */
export const RATE_LABELS: Readonly<Record<RateName, string>> = {
  input_per_mtok: 'Input',
  output_per_mtok: 'Output',
  cache_read_per_mtok: 'Cache read',
  cache_write_per_mtok: 'Cache write, 5 min',
  cache_write_1h_per_mtok: 'Cache write, 1 h',
  reasoning_per_mtok: 'Reasoning',
  audio_input_per_mtok: 'Audio input',
  audio_output_per_mtok: 'Audio output',
  image_input_per_mtok: 'Image input',
  per_request: 'Each request',
};
export const RATE_NAMES = Object.keys(RATE_LABELS) as readonly RateName[];

/** The class that one without a rate of its own is charged like; `docs/prices.md`, "What a price says". */
const STANDS_IN: Readonly<Partial<Record<RateName, RateName>>> = {
  cache_read_per_mtok: 'input_per_mtok',
  cache_write_per_mtok: 'input_per_mtok',
  cache_write_1h_per_mtok: 'cache_write_per_mtok',
  reasoning_per_mtok: 'output_per_mtok',
  audio_input_per_mtok: 'input_per_mtok',
  audio_output_per_mtok: 'output_per_mtok',
  image_input_per_mtok: 'input_per_mtok',
};

export interface RateWords {
  text: string;
  /** Whether it is a rate of the class itself, not one that stands in. */
  own: boolean;
}

/** A rate exactly, or which one stands in for it. Null where the class is not charged at all. */
export function rateWords(rates: ShownRates, name: RateName): RateWords | null {
  const usd = rates[name];
  if (usd !== null) return { text: formatMoneyExact(usd), own: true };
  let standIn = STANDS_IN[name];
  while (standIn !== undefined && rates[standIn] === null) standIn = STANDS_IN[standIn];
  return standIn === undefined ? null : { text: `as ${RATE_LABELS[standIn].toLowerCase()}`, own: false };
}

export interface RateCardColumn {
  /** When these rates hold: `Standard`, `over 200,000 input tokens`, `batch`, `batch, over …`. */
  label: string;
  rates: ShownRates;
}

/** Every set of rates of a price, the standard one first. */
export function rateColumns({ context_tiers, service_tiers, ...rates }: PriceItem): RateCardColumn[] {
  return [
    { label: 'Standard', rates },
    ...context_tiers.map((tier) => ({ label: overWords(tier.above_input_tokens), rates: tier })),
    ...Object.entries(service_tiers).flatMap(([name, card]) => [
      { label: name, rates: card },
      ...card.context_tiers.map((tier) => ({ label: `${name}, ${overWords(tier.above_input_tokens)}`, rates: tier })),
    ]),
  ];
}

/** The classes that at least one of the sets has a rate of its own for. */
export function chargedClasses(columns: readonly RateCardColumn[]): RateName[] {
  return RATE_NAMES.filter((name) => columns.some(({ rates }) => rates[name] !== null));
}

/** What a price has beside its plain rates, in a few words each. */
export function peculiarities(price: PriceItem): string[] {
  const { context_tiers, service_tiers, daily_window, aliases, patterns } = price;
  return [
    ...(context_tiers.length === 0 ? [] : [formatQuantity(context_tiers.length, 'context tier')]),
    ...Object.keys(service_tiers),
    ...(daily_window === null ? [] : [daily_window]),
    ...(aliases.length === 0 ? [] : [formatQuantity(aliases.length, 'alias', 'aliases')]),
    ...(patterns.length === 0 ? [] : [formatQuantity(patterns.length, 'pattern')]),
  ];
}

const overWords = (tokens: number) => `over ${formatCount(tokens)} input tokens`;
