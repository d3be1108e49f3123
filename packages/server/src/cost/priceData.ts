/**
 * The two files of bundled prices, `data/genaiPrices.json` (written by scripts/generatePrices.mjs) and
 * `data/supplement.json` (ours: what the former lacks), parsed and turned into prices. Pure.
 */
import { parseUsd } from '@sightglass/contract/money';
import { z } from 'zod';
import { MatchRuleSchema } from './matchRule.ts';
import {
  type ContextTier,
  type DailyWindow,
  type Price,
  type PriceContent,
  type RateCard,
  type RateClass,
  type Rates,
  withPriceId,
} from './price.ts';
import { priceListOf } from './priceLists.ts';

/** Plain decimal dollars. Below 1e-12 the text is rounded: the source computed a few of its prices in floats (`0.18000000000000002`). */
const DollarsSchema = z.string().regex(/^\d+(\.\d+)?$/);
const RateValueSchema = z.union([
  DollarsSchema,
  z.strictObject({ base: DollarsSchema, tiers: z.array(z.strictObject({ start: z.number().int().nonnegative(), price: DollarsSchema })) }),
]);
type RateValue = z.infer<typeof RateValueSchema>;

/** By the source's class names: `input_mtok` dollars per million tokens, `requests_kcount` per thousand requests. */
const RateTableSchema = z.record(z.string(), RateValueSchema);
type RateTable = z.infer<typeof RateTableSchema>;

const VersionSchema = z.strictObject({
  rates: RateTableSchema,
  /** In force from this day on, UTC. */
  start_date: z.iso.date().optional(),
  /** In force between these times of day only, UTC. */
  start_time: z
    .string()
    .regex(/^\d{2}:\d{2}:\d{2}Z$/)
    .optional(),
  end_time: z
    .string()
    .regex(/^\d{2}:\d{2}:\d{2}Z$/)
    .optional(),
});
type Version = z.infer<typeof VersionSchema>;

const ModelSchema = z.strictObject({
  id: z.string(),
  match: MatchRuleSchema.optional(),
  /** True when the source says that an empty rate table means $0. */
  free: z.boolean().optional(),
  versions: z.array(VersionSchema).min(1),
});

export const SourceDataSchema = z.object({
  source: z.object({
    name: z.string(),
    version: z.string(),
    license: z.string(),
    url: z.string(),
    published: z.string(),
    copyright: z.string().nullish(),
  }),
  providers: z.array(z.object({ id: z.string(), name: z.string(), pricing_urls: z.array(z.string()), models: z.array(ModelSchema) })),
});

export const SupplementSchema = z.strictObject({
  about: z.string(),
  /** Rows that the source lacks or has under another name; each replaces the source's row of the same provider and model. */
  models: z.array(ModelSchema.extend({ provider: z.string(), source: z.string() })),
  /** Rows of the source that are not used, and why. */
  withheld: z.array(z.strictObject({ provider: z.string(), models: z.array(z.string()), why: z.string() })),
  /** A provider's service tiers as a fraction of every rate of the standard tier. */
  service_tiers: z.array(
    z.strictObject({ provider: z.string(), names: z.array(z.string()), divide_by: z.number().int().positive(), source: z.string() }),
  ),
  /** One-hour cache writes as a multiple of the input rate, for models whose row has only the five-minute rate. */
  cache_write_1h: z.array(
    z.strictObject({ providers: z.array(z.string()), model_contains: z.string(), times_input: z.number().int().positive(), source: z.string() }),
  ),
});
export type Supplement = z.infer<typeof SupplementSchema>;

const RATE_KEYS: Readonly<Record<string, { class: RateClass; perMillion: bigint }>> = {
  input_mtok: { class: 'input', perMillion: 1n },
  cache_read_mtok: { class: 'cacheRead', perMillion: 1n },
  cache_write_mtok: { class: 'cacheWrite', perMillion: 1n },
  cache_write_1h_mtok: { class: 'cacheWrite1h', perMillion: 1n },
  output_mtok: { class: 'output', perMillion: 1n },
  output_reasoning_mtok: { class: 'reasoning', perMillion: 1n },
  input_audio_mtok: { class: 'audioInput', perMillion: 1n },
  output_audio_mtok: { class: 'audioOutput', perMillion: 1n },
  input_image_mtok: { class: 'imageInput', perMillion: 1n },
  requests_kcount: { class: 'perRequest', perMillion: 1000n },
};

/**
 * Output that costs a multiple of text output and that no client tells apart from it: a price with such a class
 * would charge an image model's output as text, so the model stays unpriced.
 */
const INSEPARABLE_KEYS = ['output_image_mtok', 'output_video_mtok'];

/** Prices of both files. Throws when a file does not have its shape: then the build is broken, not the input. */
export function readPriceData(sourceFile: unknown, supplementFile: unknown): Price[] {
  const { source, providers } = SourceDataSchema.parse(sourceFile);
  const supplement = SupplementSchema.parse(supplementFile);
  const key = (provider: string, model: string) => `${provider}\n${model.toLowerCase()}`;
  const replaced = new Set(supplement.models.map((row) => key(row.provider, row.id)));
  for (const { provider, models } of supplement.withheld) for (const model of models) replaced.add(key(provider, model));

  const rows = providers.flatMap(({ id, models }) => {
    const provider = priceListOf(id) ?? id;
    return models
      .filter((model) => !replaced.has(key(provider, model.id)))
      .map((model) => ({ ...model, provider, source: `${source.name} ${source.version} (${source.license})` }));
  });
  return [...rows, ...supplement.models].flatMap((row) => pricesOfModel(row, supplement));
}

