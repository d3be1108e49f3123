import { parseUsd } from '@sightglass/contract/money';
import type { FieldError } from '@sightglass/contract/errors';
import type { NewPriceInput, PriceItem, RateName } from '@sightglass/contract/price';
import { readTypedTime, resolveTime, utcText } from '../../time/timeRange.ts';
import { formatCount } from '../../ui/formatCount.ts';
import type { TimeZone } from '../../ui/formatTime.ts';
import { readWholeNumber } from '../settings/fieldErrors.ts';
import { lineValues } from '../settings/lineList.ts';
import { newRowId, type Row } from '../settings/rows.ts';
import { RATE_NAMES, type ShownRates } from './rates.ts';

/** Of the contract, which is too large for a page to load: its schemas come with it. */
const RATE_USD_MAX = 1_000_000;
const RATE_DECIMALS_MAX = 12;
const TIER_TOKENS_MAX = 1_000_000_000;
export const TIERS_MAX = 10;

/** Dollars as they are typed; an empty one is none. */
export type RatesDraft = Readonly<Record<RateName, string>>;

export interface ContextTierRow extends Row {
  above_input_tokens: string;
  rates: RatesDraft;
}

export interface ServiceTierRow extends Row {
  name: string;
  rates: RatesDraft;
  context_tiers: readonly ContextTierRow[];
}

/** A price as it stands in the form: texts as they are typed. */
export interface PriceDraft {
  provider: string;
  model: string;
  rates: RatesDraft;
  context_tiers: readonly ContextTierRow[];
  service_tiers: readonly ServiceTierRow[];
  /** One name a line. */
  aliases: string;
  patterns: string;
  effective_from: string;
  effective_to: string;
  note: string;
}

const NO_RATES = Object.fromEntries(RATE_NAMES.map((name) => [name, ''])) as RatesDraft;

export const newContextTier = (): ContextTierRow => ({ rowId: newRowId(), above_input_tokens: '', rates: NO_RATES });
export const newServiceTier = (): ServiceTierRow => ({ rowId: newRowId(), name: '', rates: NO_RATES, context_tiers: [] });

export function emptyPriceDraft({ provider = '', model = '' }: { provider?: string | undefined; model?: string | undefined }): PriceDraft {
  const texts = { aliases: '', patterns: '', effective_from: '', effective_to: '', note: '' };
  return { provider, model, rates: NO_RATES, context_tiers: [], service_tiers: [], ...texts };
}

/**
 * A price to begin with. One of the workspace's own is taken whole, so that saving it replaces it; of a bundled one
 * everything but when it holds, where its figures come from, and its names: an own price of a model that the bundled
 * book knows holds under all of `bundled`'s names by itself.
 */
export function priceDraftOf(price: PriceItem, bundled: readonly PriceItem[] = []): PriceDraft {
  const own = price.origin === 'override';
  const without = (names: readonly string[], known: readonly string[]) => (own ? names.filter((name) => !known.includes(name)).join('\n') : '');
  return {
    provider: price.provider,
    model: price.model,
    rates: ratesDraft(price),
    context_tiers: price.context_tiers.map(contextTierDraft),
    service_tiers: Object.entries(price.service_tiers).map(([name, card]) => ({
      rowId: newRowId(),
      name,
      rates: ratesDraft(card),
      context_tiers: card.context_tiers.map(contextTierDraft),
    })),
    aliases: without(
      price.aliases,
      bundled.flatMap(({ aliases }) => aliases),
    ),
    patterns: without(
      price.patterns,
      bundled.flatMap(({ patterns }) => patterns),
    ),
    effective_from: own ? (price.effective_from ?? '') : '',
    effective_to: own ? (price.effective_to ?? '') : '',
    note: own ? price.source : '',
  };
}

function contextTierDraft(tier: PriceItem['context_tiers'][number]): ContextTierRow {
  return { rowId: newRowId(), above_input_tokens: String(tier.above_input_tokens), rates: ratesDraft(tier) };
}

function ratesDraft(rates: ShownRates): RatesDraft {
  return Object.fromEntries(RATE_NAMES.map((name) => [name, rates[name] ?? ''])) as RatesDraft;
}