function pricesOfModel(row: Supplement['models'][number], supplement: Supplement): Price[] {
  const starts = row.versions.map(({ start_date }) => start_date);
  const prices: Price[] = [];
  let effectiveFrom: string | undefined;
  for (const [index, version] of row.versions.entries()) {
    const rates = usableRates(version, row.free === true);
    const window = dailyWindow(version);
    // A window has no date of its own in the source: it belongs to the dated version that it follows.
    if (window === null) effectiveFrom = version.start_date;
    if (rates === undefined) continue;
    const effectiveTo = starts.slice(index + 1).find((start) => start !== undefined && start !== effectiveFrom);
    const card = withCacheWrite1h(rateCard(rates), row.provider, row.id, supplement);
    const content: PriceContent = {
      ...card,
      provider: row.provider,
      model: row.id.toLowerCase(),
      match: row.match ?? null,
      effectiveFromNs: effectiveFrom === undefined ? null : dayStartNs(effectiveFrom),
      effectiveToNs: effectiveTo === undefined ? null : dayStartNs(effectiveTo),
      dailyWindow: window,
      serviceTiers: serviceTiers(card, row.provider, supplement),
      origin: 'bundled',
      source: row.source,
    };
    prices.push(withPriceId(content));
  }
  return prices;
}

/** The rate table, or undefined when calls cannot be charged by it: no token price, or classes that usage cannot tell apart. */
function usableRates({ rates }: Version, free: boolean): RateTable | undefined {
  if (Object.keys(rates).length === 0) return free ? { input_mtok: '0', output_mtok: '0' } : undefined;
  if (rates['input_mtok'] === undefined || INSEPARABLE_KEYS.some((key) => rates[key] !== undefined)) return undefined;
  return rates;
}

function rateCard(table: RateTable): RateCard {
  const thresholds = new Set<number>();
  for (const value of Object.values(table)) if (typeof value !== 'string') for (const tier of value.tiers) thresholds.add(tier.start);
  const contextTiers: ContextTier[] = [...thresholds]
    .sort((a, b) => a - b)
    .map((threshold) => ({ aboveInputTokens: threshold, rates: ratesAt(table, threshold) }));
  return { rates: ratesAt(table, -1), contextTiers };
}

/** The rates of a call whose input is just above `threshold`; -1 for the smallest calls. */
function ratesAt(table: RateTable, threshold: number): Rates {
  const rates: Record<RateClass, bigint | null> = { ...NO_RATES };
  for (const [name, value] of Object.entries(table)) {
    const known = RATE_KEYS[name];
    if (known !== undefined) rates[known.class] = pico(dollarsAt(value, threshold)) * known.perMillion;
  }
  return rates;
}

const NO_RATES: Rates = {
  input: null,
  cacheRead: null,
  cacheWrite: null,
  cacheWrite1h: null,
  audioInput: null,
  imageInput: null,
  output: null,
  reasoning: null,
  audioOutput: null,
  perRequest: null,
};

function dollarsAt(value: RateValue, threshold: number): string {
  if (typeof value === 'string') return value;
  const passed = value.tiers.filter((tier) => tier.start <= threshold).sort((a, b) => b.start - a.start);
  return passed[0]?.price ?? value.base;
}

function pico(dollars: string): bigint {
  const amount = parseUsd(dollars);
  if (amount === undefined) throw new Error(`Not an amount of dollars: ${dollars}`);
  return amount;
}

function mapCard(card: RateCard, change: (rates: Rates) => Rates): RateCard {
  return { rates: change(card.rates), contextTiers: card.contextTiers.map((tier) => ({ ...tier, rates: change(tier.rates) })) };
}

function withCacheWrite1h(card: RateCard, provider: string, model: string, supplement: Supplement): RateCard {
  const rule = supplement.cache_write_1h.find((each) => each.providers.includes(provider) && model.includes(each.model_contains));
  if (rule === undefined) return card;
  const times = BigInt(rule.times_input);
  return mapCard(card, (rates) =>
    rates.cacheWrite === null || rates.cacheWrite1h !== null || rates.input === null ? rates : { ...rates, cacheWrite1h: rates.input * times },
  );
}

function serviceTiers(card: RateCard, provider: string, supplement: Supplement): Map<string, RateCard> {
  const tiers = new Map<string, RateCard>();
  for (const rule of supplement.service_tiers) {
    if (rule.provider !== provider) continue;
    const divided = mapCard(card, (rates) => divideRates(rates, BigInt(rule.divide_by)));
    for (const name of rule.names) tiers.set(name, divided);
  }
  return tiers;
}

function divideRates(rates: Rates, divisor: bigint): Rates {
  const entries = Object.entries(rates).map(([name, rate]) => {
    if (rate !== null && rate % divisor !== 0n) throw new Error(`A ${name} rate of ${rate} pico-dollars cannot be divided by ${divisor} exactly`);
    return [name, rate === null ? null : rate / divisor] as const;
  });
  return { ...NO_RATES, ...Object.fromEntries(entries) };
}

function dailyWindow({ start_time, end_time }: Version): DailyWindow | null {
  if (start_time === undefined || end_time === undefined) return null;
  return { fromSecond: secondOfDay(start_time), toSecond: secondOfDay(end_time) };
}

function secondOfDay(time: string): number {
  return Number(time.slice(0, 2)) * 3600 + Number(time.slice(3, 5)) * 60 + Number(time.slice(6, 8));
}

function dayStartNs(date: string): bigint {
  return BigInt(Date.parse(`${date}T00:00:00Z`)) * 1_000_000n;
}