/** The JSON pointer of a service tier in the body (RFC 6901). */
export function serviceTierPointer(name: string): string {
  return `/service_tiers/${name.trim().replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** What to send, or what is wrong where. */
export function priceBody(draft: PriceDraft, zone: TimeZone, nowMs: number): { body: NewPriceInput } | { errors: readonly FieldError[] } {
  const errors: FieldError[] = [];
  const refuse = (pointer: string, message: string) => void errors.push({ pointer, message });

  const rates = (typed: RatesDraft, at: string): Partial<Record<RateName, string>> =>
    Object.fromEntries(
      RATE_NAMES.flatMap((name) => {
        const text = rateText(typed[name]);
        if (text === '') return [];
        const problem = rateProblem(text);
        if (problem !== undefined) refuse(`${at}/${name}`, problem);
        return [[name, text]];
      }),
    );
  const contextTiers = (rows: readonly ContextTierRow[], at: string) =>
    rows.map((row, index) => {
      const pointer = `${at}/context_tiers/${index}`;
      const above = readWholeNumber(row.above_input_tokens, 1, TIER_TOKENS_MAX);
      if (above === null) refuse(`${pointer}/above_input_tokens`, `must be a whole number from 1 to ${formatCount(TIER_TOKENS_MAX)}`);
      const set = rates(row.rates, pointer);
      if (Object.keys(set).length === 0) refuse(pointer, 'give the rates that are other ones above this');
      return { above_input_tokens: above ?? 1, ...set };
    });
  const time = (typed: string, pointer: string): string | undefined => {
    if (typed.trim() === '') return undefined;
    const read = readMoment(typed, zone, nowMs);
    if (read === undefined) refuse(pointer, 'is not a time: write 2026-11-20, 2026-11-20 09:00 or RFC 3339');
    return read;
  };

  const provider = draft.provider.trim();
  const model = draft.model.trim();
  if (provider === '') refuse('/provider', 'is missing: “custom” for a model of your own');
  if (model === '') refuse('/model', 'is missing');
  const standard = rates(draft.rates, '');
  if (standard.input_per_mtok === undefined) refuse('/input_per_mtok', 'is needed; 0 for what is free');
  const context_tiers = contextTiers(draft.context_tiers, '');
  const names = draft.service_tiers.map(({ name }) => name.trim());
  const service_tiers = draft.service_tiers.map((row, index) => {
    const pointer = serviceTierPointer(row.name);
    if (names[index] === '') refuse(pointer, 'is missing: the name that calls report');
    else if (names.indexOf(names[index] ?? '') !== index) refuse(pointer, 'stands here twice');
    const set = rates(row.rates, pointer);
    if (Object.keys(set).length === 0 && row.context_tiers.length === 0) refuse(`${pointer}/input_per_mtok`, 'give the rates that are other ones');
    return [names[index] ?? '', { ...set, context_tiers: contextTiers(row.context_tiers, pointer) }] as const;
  });
  const from = time(draft.effective_from, '/effective_from');
  const to = time(draft.effective_to, '/effective_to');
  if (from !== undefined && to !== undefined && Date.parse(to) <= Date.parse(from)) refuse('/effective_to', 'must be later than the start');
  if (errors.length > 0) return { errors };
  return {
    body: {
      provider,
      model,
      ...standard,
      context_tiers,
      service_tiers: Object.fromEntries(service_tiers),
      aliases: lineValues(draft.aliases),
      patterns: lineValues(draft.patterns),
      ...(from === undefined ? {} : { effective_from: from }),
      ...(to === undefined ? {} : { effective_to: to }),
      note: draft.note.trim(),
    },
  };
}

/** A typed time as RFC 3339; a relative one is fixed at this moment. Undefined when it cannot be read. */
export function readMoment(typed: string, zone: TimeZone, nowMs: number): string | undefined {
  const read = readTypedTime(typed, zone);
  if (read === undefined || !read.startsWith('now')) return read;
  const at = resolveTime(read, nowMs);
  return at === undefined ? undefined : utcText(at);
}

/** `$1.25` is written as people copy it from a page. */
const rateText = (typed: string) => typed.trim().replace(/^\$\s*/, '');

function rateProblem(text: string): string | undefined {
  if (text.includes(',')) return 'write a point before the cents, and no commas';
  const pico = parseUsd(text);
  const max = parseUsd(String(RATE_USD_MAX)) ?? 0n;
  if (pico === undefined || pico < 0n || pico > max) return `must be dollars from 0 to ${formatCount(RATE_USD_MAX)}`;
  return (text.split('.')[1]?.length ?? 0) > RATE_DECIMALS_MAX ? `may have ${RATE_DECIMALS_MAX} decimals` : undefined;
}
